type Listener<TValue> = (value: TValue) => void;

/**
 * Listeners by event name.
 *
 * @typeParam TEvents - what each event's listeners are called with
 */
export class Emitter<TEvents extends object> {
  /** The arrays are replaced, never changed, so that a listener may add and remove listeners. */
  readonly #listeners: { [TName in keyof TEvents]?: readonly Listener<TEvents[TName]>[] } = {};

  /** Adds a listener. @returns a function that removes it */
  on<TName extends keyof TEvents>(event: TName, listener: Listener<TEvents[TName]>): () => void {
    // One function may be added several times, and each time is removed on its own.
    const added: typeof listener = (value) => callIsolated(listener, value);
    this.#listeners[event] = [...(this.#listeners[event] ?? []), added];
    return () => {
      this.#listeners[event] = this.#listeners[event]?.filter((one) => one !== added);
    };
  }

  /** Calls the present listeners. */
  emit<TName extends keyof TEvents>(event: TName, value: TEvents[TName]): void {
    this.#listeners[event]?.forEach((listener) => listener(value));
  }

  /** Whether there is any listener. */
  get hasListeners(): boolean {
    return Object.values(this.#listeners).flat().length > 0;
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
