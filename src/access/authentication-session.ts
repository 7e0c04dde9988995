import type { StreamingError } from '../errors/streaming.error.js';
import { authenticationExpired, authenticationFailed } from './authentication-errors.js';
import { isSamePrincipal, type Principal } from './principal.js';
import { recheckCredential, type Recheck } from './credential-recheck.js';
import { scheduleAt } from '../common/schedule-at.js';

/** What a connection does when its credential comes to an end. */
export interface SessionListener {
  /** Ask the client to renew. @param expiresAt - in milliseconds since the Unix epoch */
  onExpiring(expiresAt: number): void;
  /**
   * Close the connection. Called once, with `AUTHENTICATION_EXPIRED`, `AUTHENTICATION_REVOKED` or
   * `AUTHENTICATION_UNAVAILABLE`.
   */
  onEnd(error: StreamingError): void;
}

const NOTHING = (): void => undefined;

/** The time that one connection may stay, as long as its credential is good. */
export class AuthenticationSession {
  private current: Principal;
  private ended = false;
  /** The latest expiry that the client was told of. */
  private noticed = Number.NEGATIVE_INFINITY;
  private cancelTimers = NOTHING;
  private cancelRecheck = NOTHING;

  constructor(
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

  get principal(): Principal {
    return this.current;
  }

  /**
   * Goes on with a fresh credential of the same principal.
   *
   * @param recheck - how the fresh credential is verified again, if it is
   * @throws StreamingError `AUTHENTICATION_FAILED` when it is somebody else's
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

  /** The connection is gone; nothing more is called. */
  close(): void {
    this.ended = true;
    this.cancelTimers();
    this.cancelRecheck();
  }

  private watchCredential(recheck: Recheck | undefined): void {
    this.cancelRecheck();
    if (recheck) this.cancelRecheck = recheckCredential(recheck, (error) => this.end(error));
  }

  private watchExpiry(): void {
    this.cancelTimers();
    const { expiresAt } = this.current;
    if (expiresAt === undefined) return;
    const cancelNotice = this.scheduleNotice(expiresAt);
    const cancelEnd = scheduleAt(expiresAt, () => this.end(authenticationExpired()));
    this.cancelTimers = () => {
      cancelNotice();
      cancelEnd();
    };
  }

  /**
   * A client that is told at once would renew at once: so not before half of the time that is left,
   * and once only when what it renews with expires no later.
   */
  private scheduleNotice(expiresAt: number): () => void {
    if (expiresAt <= this.noticed) return NOTHING;
    const leftMs = expiresAt - Date.now();
    return scheduleAt(expiresAt - Math.min(this.expiryNoticeMs, leftMs / 2), () => {
      this.noticed = expiresAt;
      this.listener.onExpiring(expiresAt);
    });
  }
}
