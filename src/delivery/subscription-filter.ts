import type { LogEntry } from '../log/log-entry.js';
import type { StreamEventName } from '../protocol/stream-event-type.js';

/** What a subscription lets through, besides control updates, which always pass. */
export interface FilterOptions {
  /** Absent or empty: all types. */
  readonly eventTypes?: readonly StreamEventName[] | undefined;
  /** Absent or empty: all nodes. */
  readonly nodeIds?: readonly string[] | undefined;
}

/** Decides which entries a subscription gets. Filters with equal keys let the same through. */
export class SubscriptionFilter {
  readonly key: string;
  readonly eventTypes: readonly StreamEventName[] | undefined;
  readonly #types: ReadonlySet<string> | undefined;
  readonly #nodeIds: ReadonlySet<string> | undefined;

  constructor({ eventTypes, nodeIds }: FilterOptions = {}) {
    this.eventTypes = normalize(eventTypes);
    const nodes = normalize(nodeIds);
    this.#types = this.eventTypes && new Set(this.eventTypes);
    this.#nodeIds = nodes && new Set(nodes);
    this.key = this.eventTypes || nodes ? JSON.stringify([this.eventTypes ?? 0, nodes ?? 0]) : '';
  }

  /** The same filter with other event types. */
  withEventTypes(eventTypes: readonly StreamEventName[]): SubscriptionFilter {
    return new SubscriptionFilter({ eventTypes, nodeIds: this.#nodeIds && [...this.#nodeIds] });
  }

  /** Those of the entries that it accepts; the same array when it accepts everything. */
  select(entries: readonly LogEntry[]): readonly LogEntry[] {
    if (!this.#types && !this.#nodeIds) return entries;
    return entries.filter((entry) => this.accepts(entry));
  }

  accepts(entry: LogEntry): boolean {
    if (entry.isControl) return true;
    if (this.#types && !this.#types.has(entry.type)) return false;
    return !this.#nodeIds || (entry.nodeId !== undefined && this.#nodeIds.has(entry.nodeId));
  }
}

function normalize<T extends string>(values: readonly T[] | undefined): readonly T[] | undefined {
  return values && values.length > 0 ? [...new Set(values)].sort() : undefined;
}
