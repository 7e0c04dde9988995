import { inTime } from '../common/with-timeout.js';
import { StreamingError } from '../errors/streaming.error.js';

/** How long a request waits for the log, in milliseconds. The writes of executions wait longer. */
const PATIENCE_MS = 2_000;

/**
 * Waits a short time for a call of the log, because somebody waits for the answer to a request. The call itself
 * goes on, and may still take effect.
 *
 * @throws StreamingError `LOG_UNAVAILABLE`, and the errors of the call
 */
export function soon<T>(call: Promise<T>): Promise<T> {
  return inTime(call, PATIENCE_MS, unavailable);
}

function unavailable(): StreamingError {
  return new StreamingError('LOG_UNAVAILABLE', 'The log does not answer now. Try again later.');
}
