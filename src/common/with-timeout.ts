/**
 * Runs `work` for at most `timeoutMs`. Its signal aborts when the time is over or `outer` aborts;
 * If the work ignores the signal, it continues, and its late result is dropped.
 *
 * @throws the error of `work`, or the error that `onTimeout` returns
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
  // `AbortSignal.any` would cost more than everything else here, and would leave memory at the outer signal.
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
