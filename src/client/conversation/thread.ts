import { isTerminalState } from '../../protocol/execution-state.js';
import type { StreamedMessage } from '../../protocol/streamed-message.js';
import type {
  GetThreadHistoryPayload,
  StartExecutionAnswer,
  ThreadAnswer,
  ThreadHistoryAnswer,
  ThreadInterrupt,
  ThreadRun,
  UpdateThreadAnswer,
  UpdateThreadPayload,
} from '../../protocol/thread-messages.js';
import { Emitter } from '../emitter.js';
import type { RespondOptions } from '../execution-subscription.js';
import { closedError, StreamingClientError } from '../streaming-client.error.js';
import type { Part } from './conversation.js';
import { randomId } from './random-id.js';
import { ThreadFollower } from './thread-follower.js';
import type {
  ThreadCancelOptions,
  ThreadEvents,
  ThreadOptions,
  ThreadStartOptions,
} from './thread-options.js';
import type { ThreadRunView } from './thread-run-view.js';
import { viewOf, type ThreadState, type ThreadView } from './thread-view.js';
import { repeated, type ThreadWire } from './thread-wire.js';

/** How long a start is repeated, in milliseconds. The server remembers the key for longer. */
const REPEAT_START_MS = 3_600_000;

/** Errors after which the run may have begun, although the answer to the start did not come. */
const UNANSWERED: readonly string[] = ['CONNECTION_LOST', 'REQUEST_TIMEOUT', 'SERVER_SHUTDOWN'];

/** Errors of a cancellation that mean that the run has just ended. */
const ENDED: readonly string[] = ['EXECUTION_NOT_ACTIVE', 'EXECUTION_NOT_FOUND'];

/**
 * A conversation with an agent. It has the messages to show, and starts, answers and cancels runs. `client.thread()`
 * makes it.
 *
 * ```ts
 * const thread = client.thread(id, { agent: 'support' });
 * thread.on('change', () => show(thread.messages));
 * await thread.start({ messages: [{ id: crypto.randomUUID(), role: 'user', content: 'Hello' }] });
 * ```
 *
 * The client follows the thread when you add a listener or call `follow()`. Reading its properties does not follow it.
 *
 * @publicApi
 */
export class Thread {
  readonly #options: ThreadOptions;
  readonly #wire: ThreadWire;
  /** The id of the thread. */
  readonly id: string;
  readonly #follower: ThreadFollower;
  readonly #events = new Emitter<ThreadEvents>();
  #view: ThreadView | undefined;
  /** Whether the thread does not exist before its first start. */
  #isNew: boolean;
  #isWanted = false;
  /** The starts that are not answered yet. */
  readonly #starts = new Set<Promise<unknown>>();

  /** @internal */
  constructor(id: string | undefined, options: ThreadOptions, wire: ThreadWire) {
    this.#options = options;
    this.#wire = wire;
    this.id = id ?? randomId();
    this.#isNew = options.isNew ?? id === undefined;
    this.#follower = new ThreadFollower(this.id, wire, () => this.#changed());
  }

  /** Whether the thread is followed, and whether the conversation is known. */
  get state(): ThreadState {
    return this.#follower.state;
  }

  /** The whole conversation; see {@link ThreadView.messages}. */
  get messages(): readonly StreamedMessage[] {
    return this.view().messages;
  }

  /** The runs, in the order in which they were started. */
  get runs(): readonly ThreadRunView[] {
    return this.view().runs;
  }

  /** The questions that wait for an answer. */
  get interrupts(): readonly ThreadInterrupt[] {
    return this.view().interrupts;
  }

