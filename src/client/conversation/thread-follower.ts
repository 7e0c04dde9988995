import { threadChannel } from '../../protocol/channel.js';
import type { Cursor } from '../../protocol/cursor.js';
import { isTerminalState } from '../../protocol/execution-state.js';
import type { StreamUpdate } from '../../protocol/stream-update.js';
import type { ThreadAnswer } from '../../protocol/thread-messages.js';
import { Backoff } from '../backoff.js';
import type { Follower, FollowerPosition } from '../follower.js';
import type { StreamingClientError } from '../streaming-client.error.js';
import { reasonOf, type SubscriptionReason } from '../reasons.js';
import { Conversation, type Part } from './conversation.js';
import { RunMessages } from './run-messages.js';
import { repeated, type ThreadWire } from './thread-wire.js';
import type { ThreadState } from './thread-view.js';

/**
 * How soon the agent's state is requested again if it was older than the updates of a run, in milliseconds.
 */
const RELOAD_DELAY_MS = 50;
const MAX_RELOADS = 6;

/** How many logs of runs are read at the same time. */
const MAX_FOLLOWED = 8;

/**
 * Follows the log of a thread and the logs of its active runs, and requests the state that the agent keeps.
 */
export class ThreadFollower {
  readonly #threadId: string;
  readonly #wire: ThreadWire;
  readonly #onChange: () => void;
  state: ThreadState = 'idle';
  error: StreamingClientError | undefined;
  /** Why the thread is not live, or nothing new comes now. */
  reason: SubscriptionReason | undefined;
  readonly conversation = new Conversation();
  #follower: Follower | undefined;
  #isAsking = false;
  /** Whether updates were lost since the last request. */
  #mustAskAgain = false;
  /** Whether the log was lost at the last request. */
  #isLost = false;
  /** The position in the thread's log that the agent's state must have reached. */
  #needed: Cursor | undefined;
  readonly #reloads: Backoff;

