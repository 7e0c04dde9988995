import { StreamingError } from '../errors/streaming.error.js';

/** How long calls of an unavailable log are retried, in milliseconds: an hour. */
const PATIENCE_MS = 3_600_000;

/** The shortest pause between two calls, because a log may give up immediately. */
const PAUSE_MS = 1_000;

/**
 * Retries a call of the log until the log is available. It is only for the last updates of an execution, and for
 * runs that a thread cancels; other calls fail when the log gives up.
 *
 * @param isRetried - whether the call is retried after an error
 * @throws the error of the log, except `LOG_UNAVAILABLE` within an hour
 */
export async function untilAvailable<T>(
  ask: () => Promise<T>,
  isRetried: (error: unknown) => boolean = isUnavailable,
): Promise<T> {
  const startedAt = performance.now();
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isRetried(error) || performance.now() - startedAt > PATIENCE_MS) throw error;
    }
    await new Promise<void>((resolve) => {
      setTimeout(resolve, PAUSE_MS).unref();
    });
  }
}

/** Whether the log, or another instance, could not be reached. */
export function isAway(error: unknown): boolean {
  return (
    isUnavailable(error) ||
    (StreamingError.isInstance(error) && error.code === 'INSTANCE_UNREACHABLE')
  );
}

/** Whether the log was unavailable. */
export function isUnavailable(error: unknown): boolean {
  return StreamingError.isInstance(error) && error.code === 'LOG_UNAVAILABLE';
}