  /**
   * Returns everything that the page knows of the thread, to show it. The view is immutable, and stays the same object
   * until something changes. Then the event `change` comes. Reading the view does not follow the thread.
   */
  view(): ThreadView {
    const { conversation, state, reason, error } = this.#follower;
    return (this.#view ??= viewOf(this.id, conversation, state, reason, error));
  }

  /** Adds a listener, and follows the thread. @returns a function that removes it */
  on<TName extends keyof ThreadEvents>(
    event: TName,
    listener: (value: ThreadEvents[TName]) => void,
  ): () => void {
    this.#want();
    return this.#events.on(event, listener);
  }

  /**
   * Follows the thread. It resolves when the conversation is known. For a thread that is new, deleted or closed, it
   * resolves immediately.
   *
   * @throws StreamingClientError with the server's code, such as `THREAD_NOT_FOUND`
   */
  follow(): Promise<void> {
    this.#want();
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        const { state, error } = this.#follower;
        if (state === 'loading') return;
        stop();
        if (state === 'failed') reject(error);
        else resolve();
      };
      const stop = this.#events.on('change', settle);
      settle();
    });
  }

  /** Stops following the thread. Its runs continue. */
  close(): void {
    this.#follower.stop('closed', closedError());
  }

  /**
   * Starts a run. The messages of the input are shown immediately. Until the server answers, the client repeats the
   * start with the same key. So the run begins only once, even if the connection is lost.
   *
   * @param input - the input of the agent. Give each message of the user an `id`, so that the message keeps it.
   * @throws StreamingClientError with the server's code, such as `INVALID_PAYLOAD` or `THREAD_BUSY`;
   * `CLIENT_CLOSED`; `CONNECTION_LOST` or `REQUEST_TIMEOUT` if no answer has come for an hour
   */
  async start(
    input?: unknown,
    { key = randomId(), ...options }: ThreadStartOptions = {},
  ): Promise<StartExecutionAnswer> {
    this.#isNew = false;
    if (this.#isWanted) this.#follower.start();
    const { conversation } = this.#follower;
    const part = this.#isFollowed ? conversation.expect(input) : undefined;
    this.#changed();
    const payload = { ...options, threadId: this.id, agent: this.#options.agent, key, input };
    const until = performance.now() + REPEAT_START_MS;
    const start = repeated(
      this.#wire,
      () => this.#wire.send('start_execution', payload),
      ({ code }) => UNANSWERED.includes(code) && performance.now() < until,
    );
    this.#starts.add(start);
    try {
      const answer = await start;
      if (part) conversation.assign(part, answer.executionId);
      return answer;
    } catch (error) {
      if (part) conversation.drop(part);
      throw error;
    } finally {
      this.#starts.delete(start);
      this.#changed();
    }
  }

  /**
   * Starts a run at an earlier checkpoint. From then on, the new branch is the conversation. Without an input, the agent
   * continues from the checkpoint, for example to generate an answer again.
   *
   * @throws StreamingClientError `CHECKPOINT_NOT_FOUND`, `UNSUPPORTED_BY_AGENT`, and the codes of {@link start}
   */
  fork(
    checkpointId: string,
    input?: unknown,
    options: Omit<ThreadStartOptions, 'checkpointId'> = {},
  ): Promise<StartExecutionAnswer> {
    return this.start(input, { ...options, checkpointId });
  }

  /**
   * Answers a question. The first valid answer wins.
   *
   * @throws StreamingClientError `EXECUTION_NOT_INTERRUPTED`, `CONNECTION_LOST`, `REQUEST_TIMEOUT`, or another code of
   * the server
   */
  async respond(value: unknown, { interruptId }: RespondOptions = {}): Promise<void> {
    const { interrupts } = await this.#known();
    const asked = interrupts.find(({ id }) => interruptId === undefined || id === interruptId);
    if (!asked || (interruptId === undefined && interrupts.length > 1))
      throw new StreamingClientError(
        'EXECUTION_NOT_INTERRUPTED',
        'The thread does not wait for this answer.',
      );
    const { executionId, id } = asked;
    const answer = { executionId, threadId: this.id, interruptId: id, value };
    await this.#wire.send('respond_interrupt', answer);
  }

  /**
   * Cancels the runs that have not ended, or one of them, for everybody. If the server has not answered a start of this
   * page yet, waits for the answer first, because that run is cancelled too.
   */
  async cancel({ executionId, reason }: ThreadCancelOptions = {}): Promise<void> {
    await Promise.allSettled(this.#starts);
    const { runs } = await this.#known();
    const active = runs.filter(({ state }) => !isTerminalState(state));
    const ids = [...active, ...this.#justStarted].map((run) => run.executionId ?? '');
    const wanted = ids.filter((id) => executionId === undefined || id === executionId);
    // Waiting runs are cancelled first, so that none of them begins.
    for (const id of wanted.toReversed()) await this.#cancelRun(id, reason);
  }

  /**
   * The checkpoints of the thread, newest first.
   *
   * @throws StreamingClientError `THREAD_NOT_FOUND`, `UNSUPPORTED_BY_AGENT`
   */
  history(options: Omit<GetThreadHistoryPayload, 'threadId'> = {}): Promise<ThreadHistoryAnswer> {
    return this.#wire.send('get_thread_history', { ...options, threadId: this.id });
  }

  /**
   * Changes the title or the metadata, or writes into the agent's state. For the state, the access policy must allow
   * `command`.
   *
   * @throws StreamingClientError `THREAD_NOT_FOUND`, `THREAD_BUSY`, `CHECKPOINT_NOT_FOUND`
   */
  update(changes: Omit<UpdateThreadPayload, 'threadId'>): Promise<UpdateThreadAnswer> {
    return this.#wire.send('update_thread', { ...changes, threadId: this.id });
  }

  /**
   * Cancels the runs of the thread, and deletes the thread and the data that its agent keeps.
   *
   * @throws StreamingClientError `THREAD_NOT_FOUND`
   */
  async delete(): Promise<void> {
    await this.#wire.send('delete_thread', { threadId: this.id });
    this.#follower.stop('deleted');
  }

  #want(): void {
    this.#isWanted = true;
    if (this.#isNew) return;
    this.#follower.start();
    this.#view = undefined;
  }

  get #isFollowed(): boolean {
    return this.state === 'loading' || this.state === 'live';
  }

  /** The runs that this page started, and that the log of the thread does not tell yet. */
  get #justStarted(): Part[] {
    const { parts } = this.#follower.conversation;
    return parts.filter(({ executionId, run, end }) => executionId !== undefined && !run && !end);
  }

  /** The open runs and questions. If the thread is not followed, asks the server. */
  async #known(): Promise<{
    readonly runs: readonly ThreadRun[];
    readonly interrupts: readonly ThreadInterrupt[];
  }> {
    if (this.state === 'live') return this.view();
    const answer: ThreadAnswer = await this.#wire.send('get_thread', { threadId: this.id });
    return answer;
  }

  async #cancelRun(executionId: string, reason: string | undefined): Promise<void> {
    try {
      await this.#wire.send('cancel_execution', { executionId, threadId: this.id, reason });
    } catch (error) {
      if (!StreamingClientError.isInstance(error) || !ENDED.includes(error.code)) throw error;
    }
  }

  #changed(): void {
    this.#view = undefined;
    this.#events.emit('change', undefined);
  }
}
