import { withTimeout } from '../common/with-timeout.js';
import { StreamingError } from '../errors/streaming.error.js';
import {
  authenticationExpired,
  authenticationFailed,
  authenticationRevoked,
  authenticationUnavailable,
  StrategyFailure,
} from './authentication-errors.js';
import type { ResolvedAuthenticationOptions } from './authentication-options.js';
import type {
  AuthenticationStrategy,
  HandshakeContext,
  HandshakeCredential,
} from './authentication-strategy.js';
import type { Recheck } from './credential-recheck.js';
import type { GivenStrategies } from './given-strategies.js';
import { freezePrincipal, isSamePrincipal, type Principal } from './principal.js';

/** What is known of a handshake besides its credential. */
export interface HandshakeFacts extends Pick<HandshakeContext, 'address' | 'headers'> {
  /** @default {} */
  readonly query?: HandshakeContext['query'];
  /** Aborts when the client disconnects. */
  readonly signal?: AbortSignal;
}

/** Asks the strategies of a gateway for the principal of a credential, one after the other. */
export class CredentialVerifier {
  /** How a principal's credential is verified again while its connection lasts. */
  readonly #rechecks = new WeakMap<Principal, Recheck>();

  constructor(private readonly strategies: Pick<GivenStrategies, 'resolve'>) {}

  /**
   * @returns a frozen principal, which has not expired
   * @throws StreamingError `AUTHENTICATION_REQUIRED`, `AUTHENTICATION_FAILED`, `AUTHENTICATION_EXPIRED`,
   * `AUTHENTICATION_UNAVAILABLE`, or another error of a strategy
   */
  async verify(
    options: ResolvedAuthenticationOptions,
    credential: HandshakeCredential,
    { address, headers, query = {}, signal }: HandshakeFacts,
  ): Promise<Principal> {
    const principal = await withTimeout(
      (abort) =>
        this.#tryStrategies(options, credential, { address, headers, query, signal: abort }),
      options.timeoutMs,
      authenticationUnavailable,
      signal,
    );
    if (principal === undefined) {
      throw isGiven(credential)
        ? authenticationFailed(
            new Error('no strategy knows this credential, or the issuer of this token'),
          )
        : authenticationRequired();
    }
    if (principal.expiresAt !== undefined && principal.expiresAt <= Date.now()) {
      throw authenticationExpired();
    }
    return principal;
  }

  /** How the credential of a verified principal is verified again; undefined if it is not. */
  recheckOf(principal: Principal): Recheck | undefined {
    return this.#rechecks.get(principal);
  }

  async #tryStrategies(
    options: ResolvedAuthenticationOptions,
    credential: HandshakeCredential,
    context: HandshakeContext,
  ): Promise<Principal | undefined> {
    for (const given of options.strategies) {
      try {
        const resolved = this.strategies.resolve(given);
        const strategy = resolved instanceof Promise ? await resolved : resolved;
        const found = await strategy.authenticate(credential, context);
        if (!found) continue;
        const principal = freezePrincipal(found);
        this.#noteRecheck(strategy, options, principal, credential, context);
        return principal;
      } catch (error) {
        throw isAborted(context.signal, error)
          ? authenticationUnavailable(error)
          : toRefusal(given, error, credential);
      }
    }
    return undefined;
  }

  #noteRecheck(
    strategy: AuthenticationStrategy,
    options: ResolvedAuthenticationOptions,
    principal: Principal,
    credential: HandshakeCredential,
    context: HandshakeContext,
  ): void {
    const { recheckIntervalMs: intervalMs } = strategy;
    if (intervalMs === undefined) return;
    const check = async (signal: AbortSignal): Promise<void> => {
      const found = await withTimeout(
        (abort) => strategy.authenticate(credential, { ...context, signal: abort }),
        options.timeoutMs,
        authenticationUnavailable,
        signal,
      );
      if (!found || !isSamePrincipal(found, principal)) throw authenticationRevoked();
    };
    this.#rechecks.set(principal, { intervalMs, maxUncheckedMs: options.maxUncheckedMs, check });
  }
}

function isGiven(credential: HandshakeCredential): boolean {
  return Object.keys(credential).length > 0;
}

/** Whether a strategy gave up because the time is over or its client is gone. This answers no guess. */
function isAborted(signal: AbortSignal, error: unknown): boolean {
  if (!signal.aborted) return false;
  return error === signal.reason || (error instanceof Error && error.name === 'AbortError');
}

/** Every refused credential gets the same answer, because an attacker could learn from a reason. The log has it. */
function toRefusal(
  strategy: { readonly name: string },
  error: unknown,
  credential: HandshakeCredential,
): StreamingError {
  if (!StreamingError.isInstance(error)) return strategyFailed(strategy, error);
  const isRefused =
    error.code === 'AUTHENTICATION_FAILED' ||
    (isGiven(credential) && error.code === 'AUTHENTICATION_REQUIRED');
  return isRefused ? authenticationFailed(error) : error;
}

function strategyFailed({ name }: { readonly name: string }, cause: unknown): StreamingError {
  return authenticationUnavailable(new StrategyFailure(`the strategy "${name}" failed`, { cause }));
}

function authenticationRequired(): StreamingError {
  return new StreamingError(
    'AUTHENTICATION_REQUIRED',
    'Connect with a credential, such as a `token` in the option `auth` of the client.',
  );
}
