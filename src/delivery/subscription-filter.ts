import type { LogEntry } from '../log/log-entry.js';
import type { StreamEventName } from '../protocol/stream-event-type.js';
import type { StreamUpdate, StreamUpdateMetadata } from '../protocol/stream-update.js';

/** The updates that a subscription gets. Control updates always pass. */
export interface FilterOptions {
  /** Absent or empty: all types. */
  readonly eventTypes?: readonly StreamEventName[] | undefined;
  /** Absent or empty: all nodes. */
  readonly nodeIds?: readonly string[] | undefined;
  /** Absent or empty: all agents. */
  readonly agents?: readonly string[] | undefined;
  /** Whether updates of subgraphs pass. @default true */
  readonly subgraphs?: boolean | undefined;
}

/** Decides which entries a subscription gets. Filters with equal keys accept the same entries. */
export class SubscriptionFilter {
  readonly key: string;
  readonly eventTypes: readonly StreamEventName[] | undefined;
  readonly #options: FilterOptions;
  readonly #types: ReadonlySet<string> | undefined;
  readonly #nodeIds: ReadonlySet<string> | undefined;
  readonly #agents: ReadonlySet<string> | undefined;
  readonly #subgraphs: boolean;

  /** The filter of these options. All subscriptions without a filter share one. */
  static of(options: FilterOptions): SubscriptionFilter {
    const { eventTypes, nodeIds, agents, subgraphs = true } = options;
    const acceptsAll = !eventTypes && !nodeIds && !agents && subgraphs;
    return acceptsAll ? EVERYTHING : new SubscriptionFilter(options);
  }

  constructor(options: FilterOptions = {}) {
    const { subgraphs = true } = options;
    this.#options = options;
    this.#subgraphs = subgraphs;
    const [types, nodeIds, agents] = [options.eventTypes, options.nodeIds, options.agents].map(
      normalize,
    );
    this.eventTypes = types as readonly StreamEventName[] | undefined;
    this.#types = types && new Set(withRetries(types));
    this.#nodeIds = nodeIds && new Set(nodeIds);
    this.#agents = agents && new Set(agents);
    const acceptsAll = !types && !nodeIds && !agents && subgraphs;
    this.key = acceptsAll ? '' : JSON.stringify([types ?? 0, nodeIds ?? 0, agents ?? 0, subgraphs]);
  }

  /** The same filter with other event types. */
  withEventTypes(eventTypes: readonly StreamEventName[]): SubscriptionFilter {
    return new SubscriptionFilter({ ...this.#options, eventTypes });
  }

  /** The entries that the filter accepts; the same array if it accepts all. */
  select(entries: readonly LogEntry[]): readonly LogEntry[] {
    if (this.key === '') return entries;
    return entries.filter((entry) => this.accepts(entry));
  }

  accepts(entry: LogEntry): boolean {
    if (entry.isControl) return true;
    if (this.#types && !this.#types.has(entry.type)) return false;
    if (this.#nodeIds && !(entry.nodeId !== undefined && this.#nodeIds.has(entry.nodeId))) {
      return false;
    }
    return (this.#subgraphs && !this.#agents) || this.#acceptsPlace(entry);
  }

  /** Decoded here and not in the entry, so that the log does not grow. */
  #acceptsPlace({ json }: LogEntry): boolean {
    const { metadata } = JSON.parse(json) as StreamUpdate;
    const { agent, namespace = [] }: Partial<StreamUpdateMetadata> = metadata ?? {};
    if (!this.#subgraphs && namespace.length > 0) return false;
    return !this.#agents || (agent !== undefined && this.#agents.has(agent));
  }
}

const EVERYTHING = new SubscriptionFilter();

/** A viewer that gets the tokens of a node must learn that they are void. */
function withRetries(types: readonly string[]): readonly string[] {
  return types.includes('token') ? [...types, 'node:retry'] : types;
}

function normalize(values: readonly string[] | undefined): readonly string[] | undefined {
  return values && values.length > 0 ? [...new Set(values)].sort() : undefined;
}
