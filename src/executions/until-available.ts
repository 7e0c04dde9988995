import { StreamingError } from '../errors/streaming.error.js';

/** How long a log that is away is asked again, in milliseconds: an hour. */
const PATIENCE_MS = 3_600_000;

/** A log gives up after a while of its own. One that gives up at once is not asked without pause. */
const PAUSE_MS = 1_000;

/**
 * Asks the log until it is there. For the little that must be said in the end: whatever else is written
 * fails when the log gives up.
 *
 * @throws what the log throws, other than `LOG_UNAVAILABLE` within an hour
 */
export async function untilAvailable<T>(ask: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isUnavailable(error) || performance.now() - startedAt > PATIENCE_MS) throw error;
    }
    await new Promise<void>((resolve) => {
      setTimeout(resolve, PAUSE_MS).unref();
    });
  }
}

/** Whether the log could not be asked. */
export function isUnavailable(error: unknown): boolean {
  return StreamingError.isInstance(error) && error.code === 'LOG_UNAVAILABLE';
}
