import type { LogEntry } from '../log/log-entry.js';
import type { DeliveryTransport } from './delivery-transport.js';
import type { Subscriber } from './subscriber.js';
import type { SubscriptionFilter } from './subscription-filter.js';

/** The up-to-date subscribers of one channel with the same filter: one broadcast serves them all. */
export class Audience {
  readonly #members = new Map<string, Subscriber>();

  constructor(
    private readonly filter: SubscriptionFilter,
    private readonly transport: DeliveryTransport,
  ) {}

  get isEmpty(): boolean {
    return this.#members.size === 0;
  }

  join(subscriber: Subscriber): void {
    this.#members.set(subscriber.clientId, subscriber);
  }

  leave(subscriber: Subscriber): void {
    this.#members.delete(subscriber.clientId);
  }

  /** @returns the members that refused the entries, and so are no longer up to date */
  deliver(entries: readonly LogEntry[]): Subscriber[] {
    const accepted = this.filter.select(entries);
    if (accepted.length === 0) return [];
    if (accepted.some(isTargeted)) return this.#deliverToEach(accepted);
    const refused = this.transport.broadcast(this.#members.keys(), accepted);
    if (refused.length === 0) return [];
    return refused.flatMap((clientId) => this.#members.get(clientId) ?? []);
  }

  /** Some entries are for some members only. */
  #deliverToEach(entries: readonly LogEntry[]): Subscriber[] {
    return [...this.#members.values()].filter((member) => {
      const own = entries.filter((entry) => member.isTargeted(entry));
      return own.length > 0 && this.transport.broadcast([member.clientId], own).length > 0;
    });
  }
}

const isTargeted = ({ targets }: LogEntry): boolean => targets !== undefined;

/** The audiences of one channel, one for each filter. */
export class Audiences {
  readonly #byFilter = new Map<string, Audience>();
  #all: readonly Audience[] | undefined;

  constructor(private readonly transport: DeliveryTransport) {}

  /**
   * The present audiences. The list does not change if a subscriber changes its filter while it gets an
   * update.
   */
  all(): readonly Audience[] {
    return (this.#all ??= [...this.#byFilter.values()]);
  }

  join(subscriber: Subscriber): void {
    const { filter } = subscriber;
    let audience = this.#byFilter.get(filter.key);
    if (!audience) {
      audience = new Audience(filter, this.transport);
      this.#byFilter.set(filter.key, audience);
      this.#all = undefined;
    }
    audience.join(subscriber);
  }

  leave(subscriber: Subscriber): void {
    const { key } = subscriber.filter;
    const audience = this.#byFilter.get(key);
    audience?.leave(subscriber);
    if (!audience?.isEmpty) return;
    this.#byFilter.delete(key);
    this.#all = undefined;
  }
}
