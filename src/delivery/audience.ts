import type { LogEntry } from '../log/log-entry.js';
import type { DeliveryTransport } from './delivery-transport.js';
import type { Subscriber } from './subscriber.js';
import type { SubscriptionFilter } from './subscription-filter.js';

/** The up-to-date subscribers of one channel with the same filter: one broadcast serves them all. */
export class Audience {
  readonly #members = new Set<Subscriber>();

  constructor(
    readonly name: string,
    private readonly filter: SubscriptionFilter,
    private readonly transport: DeliveryTransport,
  ) {}

  join(subscriber: Subscriber): void {
    this.#members.add(subscriber);
    this.transport.join(subscriber.clientId, this.name);
  }

  /** @returns how many are left */
  leave(subscriber: Subscriber): number {
    this.#members.delete(subscriber);
    this.transport.leave(subscriber.clientId, this.name);
    return this.#members.size;
  }

  deliver(entry: LogEntry): void {
    if (!this.filter.accepts(entry)) return;
    if (!entry.targets) {
      this.transport.broadcast(this.name, entry);
      return;
    }
    for (const member of this.#members) {
      if (member.isTargeted(entry)) this.transport.send(member.clientId, [entry]);
    }
  }
}
