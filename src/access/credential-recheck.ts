import { StreamingError } from '../errors/streaming.error.js';
import { authenticationRevoked, authenticationUnavailable } from './authentication-errors.js';

/** How the credential of a connection is verified again. */
export interface Recheck {
  /** The shortest time between two checks, in milliseconds. */
  readonly intervalMs: number;
  /** How long a connection continues while its credential cannot be checked, in milliseconds. */
  readonly maxUncheckedMs: number;
  /** Resolves if the credential is still valid. @throws the error of its strategy, or a revocation */
  readonly check: (signal: AbortSignal) => Promise<void>;
}

/**
 * Verifies a credential repeatedly, until it is refused or could not be checked for too long.
 *
 * @param onEnd - called once, with the reason
 * @returns stops it
 */
export function recheckCredential(
  { intervalMs, maxUncheckedMs, check }: Recheck,
  onEnd: (error: StreamingError) => void,
): () => void {
  const stopped = new AbortController();
  let checkedAt = performance.now();
  let timer: NodeJS.Timeout;

  const run = async (): Promise<void> => {
    try {
      await check(stopped.signal);
      checkedAt = performance.now();
    } catch (error) {
      if (stopped.signal.aborted) return;
      const verdict = verdictOf(error);
      if (verdict) return onEnd(verdict);
      if (performance.now() - checkedAt > maxUncheckedMs)
        return onEnd(authenticationUnavailable(error));
    }
    if (!stopped.signal.aborted) schedule();
  };
  /** The times differ between connections, because many connections may have begun at the same moment. */
  const schedule = (): void => {
    timer = setTimeout(() => void run(), intervalMs * (0.75 + Math.random() / 4));
    timer.unref();
  };
  schedule();
  return () => {
    clearTimeout(timer);
    stopped.abort();
  };
}

/** The error that ends the connection; undefined if the failure says nothing about the credential. */
function verdictOf(failure: unknown): StreamingError | undefined {
  if (!StreamingError.isInstance(failure)) return undefined;
  if (failure.code === 'AUTHENTICATION_FAILED') return authenticationRevoked(failure);
  const ends = ['AUTHENTICATION_EXPIRED', 'AUTHENTICATION_REVOKED'].includes(failure.code);
  return ends ? failure : undefined;
}
