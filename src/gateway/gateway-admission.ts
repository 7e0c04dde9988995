import { Logger } from '@nestjs/common';
import type { AuthenticationSession } from '../access/authentication-session.js';
import type {
  GatewayAuthenticationService,
  GatewayHandshake,
} from '../access/gateway-authentication.service.js';
import type { Principal } from '../access/principal.js';
import { clientAddress } from '../access/rate-limit/client-address.js';
import { attemptLimitsOf, type AccessAccount } from '../access/rate-limit/access-account.js';
import { isFailedAttempt } from '../access/authentication-errors.js';
import { ConnectionLimiter, type ConnectionSlot } from '../access/rate-limit/connection-limiter.js';
import {
  GatewayRateLimiter,
  type MessageVerdict,
} from '../access/rate-limit/gateway-rate-limiter.js';
import type { ResolvedGatewayOptions } from '../options/resolved-options.js';
import type { GatewayConnection } from './gateway-connection.manager.js';
import type { GatewaySocket } from '../transports/socket-io/gateway-types.js';

const ALLOWED: MessageVerdict = { allowed: true };

/** Decides who comes in to one gateway, and how much of it each may take. */
export class GatewayAdmission {
  readonly #logger = new Logger('StreamingGateway');
  readonly #places: ConnectionLimiter;
  readonly #rates: GatewayRateLimiter | undefined;
  readonly #leave = new WeakMap<GatewaySocket, () => void>();
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
   * Lets a client in, before the connection exists.
   *
   * @throws StreamingError `TOO_MANY_CONNECTIONS`, `RATE_LIMITED` and those of
   * `GatewayAuthenticationService.authenticate`
   */
  async admit(socket: GatewaySocket, place: ConnectionSlot | undefined): Promise<Principal> {
    const address = this.#addressOf(socket);
    const own = this.#places.admit(address);
    const gone = new AbortController();
    const leave = (): void => {
      own.release();
      gone.abort();
      socket.conn.off('close', leave);
    };
    // A client that goes away during the handshake never connects, so it never disconnects either.
    socket.conn.once('close', leave);
    if (socket.conn.readyState !== 'open') leave();
    this.#leave.set(socket, leave);
    try {
      const handshake = { ...handshakeOf(socket, address), signal: gone.signal };
      const principal = await this.#attempt(
        address,
        () => this.authentication.authenticate(this.options.authentication, handshake),
        gone.signal,
      );
      if (this.options.authentication !== false) {
        own.assign(principal);
        place?.assign(principal);
      }
      return principal;
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** Verifies a fresh credential of a connection. @throws StreamingError as {@link admit} */
  async renew(
    { socket }: GatewayConnection,
    session: AuthenticationSession,
    payload: unknown,
  ): Promise<Principal> {
    const address = this.#addressOf(socket);
    const handshake = handshakeOf(socket, address);
    return this.#attempt(address, () =>
      this.authentication.renew(this.options.authentication, session, payload, handshake),
    );
  }

  /** Counts one message of a client. */
  async countMessage({ id, principal }: GatewayConnection): Promise<MessageVerdict> {
    return (await this.#rates?.countMessage({ id, principal })) ?? ALLOWED;
  }

  /** The connection is gone. */
  leave(socket: GatewaySocket): void {
    this.#leave.get(socket)?.();
    this.#rates?.forget(socket.id);
  }

  /** Counts an attempt to authenticate together with those at the other gateways. */
  async #attempt<T>(
    address: string,
    authenticate: () => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const { rateLimit } = this.options;
    if (rateLimit === false) return authenticate();
    const limits = attemptLimitsOf(rateLimit);
    return this.account.attempts.run(address, limits, authenticate, isFailedAttempt, signal);
  }

  #addressOf({ handshake }: GatewaySocket): string {
    const { address: remoteAddress, headers } = handshake;
    const { trustedProxies } = this.options;
    if (trustedProxies === 0 && headers['x-forwarded-for'] !== undefined) this.#warnOfProxy();
    return clientAddress({ remoteAddress, headers }, trustedProxies);
  }

  #warnOfProxy(): void {
    if (this.#warnedOfProxy) return;
    this.#warnedOfProxy = true;
    this.#logger.warn(
      'Clients come through a proxy, so they all count as one address. Set gateway.trustedProxies to how many proxies there are.',
    );
  }
}

function handshakeOf({ handshake }: GatewaySocket, address: string): GatewayHandshake {
  return { auth: handshake.auth, headers: handshake.headers, address };
}
