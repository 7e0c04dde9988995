import { Logger } from '@nestjs/common';
import { authenticationUnavailable } from '../access/authentication-errors.js';
import type { AuthenticationSession } from '../access/authentication-session.js';
import type {
  GatewayAuthenticationService,
  GatewayHandshake,
} from '../access/gateway-authentication.service.js';
import type { Principal } from '../access/principal.js';
import { clientAddress } from '../access/rate-limit/client-address.js';
import { attemptLimitsOf, type AccessAccount } from '../access/rate-limit/access-account.js';
import { ConnectionLimiter, type ConnectionSlot } from '../access/rate-limit/connection-limiter.js';
import {
  GatewayRateLimiter,
  type MessageVerdict,
} from '../access/rate-limit/gateway-rate-limiter.js';
import type { MessageWindow } from '../access/rate-limit/message-window.js';
import type { RateLimitedClient } from '../access/rate-limit/rate-limit-options.js';
import type { ResolvedGatewayOptions } from '../options/resolved-options.js';
import type { AdmissionRequest } from './gateway-session.js';

const ALLOWED: MessageVerdict = { allowed: true };

/** Decides which clients may connect to one gateway, and limits their connections and messages. */
export class GatewayAdmission {
  readonly #logger = new Logger('StreamingGateway');
  readonly #places: ConnectionLimiter;
  readonly #rates: GatewayRateLimiter | undefined;
  #warnedOfProxy = false;

  constructor(
    private readonly authentication: GatewayAuthenticationService,
    private readonly account: AccessAccount,
    private readonly options: ResolvedGatewayOptions,
  ) {
    this.#places = new ConnectionLimiter(options);
    this.#rates =
      options.rateLimit === false ? undefined : new GatewayRateLimiter(account, options.rateLimit);
  }

  /**
   * Admits a client before its session exists. Its place becomes free when `signal` aborts.
   *
   * @throws StreamingError `TOO_MANY_CONNECTIONS`, and those of {@link authenticate}
   */
  async admit(request: AdmissionRequest, signal: AbortSignal): Promise<Principal> {
    const own = this.#takePlaces(request);
    const leave = (): void => {
      for (const place of own) place.release();
      signal.removeEventListener('abort', leave);
    };
    // A client that leaves during the handshake never connects, so there is no disconnect event for it.
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave);
    try {
      const principal = await this.authenticate({ ...request, signal });
      // A strategy can have answered after the client went away.
      if (signal.aborted) throw authenticationUnavailable(signal.reason);
      const isKnown = this.options.authentication !== false;
      const assigning = isKnown && this.#assign([...own, request.place], principal, signal);
      if (assigning) await assigning;
      return principal;
    } catch (error) {
      leave();
      throw error;
    }
  }

  /**
   * Verifies the credential of a request that needs no connection.
   *
   * @throws StreamingError `RATE_LIMITED` and those of `GatewayAuthenticationService.authenticate`
   */
  authenticate(request: AdmissionRequest): Promise<Principal> {
    const handshake = { ...request, address: this.addressOf(request) };
    return this.#attempt(handshake, () =>
      this.authentication.authenticate(this.options.authentication, handshake),
    );
  }

  /** Verifies a new credential of a connection. @throws StreamingError as {@link authenticate} */
  async renew(
    request: AdmissionRequest,
    session: AuthenticationSession,
    payload: unknown,
  ): Promise<Principal> {
    const handshake = { ...request, address: this.addressOf(request) };
    return this.#attempt(handshake, () =>
      this.authentication.renew(this.options.authentication, session, payload, handshake),
    );
  }

  /**
   * Counts one message of a client.
   *
   * @param sender - the client, with its counted and its waiting messages
   */
  countMessage(
    sender: RateLimitedClient & { readonly messages: MessageWindow; readonly pending: number },
  ): Promise<MessageVerdict> | MessageVerdict {
    const { id, principal, messages, pending } = sender;
    return this.#rates?.countMessage({ id, principal }, messages, pending) ?? ALLOWED;
  }

  /** The client's own address, as seen through the trusted proxies. */
  addressOf({ remoteAddress, headers }: AdmissionRequest): string {
    const { trustedProxies } = this.options;
    if (trustedProxies === 0 && headers['x-forwarded-for'] !== undefined) this.#warnOfProxy();
    return clientAddress({ remoteAddress, headers }, trustedProxies);
  }

  /** Takes a place in this gateway, and in the account of all gateways if the transport has none there. */
  #takePlaces(request: AdmissionRequest): readonly ConnectionSlot[] {
    const address = this.addressOf(request);
    const own = this.#places.admit(address);
    if (request.place) return [own];
    try {
      return [own, this.account.places.admit(address)];
    } catch (error) {
      own.release();
      throw error;
    }
  }

  /** Counts a connection for its principal, in this instance and over all instances. */
  #assign(
    places: readonly (ConnectionSlot | undefined)[],
    principal: Principal,
    signal: AbortSignal,
  ): Promise<void> | undefined {
    for (const place of places) place?.assign(principal);
    return this.account.occupy(principal)?.then((leave) => {
      if (signal.aborted) leave();
      else signal.addEventListener('abort', leave, { once: true });
    });
  }

  /** Counts an attempt to authenticate together with those at the other gateways. */
  #attempt<T>({ address, signal }: GatewayHandshake, authenticate: () => Promise<T>): Promise<T> {
    const { rateLimit } = this.options;
    if (rateLimit === false) return authenticate();
    const limits = attemptLimitsOf(rateLimit);
    return this.account.attempt(address, limits, authenticate, signal);
  }

  #warnOfProxy(): void {
    if (this.#warnedOfProxy) return;
    this.#warnedOfProxy = true;
    this.#logger.warn(
      'Clients come through a proxy, so they all count as one address. Set gateway.trustedProxies to the number of proxies.',
    );
  }
}