  /** @param onChange - called if something may have changed */
  constructor(threadId: string, wire: ThreadWire, onChange: () => void) {
    this.#threadId = threadId;
    this.#wire = wire;
    this.#onChange = onChange;
    const { reconnection } = wire;
    this.#reloads = new Backoff({
      ...reconnection,
      minDelayMs: RELOAD_DELAY_MS,
      maxAttempts: MAX_RELOADS,
    });
  }

  /** Begins to follow, once. */
  start(): void {
    if (this.state !== 'idle') return;
    this.state = 'loading';
    this.#follow();
  }

  /** Stops following. */
  stop(state: ThreadState, error?: StreamingClientError): void {
    if (this.#isOver) return;
    const isClosed = error?.code === 'CLIENT_CLOSED';
    this.state = isClosed ? 'closed' : state;
    this.error = isClosed ? undefined : error;
    this.reason = error && reasonOf(error);
    this.#reloads.cancel();
    this.#follower?.close();
    for (const { said } of this.conversation.parts) said?.close();
    if (state === 'deleted') this.conversation.clear();
    this.#onChange();
  }

  #follow(): void {
    const channel = threadChannel(this.#threadId);
    this.#follower = this.#wire.follow(channel, { from: 'start' })({
      receive: (update) => this.#take(update),
      wait: (error) => this.#onWaiting(error),
      subscribed: (position) => this.#onSubscribed(position),
      reset: () => (this.#isLost = true),
      end: () => undefined,
      fail: (error) => this.#onFailure(error),
    });
    this.#follower.start();
  }

  #onWaiting(error: StreamingClientError): void {
    this.reason = reasonOf(error);
    this.#onChange();
  }

  #onSubscribed({ runs = [], cursor, head = 0 }: FollowerPosition): void {
    this.reason = undefined;
    if (this.#isLost) this.conversation.restart(runs, { ...cursor, sequence: head });
    if (this.#isLost || !this.conversation.kept) this.#ask();
    this.#isLost = false;
    this.#followRuns();
    this.#onChange();
  }

  /** The thread may be gone, or only its log. */
  #onFailure(error: StreamingClientError): void {
    if (error.code !== 'CHANNEL_GONE') return this.#fail(error);
    this.#follower = undefined;
    this.#ask();
  }

  #take(update: StreamUpdate): void {
    const { type, data, metadata } = update;
    const { epoch = '' } = this.#follower?.cursor ?? {};
    this.conversation.apply(update, epoch);
    // The answer that is on its way may be older.
    this.#mustAskAgain ||= this.#isAsking && type === 'thread:update';
    // A fork does not begin with the newest state.
    const isChanged = type === 'run:end' || 'checkpointId' in Object(data);
    if (isChanged) this.#need({ epoch, sequence: metadata?.sequenceNumber ?? 0 });
    this.#followRuns();
    this.#onChange();
  }

  #followRuns(): void {
    const { parts } = this.conversation;
    let open = parts.filter(({ said }) => said?.isOpen).length;
    for (const part of parts)
      if (!part.said && open < MAX_FOLLOWED && this.#isWorthFollowing(part)) {
        open += 1;
        this.#followRun(part);
      }
  }

  #isWorthFollowing({ run, ...part }: Part): boolean {
    if (!run || run.state === 'queued' || run.void) return false;
    if (!isTerminalState(run.state)) return true;
    // If an agent keeps nothing, the logs of its runs are the only source of messages.
    return this.conversation.isTold(part) && !this.conversation.isKept(part);
  }

  #followRun(part: Part): void {
    const { executionId = '' } = part;
    part.said = new RunMessages(executionId, this.#wire, {
      onChange: this.#onChange,
      isKept: (id) => this.conversation.kept?.messages.some((one) => one.id === id),
      onCheckpoint: (checkpointId, isEdited) => {
        if (isEdited || !part.inputAt) part.inputAt = checkpointId;
        this.#askIfOld();
      },
      onLost: () => this.#ask(),
      onEnd: (error) => {
        if (part.run && error) part.run = { ...part.run, error };
        this.#followRuns();
        this.#onChange();
      },
    });
    part.said.start();
  }

  #need(place: Cursor): void {
    this.#needed = place;
    this.#askIfOld();
  }

  #askIfOld(): void {
    if (this.#isOld && !this.#isAsking) this.#ask();
  }

  /** Whether the log has events that are newer than the kept state. */
  get #isOld(): boolean {
    const { kept, parts } = this.conversation;
    if (!kept) return false;
    const { cursor, checkpointId = '' } = kept;
    const isBefore =
      this.#needed?.epoch === cursor.epoch && cursor.sequence < this.#needed.sequence;
    return isBefore || parts.some(({ inputAt, end }) => !end && inputAt && inputAt > checkpointId);
  }

  #ask(): void {
    if (this.#isAsking) this.#mustAskAgain = true;
    if (this.#isAsking || this.#isOver) return;
    this.#isAsking = true;
    this.#mustAskAgain = false;
    this.#reloads.cancel();
    const payload = { threadId: this.#threadId };
    const request = (): Promise<ThreadAnswer> => this.#wire.send('get_thread', payload);
    repeated(this.#wire, request, ({ retryable }) => retryable && !this.#isOver).then(
      (answer) => this.#onKept(answer),
      (error: StreamingClientError) => this.#fail(error),
    );
  }

  #onKept(answer: ThreadAnswer): void {
    this.#isAsking = false;
    if (this.#isOver) return;
    this.conversation.keep(answer, !this.#mustAskAgain);
    this.state = 'live';
    this.#followRuns();
    // A thread whose log is gone may be gone too: to follow it now would begin another.
    if (!this.#follower && !this.#mustAskAgain) this.#follow();
    if (this.#mustAskAgain) this.#ask();
    else if (this.#isOld) this.#reloads.schedule(() => this.#ask());
    else this.#reloads.reset();
    this.#onChange();
  }

  /** A thread that cannot be found, and was there before, is deleted. */
  #fail(error: StreamingClientError): void {
    const { kept, parts } = this.conversation;
    const wasThere = kept !== undefined || parts.length > 0;
    this.stop(error.code === 'THREAD_NOT_FOUND' && wasThere ? 'deleted' : 'failed', error);
  }

  get #isOver(): boolean {
    return !['idle', 'loading', 'live'].includes(this.state);
  }
}
