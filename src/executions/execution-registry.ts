import { randomUUID } from 'node:crypto';
import { StreamingError } from '../errors/streaming.error.js';
import { ExpiryQueue } from '../common/expiry-queue.js';
import type { ChannelInfo, ResumableSource, StreamLog } from '../log/stream-log.js';
import type { ChannelOwner } from '../protocol/channel.js';
import { HOLDS_NOTHING } from '../cluster/held-executions.js';
import type { AnsweredInterrupt } from '../protocol/stream-update.js';
import { EndedExecution, type KnownExecution } from './ended-execution.js';
import { Execution } from './execution.js';
import type { ExecutionStart } from './execution-settings.js';
import { existsAlready, type ClaimContext, type OnExists } from './execution-claim.js';
import { FlushClock } from './joining/flush-clock.js';
import { FlushPace } from './joining/flush-pace.js';
import type { QueueBounds } from './update-writer.js';
import { WaitingBytes } from './waiting-bytes.js';

/** Limits and defaults of the executions of a registry. */
export interface ExecutionRegistryOptions extends QueueBounds {
  /** How many bytes may wait for the log in the whole instance. */
  readonly maxWaitingBytes: number;
  readonly flushIntervalMs: number | 'auto';
  readonly maxFlushIntervalMs: number;
  readonly interruptTimeoutMs: number;
  /** @default as large as may wait */
  readonly maxUpdateBytes?: number | undefined;
  readonly maxActive: number;
  readonly retentionMs: number;
  /** The id of the instance in the log. @default a random UUID */
  readonly instanceId?: string;
  /** The parts that a claim needs. @default those of a single instance */
  readonly claims?: Omit<ClaimContext, 'log'>;
}

/** How to open an execution. */
export interface OpenExecutionOptions {
  /** The id of the execution. It may contain any characters. @default a random UUID */
  readonly executionId?: string | undefined;
  /**
   * The owner, such as `ownerOf(principal)`. Under the default policy only the owner may see the execution;
   * without an owner, no client may see it.
   */
  readonly owner?: ChannelOwner | undefined;
  /** How long tokens are joined, in milliseconds. @default the module's `tokens.flushIntervalMs` */
  readonly flushIntervalMs?: number | 'auto' | undefined;
  /** Whether viewers get the value that the source returns, as `result` of `workflow:end`. @default false */
  readonly publishResult?: boolean | undefined;
  /** Facts that viewers get in `workflow:start`, such as the agent and the thread. */
  readonly start?: ExecutionStart | undefined;
  /** What happens if any instance already has an execution with the id. @default 'reject' */
  readonly onExists?: OnExists | undefined;
  /**
   * Lets another instance continue the execution if this instance is gone while the execution waits for an
   * answer. @internal
   */
  readonly resumable?: ResumableSource | undefined;
}

/** How executions are opened inside of the library. */
interface OpeningOptions extends OpenExecutionOptions {
  /** Whether it may stream into an execution with its id that another instance runs. */
  readonly joins?: boolean | undefined;
  readonly takesOver?: ChannelInfo | undefined;
  readonly answered?: readonly AnsweredInterrupt[] | undefined;
  readonly after?: Promise<unknown> | undefined;
}

const ALONE = { holds: HOLDS_NOTHING, isAlive: async (): Promise<boolean> => true };

/** The executions that this process runs, and those that ended within the retention time. */
export class ExecutionRegistry {
  readonly #executions = new Map<string, KnownExecution>();
  readonly #ended: ExpiryQueue<string>;
  /** All executions of a process share its event loop. */
  readonly #pace: FlushPace;
  readonly #clock: FlushClock;
  readonly #waiting: WaitingBytes;
  /** Names the instance in the log. */
  readonly instanceId: string;
  readonly #onOpened = new Set<(executionId: string) => void>();
  #active = 0;
  #isRefusing = false;
  readonly #followers = new AbortController();

