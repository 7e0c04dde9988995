import { useRef, useSyncExternalStore } from 'react';
import type { Source } from './streaming-store.js';

/**
 * Selects the part of a view that a component shows.
 *
 * @publicApi
 */
export interface Selection<TView, TSelected> {
  /** Returns the part. The component renders again only when the part changes. */
  readonly select: (view: TView) => TSelected;
  /** Returns whether two parts are the same. @default Object.is */
  readonly isEqual?: (a: TSelected, b: TSelected) => boolean;
}

/** The last selected part, and the view that it comes from. */
interface Selected<TView, TSelected> {
  readonly view: TView;
  readonly select: (view: TView) => TSelected;
  readonly value: TSelected;
}

/** Returns a part of a source, and renders the component when the part changes. */
export function useSelected<TView, TSelected>(
  source: Source<TView>,
  { select, isEqual = Object.is }: Selection<TView, TSelected>,
): TSelected {
  const last = useRef<Selected<TView, TSelected> | undefined>(undefined);
  const selectFrom = (view: TView): TSelected => {
    const { current } = last;
    // React reads the value several times. If `select` returned a new object each time, rendering would never end.
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
