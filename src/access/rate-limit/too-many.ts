import { StreamingError } from '../../errors/streaming.error.js';

/** The error for messages or attempts that came too often. */
export function tooMany(what: string, retryAfterMs: number): StreamingError {
  return new StreamingError('RATE_LIMITED', `Too many ${what}. Wait before you try again.`, {
    retryAfterMs: Math.max(1, Math.ceil(retryAfterMs)),
  });
}
