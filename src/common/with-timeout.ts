/**
 * Runs `work` for at most `timeoutMs`. Its signal aborts when the time is over or `outer` aborts;
 * work that does not listen is left behind, its late result is dropped.
 *
 * @throws what `work` throws, or what `onTimeout` gives
 */
export async function withTimeout<T>(
  work: (signal: AbortSignal) => T | Promise<T>,
  timeoutMs: number,
  onTimeout: (reason: unknown) => Error,
  outer?: AbortSignal,
): Promise<T> {
  const timeout = new AbortController();
  const timer = setTimeout(
    () => timeout.abort(new Error(`no answer in ${timeoutMs} ms`)),
    timeoutMs,
  );
  // Not `AbortSignal.any`, which costs more than the rest and leaves something at the outer signal.
  const stop = (): void => timeout.abort(outer?.reason);
  outer?.addEventListener('abort', stop, { once: true });
  if (outer?.aborted === true) stop();
  const { signal } = timeout;
  try {
    if (signal.aborted) throw onTimeout(signal.reason);
    return await Promise.race([work(signal), rejectOnAbort(signal, onTimeout)]);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', stop);
  }
}

function rejectOnAbort(signal: AbortSignal, toError: (reason: unknown) => Error): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(toError(signal.reason)), { once: true });
  });
}
