type Listener = NonNullable<Parameters<EventTarget['addEventListener']>[1]>;
// The build has no browser types, which contain these options.
type ListenOptions = Parameters<AbortSignal['addEventListener']>[2];

/**
 * A controller whose signal catches errors of its listeners and passes them to `report`. Node itself would
 * throw such an error, or a rejection, where only `uncaughtException` can catch it.
 */
export function guardedAbortController(report: (error: unknown) => void): AbortController {
  const controller = new AbortController();
  const { signal } = controller;
  const guards = new WeakMap<Listener, Listener>();
  let onabort: Listener | null = null;

  const guarded = (listener: Listener): Listener => {
    const known = guards.get(listener);
    if (known) return known;
    const guard = (event: Event): void => {
      try {
        const returned: unknown =
          typeof listener === 'function'
            ? listener.call(signal, event)
            : listener.handleEvent(event);
        if (returned instanceof Promise) returned.catch(report);
      } catch (error) {
        report(error);
      }
    };
    guards.set(listener, guard);
    return guard;
  };
  const addEventListener = signal.addEventListener.bind(signal);
  const removeEventListener = signal.removeEventListener.bind(signal);
  const define = (name: string, descriptor: PropertyDescriptor): void =>
    void Object.defineProperty(signal, name, { configurable: true, ...descriptor });

  define('addEventListener', {
    value: (type: string, listener: Listener | null, options?: ListenOptions) =>
      listener && addEventListener(type, guarded(listener), options),
  });
  define('removeEventListener', {
    value: (type: string, listener: Listener | null, options?: EventListenerOptions) =>
      listener && removeEventListener(type, guards.get(listener) ?? listener, options),
  });
  define('onabort', {
    get: () => onabort,
    set: (listener: Listener | null) => {
      if (onabort) signal.removeEventListener('abort', onabort);
      onabort = typeof listener === 'function' ? listener : null;
      if (onabort) signal.addEventListener('abort', onabort);
    },
  });
  return controller;
}
