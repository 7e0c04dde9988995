import type { ChannelOwner } from '../protocol/channel.js';
import type { AnsweredInterrupt, ExecutionStateData } from '../protocol/stream-update.js';
import type { ChannelInfo, ResumableSource } from '../log/stream-log.js';
import type { ClaimContext, OnExists } from './execution-claim.js';
import type { FlushClock } from './joining/flush-clock.js';
import type { WriterBounds } from './update-writer.js';

/** How an execution was started: facts for viewers, in `workflow:start`. */
export type ExecutionStart = Pick<
  ExecutionStateData,
  'agent' | 'threadId' | 'parentExecutionId' | 'input' | 'startedBy'
>;

/** The settings of an execution. */
export interface ExecutionSettings extends WriterBounds {
  readonly executionId: string;
  readonly owner?: ChannelOwner | undefined;
  /** The instance that runs it. */
  readonly producer: string;
  readonly onExists: OnExists;
  /** Whether it may stream into an execution of its id that another instance runs. */
  readonly joins: boolean;
  /** How another instance can continue it after an interrupt. */
  readonly resumable?: ResumableSource | undefined;
  /** The waiting execution to continue. */
  readonly takesOver?: ChannelInfo | undefined;
  /** The answers with which it continues. */
  readonly answered?: readonly AnsweredInterrupt[] | undefined;
  /** The parts that its claim needs. */
  readonly claims: Omit<ClaimContext, 'log'>;
  /** See {@link TokenCoalescer}. */
  readonly flushIntervalMs: (messages: number) => number;
  /** See {@link TokenCoalescer}. */
  readonly flushClock: FlushClock;
  readonly interruptTimeoutMs: number;
  /** How large the data of one update may be, in bytes of JSON. */
  readonly maxUpdateBytes: number;
  /** Whether viewers get the result on `workflow:end`. */
  readonly publishResult?: boolean | undefined;
  /** Further data of `workflow:start`. */
  readonly start?: ExecutionStart | undefined;
  /** The work that must end before the channel is claimed. */
  readonly after?: Promise<unknown> | undefined;
}
