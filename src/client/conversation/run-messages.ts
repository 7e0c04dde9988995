import { executionChannel } from '../../protocol/channel.js';
import type { SafeError, StreamUpdate } from '../../protocol/stream-update.js';
import type { StreamedMessage } from '../../protocol/streamed-message.js';
import type { Follower } from '../follower.js';
import { MessageList } from '../message-list.js';
import { isMessage, mergeMessages } from './merge-messages.js';
import type { ThreadWire } from './thread-wire.js';

/** The functions that are called for facts besides messages. */
export interface RunEvents {
  onChange(): void;
  /** Whether the agent keeps a message already. */
  isKept(id: string | undefined): boolean | undefined;
  /**
   * The agent keeps the state of the run up to here, with the input of the run.
   *
   * @param isEdited - whether the run has changed or removed messages that were kept before
   */
  onCheckpoint(checkpointId: string, isEdited: boolean): void;
  /** A part of the messages is missing here. The agent may have it. */
  onLost(): void;
  /** No more updates follow. */
  onEnd(error?: SafeError): void;
}

/** The updates of a run that messages are made of. */
const EVENT_TYPES = ['token', 'messages', 'updates', 'checkpoints', 'node:retry'] as const;

/** The id with which LangGraph removes all messages. */
const ALL = '__remove_all__';

/** Follows a run, and joins its messages. */
export class RunMessages {
  readonly #events: RunEvents;
  /** Whether more updates may come. */
  isOpen = true;
  /** What the run said before a part was lost. It is shown until the server has answered with what the agent keeps. */
  before: readonly StreamedMessage[] = [];
  #list = new MessageList();
  /** Whether kept messages were changed since the last checkpoint. */
  #isEdited = false;
  readonly #follower: Follower;

  constructor(executionId: string, wire: ThreadWire, events: RunEvents) {
    this.#events = events;
    this.#follower = wire.follow(executionChannel(executionId), { eventTypes: EVENT_TYPES })({
      receive: (update) => this.#take(update),
      wait: () => undefined,
      subscribed: () => undefined,
      reset: () => {
        this.before = mergeMessages(this.all, this.before);
        this.#list.clear();
        events.onLost();
      },
      end: ({ error }) => this.#end(error),
      fail: () => {
        this.#end();
        // The log may be gone. The agent keeps the messages.
        events.onLost();
      },
    });
  }

  /** The same array until something changed. */
  get all(): readonly StreamedMessage[] {
    return this.#list.all;
  }

  start(): void {
    this.#follower.start();
  }

  close(): void {
    this.#follower.close();
  }

  #end(error?: SafeError): void {
    this.isOpen = false;
    this.#events.onEnd(error);
  }

  #take(update: StreamUpdate): void {
    const { type, data, metadata } = update;
    const isOfGraph = !metadata?.namespace?.length;
    if (type === 'updates') this.#takeWritten(update);
    else if (type !== 'checkpoints') this.#list.add(update);
    else if (isOfGraph && isKept(data)) {
      this.#events.onCheckpoint(data.checkpointId, this.#isEdited);
      this.#isEdited = false;
    }
    this.#events.onChange();
  }

  /** The output of a node: its messages are complete now, in the form in which the agent keeps them. */
  #takeWritten({ data, metadata }: StreamUpdate<'updates'>): void {
    const written = messagesIn(data, 3);
    this.#isEdited ||= written.some(({ id, role }) => role === 'remove' || this.#events.isKept(id));
    this.#remove(written.flatMap(({ id, role }) => (role === 'remove' ? [id] : [])));
    const known = new Set(this.all.map(({ id }) => id));
    for (const message of written)
      if (message.id !== undefined && known.has(message.id))
        this.#list.add({
          type: 'messages',
          data: message,
          ...(metadata && { metadata }),
        });
    if ('omitted' in Object(data)) this.#events.onLost();
  }

  #remove(ids: readonly (string | undefined)[]): void {
    if (ids.length === 0) return;
    const left = ids.includes(ALL) ? [] : this.all.filter(({ id }) => !ids.includes(id));
    this.#list = new MessageList(left);
  }
}

/** The messages in what nodes wrote: `{ node: { channel: [message] } }`. */
function messagesIn(value: unknown, depth: number): StreamedMessage[] {
  if (isMessage(value)) return [value];
  if (depth === 0 || typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((part) => messagesIn(part, depth - 1));
}

/**
 * Whether a checkpoint already includes the input of its run. The checkpoint that announces the input does
 * not.
 */
function isKept(data: unknown): data is { readonly checkpointId: string } {
  const { checkpointId, source } = Object(data) as Record<string, unknown>;
  return typeof checkpointId === 'string' && source === 'loop';
}
