import { Inject, Injectable } from '@nestjs/common';
import { concat, defer, filter, Subject, type Observable } from 'rxjs';
import { StreamingError } from '../errors/streaming.error.js';
import { followAsObservable } from '../log/follow-as-observable.js';
import type { StreamLog } from '../log/stream-log.js';
import { STREAM_LOG } from '../options/tokens.js';
import { executionChannel } from '../protocol/channel.js';
import { StreamEventType } from '../protocol/stream-event-type.js';
import type { StreamUpdate } from '../protocol/stream-update.js';
import { ExecutionRegistry } from './execution-registry.js';
import type { KnownExecution } from './ended-execution.js';
import type { Execution } from './execution.js';

/** The options of a legacy token stream. */
export interface TokenStreamConfig {
  /** How long tokens are joined, in milliseconds. @default `tokens.flushIntervalMs` of the module */
  readonly flushIntervalMs?: number;
  /** The former name of `flushIntervalMs`, in milliseconds too. If both are set, `flushIntervalMs` counts. */
  readonly flushInterval?: number;
  readonly [key: string]: unknown;
}

/** The token stream of one node. */
export interface ActiveTokenStream {
  /** Identifies the stream, for logs and displays. To get the ids, read the next two fields. */
  readonly streamKey: string;
  /** The execution of the stream. */
  readonly executionId: string;
  /** The node of the stream. */
  readonly nodeId: string;
  /** Its options. */
  readonly config: TokenStreamConfig;
  /** How many tokens it has streamed. */
  readonly totalTokens: number;
}

/**
 * Streams tokens by the id of the execution and the node. It has the methods that this service had in 0.x.
 * The first token opens an execution if there is none with the id. If another instance runs the execution,
 * the tokens go into its stream. New code uses `token` of an `Emitter`.
 *
 * @publicApi
 */
@Injectable()
export class TokenStreamingService {
  /** Open token streams, by execution and node. Two maps, since ids may contain any characters. */
  readonly #streams = new Map<string, Map<string, ActiveTokenStream>>();
  /** Executions that this service has opened. It must also end them. */
  readonly #opened = new Map<string, Execution>();
  readonly #tokens = new Subject<StreamUpdate<'token'>>();
  readonly #startedAt = Date.now();
  #totalTokens = 0;

  constructor(
    private readonly executions: ExecutionRegistry,
    @Inject(STREAM_LOG) private readonly log: StreamLog,
  ) {}

  /** Prepares the token stream of a node. If the execution has ended, it is opened again, in a new epoch. */
  async initializeTokenStream(stream: {
    executionId: string;
    nodeId: string;
    config?: TokenStreamConfig;
  }): Promise<void> {
    const { executionId, nodeId, config = {} } = stream;
    if (this.executions.get(executionId)?.ended) await this.executions.forget(executionId);
    const execution = this.#open(executionId);
    if (!execution.ended) this.#register(execution, nodeId, config);
    await execution.opened;
  }

  /** Streams one token of a node. Tokens of an execution that has ended are dropped. */
  streamToken(
    executionId: string,
    nodeId: string,
    token: string,
    metadata?: Readonly<Record<string, unknown>>,
  ): void {
    const execution = this.#open(executionId);
    if (execution.ended) return;
    const stream =
      this.#streams.get(executionId)?.get(nodeId) ?? this.#register(execution, nodeId, {});
    this.#streams.get(executionId)?.set(nodeId, { ...stream, totalTokens: stream.totalTokens + 1 });
    this.#totalTokens += 1;
    const { flushInterval, flushIntervalMs = flushInterval } = stream.config;
    execution.context.token(token, { nodeId, metadata, flushIntervalMs });
    this.#tokens.next({ type: StreamEventType.TOKEN, data: { content: token } });
  }

  /**
   * Sends the tokens that wait to be joined. It resolves when they are in the log. If the execution has ended, it
   * resolves even if the log refused tokens: `done` of the execution rejects with the reason.
   *
   * @throws StreamingError `LOG_UNAVAILABLE`, or another error of the log, while the execution runs
   */
  async flushTokens(executionId: string, nodeId?: string): Promise<void> {
    const known = this.executions.get(executionId);
    await (known?.ended ? known.finished() : known?.flush(nodeId));
  }

