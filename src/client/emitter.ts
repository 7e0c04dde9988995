type Listener<TValue> = (value: TValue) => void;

/**
 * Listeners by event name.
 *
 * @typeParam TEvents - what each event's listeners are called with
 */
export class Emitter<TEvents extends object> {
  readonly #listeners: { [TName in keyof TEvents]?: Set<Listener<TEvents[TName]>> } = {};

  /** Adds a listener. @returns a function that removes it */
  on<TName extends keyof TEvents>(event: TName, listener: Listener<TEvents[TName]>): () => void {
    const listeners = (this.#listeners[event] ??= new Set());
    // One function may be added several times, and each time is removed on its own.
    const added: typeof listener = (value) => callIsolated(listener, value);
    listeners.add(added);
    return () => void listeners.delete(added);
  }

  /** Calls the present listeners. */
  emit<TName extends keyof TEvents>(event: TName, value: TEvents[TName]): void {
    // A copy, so that a listener may add and remove listeners.
    for (const listener of [...(this.#listeners[event] ?? [])]) listener(value);
  }

  /** Whether there is any listener. */
  get hasListeners(): boolean {
    return (Object.values(this.#listeners) as Set<unknown>[]).some(({ size }) => size > 0);
  }
}

/** If a listener throws, the others are still called, and the error stays uncaught. */
export function callIsolated<TValue, TResult>(
  listener: (value: TValue) => TResult,
  value: TValue,
): TResult | undefined {
  try {
    return listener(value);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
    return undefined;
  }
}
