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

/** What was selected last, and of what. */
interface Selected<TView, TSelected> {
  readonly view: TView;
  readonly select: (view: TView) => TSelected;
  readonly value: TSelected;
}

/** Shows a part of a source. */
export function useSelected<TView, TSelected>(
  source: Source<TView>,
  { select, isEqual = Object.is }: Selection<TView, TSelected>,
): TSelected {
  const last = useRef<Selected<TView, TSelected> | undefined>(undefined);
  const selectFrom = (view: TView): TSelected => {
    const { current } = last;
    // React asks several times; a selection that is made anew each time would never settle.
    if (current?.view === view && current.select === select) return current.value;
    const selected = select(view);
    const value = current && isEqual(current.value, selected) ? current.value : selected;
    last.current = { view, select, value };
    return value;
  };
  return useSyncExternalStore(
    source.subscribe,
    () => selectFrom(source.current()),
    () => selectFrom(source.initial()),
  );
}