  /**
   * The token updates of an execution, or of one of its nodes: first all past ones, then new ones until the
   * execution ends. The Observable fails with `EXECUTION_NOT_FOUND` if there is no such execution.
   */
  getTokenStream(executionId: string, nodeId?: string): Observable<StreamUpdate> {
    const channel = executionChannel(executionId);
    const known = defer(async () => {
      await this.executions.get(executionId)?.opened;
      if (!(await this.log.describe(channel)))
        throw new StreamingError('EXECUTION_NOT_FOUND', 'There is no such execution.');
    });
    const accepts = (entry: { type: string; nodeId: string | undefined }): boolean =>
      entry.type === StreamEventType.TOKEN && (nodeId === undefined || entry.nodeId === nodeId);
    return concat(
      known.pipe(filter((value): value is never => value !== undefined)),
      followAsObservable(this.log, channel, { accepts }),
    );
  }

  /** Every token that this service streams from now on. */
  getGlobalTokenStream(): Observable<StreamUpdate<'token'>> {
    return this.#tokens.asObservable();
  }

  /**
   * How many token streams are open, how many tokens this service has streamed since the application started,
   * and how many per second on average.
   */
  getTokenStats(): {
    activeStreams: number;
    totalTokensProcessed: number;
    averageTokensPerSecond: number;
  } {
    const seconds = Math.max(1, Date.now() - this.#startedAt) / 1_000;
    return {
      activeStreams: this.getActiveTokenStreams().length,
      totalTokensProcessed: this.#totalTokens,
      averageTokensPerSecond: this.#totalTokens / seconds,
    };
  }

  /** Sends the tokens of one node that wait to be joined, then closes its token stream. */
  async closeTokenStream(executionId: string, nodeId: string): Promise<void> {
    await this.flushTokens(executionId, nodeId);
    this.#streams.get(executionId)?.delete(nodeId);
  }

  /**
   * Closes the token streams of an execution, and ends the execution if this service opened it. If the execution has
   * ended before, it resolves even if the log refused tokens; see {@link flushTokens}.
   *
   * @throws StreamingError `LOG_UNAVAILABLE`, or another error of the log, while the execution runs
   */
  async closeExecutionTokenStreams(executionId: string): Promise<void> {
    await this.flushTokens(executionId);
    this.#streams.delete(executionId);
    const execution = this.#opened.get(executionId);
    this.#opened.delete(executionId);
    await execution?.complete();
  }

  /** The open token streams of all executions. */
  getActiveTokenStreams(): ActiveTokenStream[] {
    return [...this.#streams.values()].flatMap((streams) => [...streams.values()]);
  }

  #open(executionId: string): KnownExecution {
    const existing = this.executions.get(executionId);
    if (existing) return existing;
    const execution = this.executions.open({ executionId, joins: true });
    this.#opened.set(executionId, execution);
    const ended = (): void =>
      void (this.#opened.get(executionId) === execution && this.#opened.delete(executionId));
    execution.done.then(ended, ended);
    return execution;
  }

  #register(execution: Execution, nodeId: string, config: TokenStreamConfig): ActiveTokenStream {
    const { executionId } = execution;
    const streamKey = `${executionId}:${nodeId}`;
    const stream = { streamKey, executionId, nodeId, config, totalTokens: 0 };
    const streams = this.#streams.get(executionId) ?? this.#streamsUntilEnd(execution);
    streams.set(nodeId, stream);
    return stream;
  }

  /** The streams of an execution are removed when it ends. */
  #streamsUntilEnd({ executionId, done }: Execution): Map<string, ActiveTokenStream> {
    const streams = new Map<string, ActiveTokenStream>();
    this.#streams.set(executionId, streams);
    const ended = (): void =>
      void (this.#streams.get(executionId) === streams && this.#streams.delete(executionId));
    done.then(ended, ended);
    return streams;
  }
}
