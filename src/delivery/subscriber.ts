import type { LogEntry } from '../log/log-entry.js';
import type { SubscriptionFilter } from './subscription-filter.js';

/** Who subscribes. */
export interface SubscriberIdentity {
  /** The connection. */
  readonly clientId: string;
  /** Whom it belongs to, as `targetOf` names it; an update's targets may name this or the connection. */
  readonly principalId?: string | undefined;
}

/** One client's place in one channel. Its position is all that is held for it while it catches up. */
export class Subscriber {
  /** Set while it gets the live updates; otherwise it catches up from the log. */
  live = false;
  /** Set once the client was told where it stands, so that it may be sent something. */
  begun = false;
  closed = false;
  /** Set while it is to get what is kept from before the log begins, and knows that something is missing. */
  isReset = false;

  constructor(
    readonly identity: SubscriberIdentity,
    public filter: SubscriptionFilter,
    /** The sequence number up to which everything was sent, or was not for it. */
    public position: number,
  ) {}

  get clientId(): string {
    return this.identity.clientId;
  }

  /** Whether the entry is for everybody or names this subscriber. */
  isTargeted(entry: Pick<LogEntry, 'targets'>): boolean {
    return isTargeted(this.identity, entry);
  }
}

/** Whether an entry is for everybody or names this client. */
export function isTargeted(
  { clientId, principalId }: SubscriberIdentity,
  { targets }: Pick<LogEntry, 'targets'>,
): boolean {
  if (!targets) return true;
  return targets.includes(clientId) || (principalId !== undefined && targets.includes(principalId));
}
