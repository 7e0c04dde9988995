import { Logger } from '@nestjs/common';
import type { AuthenticationSession } from '../access/authentication-session.js';
import type { GatewayAuthenticationService } from '../access/gateway-authentication.service.js';
import type { Principal } from '../access/principal.js';
import { clientAddress } from '../access/rate-limit/client-address.js';
import { ConnectionLimiter } from '../access/rate-limit/connection-limiter.js';
import {
  GatewayRateLimiter,
  type MessageVerdict,
} from '../access/rate-limit/gateway-rate-limiter.js';
import type { RateLimitedClient } from '../access/rate-limit/rate-limit-options.js';
import { StreamingError } from '../errors/streaming.error.js';
import type { ResolvedGatewayOptions } from '../options/resolved-options.js';
import type { AdmissionRequest } from './gateway-session.js';

const ALLOWED: MessageVerdict = { allowed: true };

/** Decides who comes in to one gateway, and how much of it each may take. */
export class GatewayAdmission {
  readonly #logger = new Logger('StreamingGateway');
  readonly #places: ConnectionLimiter;
  readonly #rates: GatewayRateLimiter | undefined;
  #warnedOfProxy = false;

  constructor(
    private readonly authentication: GatewayAuthenticationService,
    private readonly options: ResolvedGatewayOptions,
  ) {
    this.#places = new ConnectionLimiter(options);
    this.#rates =
      options.rateLimit === false ? undefined : new GatewayRateLimiter(options.rateLimit);
  }

  /**
   * Lets a client in, before its session exists. Its place is free again when `signal` aborts.
   *
   * @throws StreamingError `TOO_MANY_CONNECTIONS`, and those of {@link authenticate}
   */
  async admit(request: AdmissionRequest, signal: AbortSignal): Promise<Principal> {
    const address = this.addressOf(request);
    await this.#rates?.checkAddress(address);
    const slot = this.#places.admit(address);
    const leave = (): void => {
      slot.release();
      signal.removeEventListener('abort', leave);
    };
    // A client that goes away during the handshake never connects, so it never disconnects either.
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave);
    try {
      const principal = await this.#verify({ ...request, signal }, address);
      if (this.options.authentication !== false) slot.assign(principal);
      return principal;
    } catch (error) {
      leave();
      throw error;
    }
  }

  /**
   * Verifies the credential of a request that takes no place.
   *
   * @throws StreamingError `RATE_LIMITED` and those of `GatewayAuthenticationService.authenticate`
   */
  async authenticate(request: AdmissionRequest): Promise<Principal> {
    const address = this.addressOf(request);
    await this.#rates?.checkAddress(address);
    return this.#verify(request, address);
  }

  /** Verifies a fresh credential of a connection. @throws StreamingError as {@link authenticate} */
  async renew(
    request: AdmissionRequest,
    session: AuthenticationSession,
    payload: unknown,
  ): Promise<Principal> {
    const address = this.addressOf(request);
    await this.#rates?.checkAddress(address);
    const handshake = { ...request, address };
    return this.#countingFailures(address, () =>
      this.authentication.renew(this.options.authentication, session, payload, handshake),
    );
  }

  /** Counts one message of a client. */
  async countMessage({ id, principal }: RateLimitedClient): Promise<MessageVerdict> {
    return (await this.#rates?.countMessage({ id, principal })) ?? ALLOWED;
  }

  /** The connection is gone. */
  forget(connectionId: string): void {
    this.#rates?.forget(connectionId);
  }

  /** The client's own address, as far as the trusted proxies tell. */
  addressOf({ remoteAddress, headers }: AdmissionRequest): string {
    const { trustedProxies } = this.options;
    if (trustedProxies === 0 && headers['x-forwarded-for'] !== undefined) this.#warnOfProxy();
    return clientAddress({ remoteAddress, headers }, trustedProxies);
  }

  #verify(request: AdmissionRequest, address: string): Promise<Principal> {
    const handshake = { ...request, address };
    return this.#countingFailures(address, () =>
      this.authentication.authenticate(this.options.authentication, handshake),
    );
  }

  async #countingFailures<T>(address: string, authenticate: () => Promise<T>): Promise<T> {
    try {
      return await authenticate();
    } catch (error) {
      // Only what could be a guess counts. An expired credential was genuine.
      const guessed = StreamingError.isInstance(error) && error.code === 'AUTHENTICATION_FAILED';
      if (guessed) await this.#rates?.countFailure(address);
      throw error;
    }
  }

  #warnOfProxy(): void {
    if (this.#warnedOfProxy) return;
    this.#warnedOfProxy = true;
    this.#logger.warn(
      'Clients come through a proxy, so they all count as one address. Set gateway.trustedProxies to how many proxies there are.',
    );
  }
}
