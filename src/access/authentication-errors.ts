import { StreamingError } from '../errors/streaming.error.js';

/** The credential is refused. The client is not told why; `cause` is for the server's log. */
export function authenticationFailed(cause?: unknown): StreamingError {
  return new StreamingError('AUTHENTICATION_FAILED', 'The credential was refused.', { cause });
}

/** The credential was good once. */
export function authenticationExpired(cause?: unknown): StreamingError {
  return new StreamingError(
    'AUTHENTICATION_EXPIRED',
    'The credential has expired. Connect again with a fresh one.',
    { cause },
  );
}

/** What a strategy threw that is no answer of this library. */
export class StrategyFailure extends Error {
  override readonly name = 'StrategyFailure';
}

/**
 * Errors that say nothing of a guess: an expired or withdrawn credential was genuine, while a provider is down
 * nothing can be guessed, and who presents nothing does not guess.
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

/** The credential, or the session, was taken back. */
export function authenticationRevoked(cause?: unknown): StreamingError {
  return new StreamingError('AUTHENTICATION_REVOKED', 'The server withdrew this session.', {
    cause,
  });
}

/** Nobody can tell now whether the credential is good. */
export function authenticationUnavailable(cause?: unknown): StreamingError {
  return new StreamingError(
    'AUTHENTICATION_UNAVAILABLE',
    'The credential cannot be checked at the moment. Try again shortly.',
    { cause },
  );
}
