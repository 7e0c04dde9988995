import { useRef, useSyncExternalStore } from 'react';
import type { Source } from './streaming-store.js';

/**
 * Which part of a view a component shows.
 *
 * @publicApi
 */
export interface Selection<TView, TSelected> {
  /** The component renders again only when this gives something else. */
  readonly select: (view: TView) => TSelected;
  /** When two selections are the same. @default Object.is */
  readonly isEqual?: (a: TSelected, b: TSelected) => boolean;
}

/** Shows a part of a source. */
export function useSelected<TView, TSelected>(
  source: Source<TView>,
  { select, isEqual = Object.is }: Selection<TView, TSelected>,
): TSelected {
  const last = useRef<{ readonly view: TView; readonly selected: TSelected } | undefined>(
    undefined,
  );
  const selectFrom = (view: TView): TSelected => {
    const { current } = last;
    let selected = select(view);
    if (current && isEqual(current.selected, selected)) ({ selected } = current);
    last.current = { view, selected };
    return selected;
  };
  return useSyncExternalStore(
    source.subscribe,
    () => selectFrom(source.current()),
    () => selectFrom(source.initial()),
  );
}
