import { deepFreeze } from '../common/deep-freeze.js';
import type { LogEntry, UpdateContent } from '../log/log-entry.js';
import { executionChannel, roomChannel, type Channel } from '../protocol/channel.js';
import { isThreadEvent } from '../protocol/thread-event-name.js';
import { isControlUpdate, type StreamUpdate } from '../protocol/stream-update.js';
import { PreparedEntries } from './prepared-entries.js';

/**
 * The place that an update goes to: a channel, or a single client. For a client, `id` is the id of its
 * connection.
 */
export type DeliveryTarget = Channel | { readonly kind: 'client'; readonly id: string };

/** See `StreamingWebSocketGateway.beforeDeliver`. */
export type BeforeDeliver = (
  update: StreamUpdate,
  channel: DeliveryTarget,
) => UpdateContent | undefined;

/**
 * Calls a gateway's `beforeDeliver` once for each entry. The result is shared by all clients that get the
 * entry, also if they read it again or if the log makes another object for it.
 */
export class EntryPreparation {
  readonly #prepared = new PreparedEntries();

  /** @param onFailure - called if the hook throws; then the entry is withheld */
  constructor(
    private readonly beforeDeliver: BeforeDeliver,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  prepare(entry: LogEntry): LogEntry | undefined {
    let prepared = this.#prepared.get(entry);
    if (!prepared) {
      prepared = this.#prepareEntry(entry);
      this.#prepared.set(entry, prepared);
    }
    return prepared === 'withheld' ? undefined : prepared;
  }

  /** Asks about an update for one client. The update is in no log, so it has no place in a channel. */
  prepareUnlogged(update: StreamUpdate, clientId: string): StreamUpdate | undefined {
    // A copy, because the caller's own object must not be frozen.
    const copy = JSON.parse(JSON.stringify(update)) as StreamUpdate;
    const target = targetOfUpdate(copy) ?? { kind: 'client', id: clientId };
    const prepared = this.#ask(copy, target);
    // The type does not change, so the data of the hook belongs to this type.
    return prepared && ({ ...prepared, type: copy.type } as StreamUpdate);
  }

  #prepareEntry(entry: LogEntry): LogEntry | 'withheld' {
    const { update, life } = entry;
    const prepared = this.#ask(update, life.channel);
    if (!prepared) return withheld(entry);
    return prepared === update ? entry : entry.withContent(prepared);
  }

  /**
   * The update is frozen, because its JSON is already made, and other code in the process shares the object.
   * If a hook changed the object, viewers would still get the original.
   */
  #ask(update: StreamUpdate, target: DeliveryTarget): UpdateContent | undefined {
    try {
      return this.beforeDeliver(deepFreeze(update), target);
    } catch (error) {
      this.onFailure(error);
      return undefined;
    }
  }
}

/** Viewers always get the state of an execution, even if the rest is withheld. */
function withheld(entry: LogEntry): LogEntry | 'withheld' {
  const { update } = entry;
  if (!isControlUpdate(update)) return isThreadEvent(update.type) ? entry : 'withheld';
  return entry.withContent({ ...update, data: { state: update.data.state } });
}

/** The channel that an update outside of a log names in its metadata, if any. */
export function targetOfUpdate({ metadata }: StreamUpdate): Channel | undefined {
  const { roomId, executionId } = metadata ?? {};
  if (typeof roomId === 'string') return roomChannel(roomId);
  if (typeof executionId === 'string') return executionChannel(executionId);
  return undefined;
}
