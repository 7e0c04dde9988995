import { StreamingError } from '../errors/streaming.error.js';

/** The credential is refused. The client is not told why; `cause` is for the server's log. */
export function authenticationFailed(cause?: unknown): StreamingError {
  return new StreamingError('AUTHENTICATION_FAILED', 'The credential was refused.', { cause });
}

/** The credential was valid earlier. */
export function authenticationExpired(cause?: unknown): StreamingError {
  return new StreamingError(
    'AUTHENTICATION_EXPIRED',
    'The credential has expired. Connect again with a new credential.',
    { cause },
  );
}

/** Wraps an error of a strategy that is not a `StreamingError`. */
export class StrategyFailure extends Error {
  override readonly name = 'StrategyFailure';
}

/**
 * Whether an error counts as a failed authentication, which may be a guess. Many libraries throw for a wrong
 * credential, so an unknown error counts. An expired credential was valid earlier, and does not count. Nor does an
 * error while a provider is down.
 */
export function isFailedAttempt(error: unknown): boolean {
  if (!StreamingError.isInstance(error)) return true;
  return error.code === 'AUTHENTICATION_FAILED' || error.cause instanceof StrategyFailure;
}

/** The credential or the session was revoked. */
export function authenticationRevoked(cause?: unknown): StreamingError {
  return new StreamingError(
    'AUTHENTICATION_REVOKED',
    'The server revoked this session. Sign in again.',
    { cause },
  );
}

/** The credential cannot be checked now. */
export function authenticationUnavailable(cause?: unknown): StreamingError {
  return new StreamingError(
    'AUTHENTICATION_UNAVAILABLE',
    'The credential cannot be checked at the moment. Try again shortly.',
    { cause },
  );
}
