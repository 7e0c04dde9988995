/**
 * Waits for `promise`, but only until `signal` aborts. Then it rejects with the reason of the signal. A later
 * result of `promise` is ignored, and a later rejection is not unhandled.
 */
export function untilAborted<T>(promise: PromiseLike<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    const settle = (finish: () => void): void => {
      signal.removeEventListener('abort', abort);
      finish();
    };
    promise.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
  });
}
