import { StreamingError } from '../errors/streaming.error.js';
import { authenticationExpired } from './authentication-errors.js';
import { isSamePrincipal, type Principal } from './principal.js';
import { scheduleAt } from './schedule-at.js';

/** What a connection does when its credential comes to an end. */
export interface SessionListener {
  /** Ask the client to renew. @param expiresAt - in milliseconds since the Unix epoch */
  onExpiring(expiresAt: number): void;
  /** Close the connection. Called once, with `AUTHENTICATION_EXPIRED` or `AUTHENTICATION_REVOKED`. */
  onEnd(error: StreamingError): void;
}

/** The time that one connection may stay, as long as its credential is good. */
export class AuthenticationSession {
  private current: Principal;
  private ended = false;
  private cancelTimers: () => void = () => undefined;

  constructor(
    readonly id: string,
    principal: Principal,
    private readonly listener: SessionListener,
    private readonly expiryNoticeMs: number,
  ) {
    this.current = principal;
    this.watchExpiry();
  }

  get principal(): Principal {
    return this.current;
  }

  /**
   * Goes on with a fresh credential of the same principal.
   *
   * @throws StreamingError `AUTHENTICATION_FAILED` when it is somebody else's
   */
  renew(principal: Principal): void {
    if (!isSamePrincipal(principal, this.current)) {
      throw new StreamingError(
        'AUTHENTICATION_FAILED',
        'A connection stays with its principal. Disconnect, then connect as the other one.',
      );
    }
    if (this.ended) throw authenticationExpired();
    this.current = principal;
    this.watchExpiry();
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
  }

  private watchExpiry(): void {
    this.cancelTimers();
    const { expiresAt } = this.current;
    if (expiresAt === undefined) return;
    const cancelNotice = scheduleAt(expiresAt - this.expiryNoticeMs, () =>
      this.listener.onExpiring(expiresAt),
    );
    const cancelEnd = scheduleAt(expiresAt, () => this.end(authenticationExpired()));
    this.cancelTimers = () => {
      cancelNotice();
      cancelEnd();
    };
  }
}
