import type { Source } from './streaming-store.js';

/** Adds functions to each view of a source. The same view gives the same object, so no component renders needlessly. */
export function withCommands<TView extends object, TCommands extends object>(
  { subscribe, current, initial }: Source<TView>,
  commands: TCommands,
): Source<TView & TCommands> {
  const made = new WeakMap<TView, TView & TCommands>();
  const extended = (view: TView): TView & TCommands => {
    const known = made.get(view) ?? { ...view, ...commands };
    made.set(view, known);
    return known;
  };
  return { subscribe, current: () => extended(current()), initial: () => extended(initial()) };
}