  constructor(
    private readonly log: StreamLog,
    private readonly options: ExecutionRegistryOptions,
  ) {
    this.instanceId = options.instanceId ?? randomUUID();
    this.#waiting = new WaitingBytes(options.maxWaitingBytes);
    this.#pace = new FlushPace(options.maxFlushIntervalMs);
    this.#clock = new FlushClock(this.#pace);
    this.#ended = new ExpiryQueue(options.retentionMs, (executionId) =>
      this.#executions.delete(executionId),
    );
  }

  /**
   * Opens an execution; it is running until it is completed, failed or cancelled.
   *
   * @throws StreamingError `EXECUTION_EXISTS`, `SERVER_SHUTDOWN` while the server stops, or `LIMIT_EXCEEDED`
   * if `executions.maxActive` executions are active
   */
  open(options: OpenExecutionOptions & Pick<OpeningOptions, 'joins'> = {}): Execution {
    return this.#open(options);
  }

  /**
   * Continues an execution that waits for an answer and that no instance runs.
   *
   * @param answered - the answered questions, for viewers
   * @throws StreamingError as {@link open}
   */
  takeOver(takesOver: ChannelInfo, answered: readonly AnsweredInterrupt[] = []): Execution {
    const { channel, owner, source: resumable } = takesOver;
    return this.#open({ executionId: channel.id, owner, resumable, takesOver, answered });
  }

  /**
   * Opens an ended execution again, with the same id and owner, in a new epoch. Its former updates are
   * deleted.
   *
   * @throws StreamingError `LIMIT_EXCEEDED` as {@link open}; then nothing is deleted
   */
  reopen(ended: KnownExecution): Execution {
    this.#requireRoom();
    const { executionId } = ended;
    const { owner } = ended.hold;
    // The new execution must not be opened before the last updates of the old one are written.
    const after = ended.finished();
    this.#executions.delete(executionId);
    this.#ended.remove(executionId);
    return this.#open({ executionId, owner, after, onExists: 'replace' });
  }

  #open(options: OpeningOptions): Execution {
    const { executionId = randomUUID(), onExists = 'reject' } = options;
    const after = options.after ?? this.#makeWay(executionId, onExists);
    if (this.#executions.has(executionId)) throw existsAlready();
    if (this.#isRefusing)
      throw new StreamingError(
        'SERVER_SHUTDOWN',
        'The server is stopping and starts no new executions. Try again later.',
      );
    this.#requireRoom();
    const { highWaterMarkBytes, maxQueuedBytes, maxUpdateBytes, interruptTimeoutMs } = this.options;
    const { flushIntervalMs = this.options.flushIntervalMs } = options;
    // Not spread: with a spread, V8 would give the settings of each execution another hidden class. Then
    // every read of them, several for each token, would be slow.
    const execution = new Execution(this.log, {
      executionId,
      highWaterMarkBytes,
      maxQueuedBytes,
      interruptTimeoutMs,
      maxUpdateBytes: maxUpdateBytes ?? Number.POSITIVE_INFINITY,
      owner: options.owner,
      publishResult: options.publishResult,
      start: options.start,
      after,
      onExists,
      joins: options.joins === true,
      resumable: options.resumable,
      takesOver: options.takesOver,
      answered: options.answered,
      claims: this.options.claims ?? ALONE,
      producer: this.instanceId,
      waiting: this.#waiting,
      flushIntervalMs: (messages) => this.#pace.stretched(flushIntervalMs, messages),
      flushClock: this.#clock,
    });
    this.#executions.set(executionId, execution);
    this.#active += 1;
    const ended = (): void => {
      this.#active -= 1;
      // The log describes executions that this instance does not run.
      if (execution.hold.isGuest || execution.hold.left) this.#drop(execution);
      else if (this.#executions.get(executionId) === execution) this.#ended.touch(executionId);
    };
    void execution.done.then(ended, ended);
    void execution.settled().then(() => this.#shrink(execution));
    const opened = (): void => {
      this.#releaseAtEnd(execution);
      this.#onOpened.forEach((listener) => listener(executionId));
    };
    // A refused attempt is not an execution. The log describes the existing execution.
    const refused = (): void => this.#drop(execution);
    execution.opened.then(opened, refused);
    return execution;
  }

  /**
   * This instance is responsible for an execution until it ends. If the execution waits in another instance,
   * that instance is responsible.
   */
  #releaseAtEnd(execution: Execution): void {
    if (execution.hold.isGuest) return;
    const release = (): void => {
      if (execution.hold.left !== 'parked')
        this.options.claims?.holds.release(execution.executionId);
    };
    execution.done.then(release, release);
  }

  /** Only little of an ended execution is still needed. */
  #shrink(execution: Execution): void {
    const { executionId } = execution;
    if (this.#executions.get(executionId) !== execution) return;
    this.#executions.set(executionId, new EndedExecution(execution));
  }

  /** @returns the work that must end before an execution with the id can begin */
  #makeWay(executionId: string, onExists: OnExists): Promise<unknown> | undefined {
    const known = this.#executions.get(executionId);
    if (!known || onExists !== 'replace') return undefined;
    const message = 'Another execution took its place.';
    if (!known.ended)
      known.leave('taken over', new StreamingError('EXECUTION_TAKEN_OVER', message));
    this.#drop(known);
    return known.finished();
  }

  #drop({ executionId, hold }: KnownExecution): void {
    // The hold is the same before and after the execution was replaced by its facts.
    if (this.#executions.get(executionId)?.hold !== hold) return;
    this.#executions.delete(executionId);
    this.#ended.remove(executionId);
  }

  #requireRoom(): void {
    if (this.#active < this.options.maxActive) return;
    throw new StreamingError(
      'LIMIT_EXCEEDED',
      'Too many executions are active; raise executions.maxActive or wait until one ends.',
      { retryable: true },
    );
  }

  /** Calls `listener` with the id of each execution from the moment it can be subscribed to. */
  onOpened(listener: (executionId: string) => void): void {
    this.#onOpened.add(listener);
  }

  get(executionId: string): KnownExecution | undefined {
    return this.#executions.get(executionId);
  }

  /** An execution that is running or interrupted. */
  getActive(executionId: string): Execution | undefined {
    const known = this.#executions.get(executionId);
    return known?.ended ? undefined : known;
  }

  /** Removes an ended execution and its updates. */
  async forget(executionId: string): Promise<void> {
    const execution = this.#executions.get(executionId);
    if (!execution?.ended) return;
    this.#drop(execution);
    // Its last updates may still be on their way to the log.
    await execution.finished();
    // Executions of other instances are not removed here.
    if (execution.hold.isGuest || execution.hold.left) return;
    await this.log.delete(execution.channel);
  }

  /** Every execution that is running or interrupted. */
  active(): Execution[] {
    return [...this.#executions.values()].flatMap((known) => (known.ended ? [] : [known]));
  }

  /** Aborts when followers in this process must end, because the server stops. */
  get followersSignal(): AbortSignal {
    return this.#followers.signal;
  }

  /** Whether no execution is opened any more. */
  get isRefusing(): boolean {
    return this.#isRefusing;
  }

  /** Opens no execution any more. */
  refuse(): void {
    this.#isRefusing = true;
  }

  /** Ends all followers in this process. */
  endFollowers(): void {
    this.#followers.abort();
  }

  /** Cancels the running executions. Resolves when all updates are in the log. */
  async close(): Promise<void> {
    for (const execution of this.active()) void execution.cancel('The server is stopping.');
    // The last updates of ended executions may still be on their way to the log.
    await Promise.all([...this.#executions.values()].map((known) => known.finished()));
    this.#executions.clear();
    this.#ended.clear();
  }
}
