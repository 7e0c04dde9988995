import { deepFreeze } from '../common/deep-freeze.js';
import { isList, isRecord } from '../common/is-record.js';
import type { LogEntry, UpdateContent } from '../log/log-entry.js';
import { executionChannel, nameOf, roomChannel, type Channel } from '../protocol/channel.js';
import type { StreamEventName } from '../protocol/stream-event-type.js';
import {
  isControlUpdate,
  type InterruptRequest,
  type StreamUpdate,
} from '../protocol/stream-update.js';
import { isThreadEvent } from '../protocol/thread-event-name.js';
import type { ThreadRunData } from '../protocol/thread-updates.js';
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

  /** The questions of an execution, as its viewers get them in an `interrupt` update. */
  questionsOf(
    executionId: string,
    interrupts: readonly InterruptRequest[],
  ): readonly InterruptRequest[] | undefined {
    return this.questions(executionChannel(executionId), interrupts);
  }

  /** Questions as viewers of a channel get them in an `interrupt` update; undefined to withhold them. */
  questions(
    channel: Channel,
    interrupts: readonly InterruptRequest[],
  ): readonly InterruptRequest[] | undefined {
    if (interrupts.length === 0) return interrupts;
    const data = this.#askUnlogged('interrupt', { state: 'interrupted', interrupts }, channel);
    return questionsIn(data);
  }

  /** A state as viewers of a channel get it in a `values` update; undefined to withhold it. */
  values(channel: Channel, state: object): unknown {
    return this.#askUnlogged('values', state, channel);
  }

  /** Asks about what is in no log of its own, as if it were an update. @returns its data */
  #askUnlogged(type: StreamEventName, data: object, channel: Channel): unknown {
    const metadata = { timestamp: Date.now(), sequenceNumber: 0, ...nameOf(channel) };
    // A copy, as it goes out: what the log or the checkpointer keeps must not be frozen.
    const update = JSON.parse(JSON.stringify({ type, data, metadata })) as StreamUpdate;
    return this.#ask(update, channel)?.data;
  }

  #prepareEntry(entry: LogEntry): LogEntry | 'withheld' {
    const shown = this.#withShownQuestions(entry);
    const prepared = this.#ask(shown.update, entry.life.channel);
    if (!prepared) return withheld(shown);
    return prepared === shown.update ? shown : shown.withContent(prepared);
  }

  /** Other updates repeat the questions of an `interrupt` update. */
  #withShownQuestions(entry: LogEntry): LogEntry {
    if (!entry.isControl || entry.type === 'interrupt') return entry;
    const { data, metadata } = entry.update;
    const interrupts = questionsIn(data);
    if (!interrupts) return entry;
    const { interrupts: _asked, ...rest } = data as Partial<ThreadRunData>;
    const executionId = rest.executionId ?? metadata?.executionId ?? entry.life.channel.id;
    const shown = this.questionsOf(executionId, interrupts);
    return entry.withContent({ ...entry.update, data: { ...rest, interrupts: shown } });
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
  if (isControlUpdate(update))
    return entry.withContent({ ...update, data: { state: update.data.state } });
  if (!isThreadEvent(update.type)) return 'withheld';
  // What became of which run, and that something was changed.
  const { executionId, state, void: isVoid } = update.data as Partial<ThreadRunData>;
  return entry.withContent({ ...update, data: { executionId, state, void: isVoid } });
}

function questionsIn(data: unknown): readonly InterruptRequest[] | undefined {
  const interrupts = isRecord(data) ? data['interrupts'] : undefined;
  return isList(interrupts) ? (interrupts as readonly InterruptRequest[]) : undefined;
}

/** The channel that an update outside of a log names in its metadata, if any. */
export function targetOfUpdate({ metadata }: StreamUpdate): Channel | undefined {
  const { roomId, executionId } = metadata ?? {};
  if (typeof roomId === 'string') return roomChannel(roomId);
  if (typeof executionId === 'string') return executionChannel(executionId);
  return undefined;
}
