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

/** A selection in which everything may be absent. */
type OptionalSelection<TView> = {
  readonly [K in keyof Selection<TView, unknown>]?: Selection<TView, unknown>[K] | undefined;
};

const whole = <TView>(view: TView): TView => view;

/** Returns a part of a source, by default all of it, and renders the component when it changes. */
export function useSelected<TView>(
  source: Source<TView>,
  { select = whole, isEqual = Object.is }: OptionalSelection<TView>,
): unknown {
  const last = useRef<Selected<TView, unknown> | undefined>(undefined);
  const selectFrom = (view: TView): unknown => {
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
