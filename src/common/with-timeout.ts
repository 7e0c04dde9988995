/**
 * Runs `work` for at most `timeoutMs`. Its signal aborts when the time is over or `outer` aborts. When the time is
 * over, work that ignores the signal continues, and its late result is dropped. When `outer` aborts, the answer is
 * still that of the work, because callers count the work in progress.
 *
 * @throws the error of `work`, or the error that `onTimeout` returns, also if `outer` has aborted before
 */
export function withTimeout<T>(
  work: (signal: AbortSignal) => T | Promise<T>,
  timeoutMs: number,
  onTimeout: (reason: unknown) => Error,
  outer?: AbortSignal,
): Promise<T> {
  if (outer?.aborted === true) return Promise.reject(onTimeout(outer.reason));
  const stop = new AbortController();
  // `AbortSignal.any` would cost more than everything else here, and would leave memory at the outer signal.
  const leave = (): void => stop.abort(outer?.reason);
  outer?.addEventListener('abort', leave, { once: true });
  const timedOut = (reason: unknown): Error => {
    stop.abort(reason);
    return onTimeout(reason);
  };
  const settled = (): void => outer?.removeEventListener('abort', leave);
  try {
    return inTime(work(stop.signal), timeoutMs, timedOut, settled);
  } catch (error) {
    settled();
    return Promise.reject(error);
  }
}

/**
 * Waits for a result for at most `timeoutMs`.
 *
 * @param onSettled - called when there is a result, or no more time
 * @throws the error of the work, or the error that `onTimeout` returns
 */
export function inTime<T>(
  result: T | PromiseLike<T>,
  timeoutMs: number,
  onTimeout: (reason: unknown) => Error,
  onSettled?: () => void,
): Promise<T> {
  // `Promise.race` and `finally` would make more promises.
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      clearTimeout(timer);
      onSettled?.();
      reject(error);
    };
    const timer = setTimeout(() => {
      fail(onTimeout(new Error(`no answer in ${timeoutMs} ms`)));
    }, timeoutMs);
    Promise.resolve(result).then((value) => {
      clearTimeout(timer);
      onSettled?.();
      resolve(value);
    }, fail);
  });
}
