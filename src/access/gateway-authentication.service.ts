import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { ExpiringMap } from '../common/expiring-map.js';
import { authenticationRevoked } from './authentication-errors.js';
import type { ResolvedAuthenticationOptions } from './authentication-options.js';
import { AuthenticationSession, type SessionListener } from './authentication-session.js';
import type { HandshakeCredential } from './authentication-strategy.js';
import {
  credentialFromPayload,
  extractCredential,
  type HandshakeMaterial,
} from './credential-extractor.js';
import { CredentialVerifier } from './credential-verifier.js';
import { GivenStrategies } from './given-strategies.js';
import { ANONYMOUS, type Principal, principalKey } from './principal.js';
import type { SharedLimits } from './rate-limit/shared-limits.js';
import type { SharedStores } from './strategies/shared-stores.js';

/** The handshake of one connection. */
export interface GatewayHandshake extends HandshakeMaterial {
  /** The address of the client. */
  readonly address: string;
  /** Aborts when the client disconnects. */
  readonly signal?: AbortSignal;
}

/** Options of `GatewayAuthenticationService.revoke`. */
export interface RevokeOptions {
  /**
   * How long new connections of the principal are refused too, in milliseconds. Set it to the lifetime of your
   * tokens: the client still has a token, and could reconnect with it. It has no effect if you revoke one
   * connection by its id. @default 0
   */
  readonly refuseForMs?: number | undefined;
}

/** What the instances of an application share for authentication. */
export interface SharedAuthentication extends SharedStores {
  /** Remembers the refused principals. */
  readonly limits: Pick<SharedLimits, 'refuse' | 'isRefused'>;
}

const MAX_REFUSED_PRINCIPALS = 10_000;

/**
 * Authenticates clients that connect, ends connections when credentials expire, and revokes access.
 *
 * @publicApi
 */
@Injectable()
export class GatewayAuthenticationService implements OnModuleInit, OnModuleDestroy {
  private readonly sessions = new Map<string, AuthenticationSession>();
  private readonly refused = new ExpiringMap<true>(MAX_REFUSED_PRINCIPALS);
  private readonly strategies: GivenStrategies;
  private readonly verifier: CredentialVerifier;
  private shared: SharedAuthentication['limits'] | undefined;

  private revokeEverywhere = async (
    target: Pick<Principal, 'id' | 'tenant'> | string,
    options: RevokeOptions,
  ): Promise<number> => this.revokeHere(target, options);

  constructor(moduleRef: ModuleRef) {
    this.strategies = new GivenStrategies(moduleRef);
    this.verifier = new CredentialVerifier(this.strategies);
  }

  /** Nest calls it when all providers exist, and before anybody can ask for a ticket. */
  onModuleInit(): void {
    this.strategies.prepareClasses();
  }

  /** Nest calls it when the application closes: no session expires any more. */
  onModuleDestroy(): void {
    for (const session of this.sessions.values()) session.close();
    this.sessions.clear();
  }

  /**
   * Verifies the credential of a handshake.
   *
   * @returns a frozen principal; {@link ANONYMOUS} if authentication is off
   * @throws StreamingError `AUTHENTICATION_REQUIRED`, `AUTHENTICATION_FAILED`,
   * `AUTHENTICATION_EXPIRED`, `AUTHENTICATION_REVOKED` or `AUTHENTICATION_UNAVAILABLE`
   */
  authenticate(
    options: false | ResolvedAuthenticationOptions,
    handshake: GatewayHandshake,
  ): Promise<Principal> {
    if (options === false) return Promise.resolve(ANONYMOUS);
    const credential = extractCredential(handshake, options.sources);
    return this.verify(options, credential, handshake);
  }

  /**
   * Verifies the payload of an `authentication` event, and extends the session of the connection.
   *
   * @throws StreamingError the codes of {@link authenticate}. Then the session does not change.
   */
  async renew(
    options: false | ResolvedAuthenticationOptions,
    session: AuthenticationSession,
    payload: unknown,
    handshake: GatewayHandshake,
  ): Promise<Principal> {
    if (options === false) return ANONYMOUS;
    const principal = await this.verify(options, credentialFromPayload(payload), handshake);
    session.renew(principal, this.verifier.recheckOf(principal));
    return principal;
  }

