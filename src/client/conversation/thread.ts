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

/** For how long a start is repeated. The server remembers its key for longer, in milliseconds. */
const REPEAT_START_MS = 3_600_000;

/** Why the answer to a start did not come, although the run may have begun. */
const UNANSWERED: readonly string[] = ['CONNECTION_LOST', 'REQUEST_TIMEOUT', 'SERVER_SHUTDOWN'];

/** Why a run cannot be cancelled that was about to end. */
const ENDED: readonly string[] = ['EXECUTION_NOT_ACTIVE', 'EXECUTION_NOT_FOUND'];

/**
 * A conversation with an agent: shows it, and starts, answers and cancels its runs. Made by
 * `client.thread()`.
 *
 * ```ts
 * const thread = client.thread(id, { agent: 'support' });
 * thread.on('change', () => show(thread.messages));
 * await thread.start({ messages: [{ id: crypto.randomUUID(), role: 'user', content: 'Hello' }] });
 * ```
 *
 * It is followed from the first listener or `follow()` on; to read it follows nothing.
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

  /** @internal */
  constructor(id: string | undefined, options: ThreadOptions, wire: ThreadWire) {
    this.#options = options;
    this.#wire = wire;
    this.id = id ?? randomId();
    this.#isNew = options.isNew ?? id === undefined;
    this.#follower = new ThreadFollower(this.id, wire, () => this.#changed());
  }

  /** How much is known of the thread. */
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
   * All that is known now, to be shown. It is immutable, and the same object until something changed:
   * listen to `change`. To read it does not follow the thread.
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
   * Follows the thread. Resolves when the conversation is known; of a new thread at once, and of one that
   * was deleted or closed too.
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

  /** Stops following the thread. Its runs go on. */
  close(): void {
    this.#follower.stop('closed', closedError());
  }

  /**
   * Starts a run. While the answer of the server does not come, the start is repeated with its key, so that
   * it begins once, whatever the connection does. Messages of the input are shown at once.
   *
   * @param input - what the agent takes. Give messages of the user an `id`, so that they keep it
   * @throws StreamingClientError with the server's code, such as `INVALID_PAYLOAD` or `THREAD_BUSY`;
   * `CLIENT_CLOSED`; `CONNECTION_LOST` or `REQUEST_TIMEOUT` when no answer came for an hour
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
    try {
      const answer = await repeated(
        this.#wire,
        () => this.#wire.send('start_execution', payload),
        ({ code }) => UNANSWERED.includes(code) && performance.now() < until,
      );
      if (part) conversation.assign(part, answer.executionId);
      return answer;
    } catch (error) {
      if (part) conversation.drop(part);
      throw error;
    } finally {
      this.#changed();
    }
  }

  /**
   * Starts a run at an earlier checkpoint, which is the newest branch of the conversation from then on. Without
   * an input the agent goes on from there, as to answer once more.
   *
   * @throws StreamingClientError `CHECKPOINT_NOT_FOUND`, `UNSUPPORTED_BY_AGENT`, and those of {@link start}
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
   * @throws StreamingClientError `EXECUTION_NOT_INTERRUPTED`, and what the connection fails with
   */
  async respond(value: unknown, { interruptId }: RespondOptions = {}): Promise<void> {
    const { interrupts } = await this.#known();
    const asked = interrupts.find(({ id }) => interruptId === undefined || id === interruptId);
    if (!asked || (interruptId === undefined && interrupts.length > 1)) throw notInterrupted();
    const { executionId, id } = asked;
    const answer = { executionId, threadId: this.id, interruptId: id, value };
    await this.#wire.send('respond_interrupt', answer);
  }

  /** Cancels the runs that have not ended, for everybody. */
  async cancel({ executionId, reason }: ThreadCancelOptions = {}): Promise<void> {
    const { runs } = await this.#known();
    const active = runs.filter(({ state }) => !isTerminalState(state));
    const ids = [...active, ...this.#justStarted].map((run) => run.executionId ?? '');
    const wanted = ids.filter((id) => executionId === undefined || id === executionId);
    // Those that wait come first, so that none of them begins.
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
   * Changes the title or the metadata, or writes into the agent's state, which needs a policy that allows it.
   *
   * @throws StreamingClientError `THREAD_NOT_FOUND`, `THREAD_BUSY`, `CHECKPOINT_NOT_FOUND`
   */
  update(changes: Omit<UpdateThreadPayload, 'threadId'>): Promise<UpdateThreadAnswer> {
    return this.#wire.send('update_thread', { ...changes, threadId: this.id });
  }

  /**
   * Cancels the runs of the thread, and deletes it with all that its agent keeps.
   *
   * @throws StreamingClientError `THREAD_NOT_FOUND`
   */
  async delete(): Promise<void> {
    await this.#wire.send('delete_thread', { threadId: this.id });
    this.#follower.stop('deleted');
  }

  #want(): void {
    this.#isWanted = true;
    if (!this.#isNew) this.#follower.start();
  }

  get #isFollowed(): boolean {
    return this.state === 'loading' || this.state === 'live';
  }

  /** The runs that this page started, and that the log of the thread has not told yet. */
  get #justStarted(): Part[] {
    const { parts } = this.#follower.conversation;
    return parts.filter(({ executionId, run }) => executionId !== undefined && !run);
  }

  /** What waits and what runs; the server is asked when the thread is not followed. */
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

function notInterrupted(): StreamingClientError {
  return new StreamingClientError(
    'EXECUTION_NOT_INTERRUPTED',
    'The thread does not wait for this answer; look at `interrupts`.',
  );
}
