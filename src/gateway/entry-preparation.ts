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
 * Asks a gateway's `beforeDeliver` about each entry, once, however many clients get it, however often
 * they read it again, and whichever object the log gives for it.
 */
export class EntryPreparation {
  readonly #prepared = new PreparedEntries();

  /** @param onFailure - told when the hook throws; the entry is withheld then */
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

  /** Asks about an update for one client that is in no log, and so has no place in a channel. */
  prepareUnlogged(update: StreamUpdate, clientId: string): StreamUpdate | undefined {
    // A copy, as it goes out, since the caller's own object must not be frozen.
    const copy = JSON.parse(JSON.stringify(update)) as StreamUpdate;
    const target = targetOfUpdate(copy) ?? { kind: 'client', id: clientId };
    const prepared = this.#ask(copy, target);
    // The type stays, so the data is what the hook makes of that type's.
    return prepared && ({ ...prepared, type: copy.type } as StreamUpdate);
  }

  #prepareEntry(entry: LogEntry): LogEntry | 'withheld' {
    const { update, life } = entry;
    const prepared = this.#ask(update, life.channel);
    if (!prepared) return withheld(entry);
    return prepared === update ? entry : entry.withContent(prepared);
  }

  /**
   * The update is frozen, as the JSON that goes out is made already and others in the process share
   * it: a hook that changed it would seem to redact what viewers get all the same.
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

/** Viewers must learn the state of an execution, if nothing else. */
function withheld(entry: LogEntry): LogEntry | 'withheld' {
  const { update } = entry;
  if (!isControlUpdate(update)) return isThreadEvent(update.type) ? entry : 'withheld';
  return entry.withContent({ ...update, data: { state: update.data.state } });
}

/** The channel that an update in no log names as its own, if it names one. */
export function targetOfUpdate({ metadata }: StreamUpdate): Channel | undefined {
  const { roomId, executionId } = metadata ?? {};
  if (typeof roomId === 'string') return roomChannel(roomId);
  if (typeof executionId === 'string') return executionChannel(executionId);
  return undefined;
}
