import type { StreamingError } from '../errors/streaming.error.js';
import { authenticationExpired, authenticationFailed } from './authentication-errors.js';
import { isSamePrincipal, type Principal } from './principal.js';
import { recheckCredential, type Recheck } from './credential-recheck.js';
import { scheduleAt } from '../common/schedule-at.js';

/** What a connection does when its credential expires or is revoked. */
export interface SessionListener {
  /** Asks the client to renew its credential. @param expiresAt - in milliseconds since the Unix epoch */
  onExpiring(expiresAt: number): void;
  /**
   * Closes the connection. Called once, with `AUTHENTICATION_EXPIRED`, `AUTHENTICATION_REVOKED` or
   * `AUTHENTICATION_UNAVAILABLE`.
   */
  onEnd(error: StreamingError): void;
}

const NOTHING = (): void => undefined;

/** Watches the credential of one connection, and ends the connection when the credential expires. */
export class AuthenticationSession {
  private current: Principal;
  private ended = false;
  /** The latest expiry about which the client was notified. */
  private noticed = Number.NEGATIVE_INFINITY;
  private cancelTimer = NOTHING;
  private cancelRecheck = NOTHING;

  constructor(
    /** The id of the connection. */
    readonly id: string,
    principal: Principal,
    private readonly listener: SessionListener,
    private readonly expiryNoticeMs: number,
    recheck?: Recheck,
  ) {
    this.current = principal;
    this.watchExpiry();
    this.watchCredential(recheck);
  }

  /** The principal of the credential. */
  get principal(): Principal {
    return this.current;
  }

  /**
   * Continues with a new credential of the same principal.
   *
   * @param recheck - how the new credential is verified again; undefined if it is not
   * @throws StreamingError `AUTHENTICATION_FAILED` if the credential belongs to another principal
   */
  renew(principal: Principal, recheck?: Recheck): void {
    if (!isSamePrincipal(principal, this.current)) {
      throw authenticationFailed(
        new Error(
          'the credential belongs to another principal; renew with a credential of the same principal',
        ),
      );
    }
    if (this.ended) throw authenticationExpired();
    this.current = principal;
    this.watchExpiry();
    this.watchCredential(recheck);
  }

  /** Ends the session from the server's side. */
  end(error: StreamingError): void {
    if (this.ended) return;
    this.close();
    this.listener.onEnd(error);
  }

  /** Stops watching, because the connection is gone. The listener is not called any more. */
  close(): void {
    this.ended = true;
    this.cancelTimer();
    this.cancelRecheck();
  }

  private watchCredential(recheck: Recheck | undefined): void {
    this.cancelRecheck();
    if (recheck) this.cancelRecheck = recheckCredential(recheck, (error) => this.end(error));
  }

  private watchExpiry(): void {
    this.cancelTimer();
    const { expiresAt } = this.current;
    if (expiresAt === undefined) return;
    if (expiresAt <= this.noticed) this.waitForExpiry(expiresAt);
    else this.waitForNotice(expiresAt);
  }

  /**
   * Notifies halfway to expiry at the earliest, and only once per expiry. Otherwise a client would renew in a
   * loop.
   */
  private waitForNotice(expiresAt: number): void {
    const leftMs = expiresAt - Date.now();
    const noticeAt = expiresAt - Math.min(this.expiryNoticeMs, leftMs / 2);
    this.cancelTimer = scheduleAt(noticeAt, () => {
      this.waitForExpiry(expiresAt);
      this.noticed = expiresAt;
      this.listener.onExpiring(expiresAt);
    });
  }

  private waitForExpiry(expiresAt: number): void {
    this.cancelTimer = scheduleAt(expiresAt, () => this.end(authenticationExpired()));
  }
}
