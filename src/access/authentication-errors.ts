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
 * Errors that do not count as failed authentications: the credential was valid earlier, the provider is down, or
 * the client presented no credential.
 */
const NO_GUESS: ReadonlySet<string> = new Set([
  'AUTHENTICATION_EXPIRED',
  'AUTHENTICATION_REVOKED',
  'AUTHENTICATION_REQUIRED',
  'AUTHENTICATION_UNAVAILABLE',
]);

/** Whether an error can be the answer to a guess. Many libraries throw at a credential that they do not like. */
export function isFailedAttempt(error: unknown): boolean {
  if (!StreamingError.isInstance(error)) return true;
  return !NO_GUESS.has(error.code) || error.cause instanceof StrategyFailure;
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
