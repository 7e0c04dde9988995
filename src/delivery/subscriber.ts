import type { LogEntry } from '../log/log-entry.js';
import type { SubscriptionFilter } from './subscription-filter.js';

/** A client that subscribes. */
export interface SubscriberIdentity {
  /** The connection. */
  readonly clientId: string;
  /**
   * The name of its principal, made by `targetOf`. Targets of an update may contain this name or the id of
   * the connection.
   */
  readonly principalId?: string | undefined;
}

/** The position of one client in one channel. While the client catches up, nothing else is kept for it. */
export class Subscriber {
  /** Set while the client gets live updates. Otherwise it catches up from the log. */
  live = false;
  /** Set when the client knows the position of its subscription, so that updates may be sent. */
  begun = false;
  closed = false;
  /** Set while the client must get kept text from before the log, and knows that updates are missing. */
  isReset = false;

  constructor(
    readonly identity: SubscriberIdentity,
    public filter: SubscriptionFilter,
    /** The sequence number up to which all entries were sent, or dropped by its filter or targets. */
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