  /** Begins the session of a connection, which ends with {@link close}. */
  open(
    id: string,
    principal: Principal,
    listener: SessionListener,
    options: false | ResolvedAuthenticationOptions,
  ): AuthenticationSession {
    // Without authentication nothing expires.
    const noticeMs = options === false ? 0 : options.expiryNoticeMs;
    const recheck = this.verifier.recheckOf(principal);
    const session = new AuthenticationSession(id, principal, listener, noticeMs, recheck);
    this.sessions.set(id, session);
    // The principal may have been revoked since the handshake.
    if (this.refused.has(principalKey(principal)))
      queueMicrotask(() => session.end(authenticationRevoked()));
    return session;
  }

  /** Ends the session of a connection that has closed. */
  close(id: string): void {
    this.sessions.get(id)?.close();
    this.sessions.delete(id);
  }

  /**
   * Closes the connections of a principal, or one connection, on every instance, immediately.
   *
   * @param target - a principal, or the id of a connection
   * @returns how many connections were closed
   * @throws StreamingError `LOG_UNAVAILABLE` or `INSTANCE_UNREACHABLE` if an instance cannot be told; the
   * connections at the other instances are closed. Call it again
   */
  async revoke(
    target: Pick<Principal, 'id' | 'tenant'> | string,
    options: RevokeOptions = {},
  ): Promise<number> {
    const { refuseForMs = 0 } = options;
    // Also for instances that are started later, and before any is asked to close connections.
    const refused =
      typeof target !== 'string' && refuseForMs > 0
        ? this.shared?.refuse(principalKey(target), refuseForMs)
        : undefined;
    await Promise.allSettled([refused]);
    const count = await this.revokeEverywhere(target, options);
    await refused;
    return count;
  }

  /** @internal Sets what all instances share. Called before {@link prepare}. */
  share({ limits, ...stores }: SharedAuthentication): void {
    this.shared = limits;
    this.strategies.share(stores);
  }

  /**
   * @internal Lets the strategies of a gateway use what all instances share.
   * @throws StreamingError `INVALID_OPTIONS` if a strategy has a store of its own
   */
  prepare({ strategies }: ResolvedAuthenticationOptions): void {
    this.strategies.add(strategies);
  }

  /** @internal Sets the function that revokes on every instance. */
  askInstances(revoke: GatewayAuthenticationService['revokeEverywhere']): void {
    this.revokeEverywhere = revoke;
  }

  /** @internal Ends the sessions of principals that were refused while this instance was cut off. */
  async endRefused(): Promise<void> {
    const sessions = [...this.sessions.values()];
    const principals = new Map(
      sessions.map(({ principal }) => [principalKey(principal), principal]),
    );
    for (const [key, principal] of principals)
      if (await this.isRefused(key)) this.revokeHere(principal);
  }

  /** @internal Does the part of {@link revoke} that concerns this instance. */
  revokeHere(
    target: Pick<Principal, 'id' | 'tenant'> | string,
    options: RevokeOptions = {},
  ): number {
    const { refuseForMs = 0 } = options;
    if (typeof target !== 'string' && refuseForMs > 0) {
      this.refused.setFor(principalKey(target), true, refuseForMs);
    }
    const matches = [...this.sessions.values()].filter((session) =>
      typeof target === 'string'
        ? session.id === target
        : principalKey(session.principal) === principalKey(target),
    );
    for (const session of matches) {
      this.sessions.delete(session.id);
      session.end(authenticationRevoked());
    }
    return matches.length;
  }

  private async verify(
    options: ResolvedAuthenticationOptions,
    credential: HandshakeCredential,
    handshake: GatewayHandshake,
  ): Promise<Principal> {
    const principal = await this.verifier.verify(options, credential, handshake);
    const key = principalKey(principal);
    if (this.refused.has(key) || (this.shared && (await this.isRefused(key))))
      throw authenticationRevoked();
    return principal;
  }

  /** If the shared limits cannot be read, this instance uses only the refusals that it knows itself. */
  private async isRefused(key: string): Promise<boolean> {
    if (this.refused.has(key)) return true;
    return (await this.shared?.isRefused(key).catch(() => false)) ?? false;
  }
}
