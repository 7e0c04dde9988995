/**
 * Runs `work` for at most `timeoutMs`. Its signal aborts when the time is over or `outer` aborts. When the time is
 * over, work that ignores the signal continues, and its late result is dropped. When `outer` aborts, the answer is
 * still that of the work, because callers count the work in progress.
 *
 * @throws the error of `work`, or the error that `onTimeout` returns, also if `outer` has aborted before
 */
export async function withTimeout<T>(
  work: (signal: AbortSignal) => T | Promise<T>,
  timeoutMs: number,
  onTimeout: (reason: unknown) => Error,
  outer?: AbortSignal,
): Promise<T> {
  if (outer?.aborted === true) throw onTimeout(outer.reason);
  const stop = new AbortController();
  // `AbortSignal.any` would cost more than everything else here, and would leave memory at the outer signal.
  const leave = (): void => stop.abort(outer?.reason);
  outer?.addEventListener('abort', leave, { once: true });
  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const reason = new Error(`no answer in ${timeoutMs} ms`);
      stop.abort(reason);
      reject(onTimeout(reason));
    }, timeoutMs);
  });
  try {
    return await Promise.race([work(stop.signal), timedOut]);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', leave);
  }
}
