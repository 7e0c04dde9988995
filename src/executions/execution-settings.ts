import type { ResumableSource } from '../log/stream-log.js';
import type { ChannelOwner } from '../protocol/channel.js';
import type { ExecutionStateData } from '../protocol/stream-update.js';
import type { FlushClock } from './joining/flush-clock.js';
import type { WriterBounds } from './update-writer.js';

/** What viewers are told of how an execution came to be. */
export type ExecutionStart = Pick<
  ExecutionStateData,
  'agent' | 'threadId' | 'parentExecutionId' | 'input' | 'startedBy'
>;

/** What an execution is made with. */
export interface ExecutionSettings extends WriterBounds {
  readonly executionId: string;
  readonly owner?: ChannelOwner | undefined;
  /** The instance that runs it. */
  readonly producer: string;
  /** Whether it takes the place of an execution of its id. @default false */
  readonly replace?: boolean | undefined;
  /** See {@link TokenCoalescer}. */
  readonly flushIntervalMs: (messages: number) => number;
  /** See {@link TokenCoalescer}. */
  readonly flushClock: FlushClock;
  readonly interruptTimeoutMs: number;
  /** How large the data of one update may be, in bytes of JSON. */
  readonly maxUpdateBytes: number;
  /** Whether viewers get the result on `workflow:end`. */
  readonly publishResult?: boolean | undefined;
  /** What `workflow:start` tells beside the state. */
  readonly start?: ExecutionStart | undefined;
  /** By what another instance can go on with it. */
  readonly source?: ResumableSource | undefined;
  /** What must be over before the channel is claimed. */
  readonly after?: Promise<unknown> | undefined;
}
