import type { SharedLimits } from '../access/rate-limit/shared-limits.js';
import type { TicketStore } from '../access/strategies/ticket-store.js';
import type { LogAvailability } from '../log/log-availability.js';
import type { MemoryStreamLogOptions } from '../log/memory-stream-log.js';
import type { StreamLog } from '../log/stream-log.js';
import type { ControlMessage } from './control-requests.js';
import type { ThreadBounds, ThreadStore } from './thread-store.js';

/** Does what another instance asks, and gives the answer, as plain JSON. It never rejects. */
export type ControlListener = (message: ControlMessage) => Promise<unknown>;

/**
 * How instances of an application ask each other for something. Messages and answers are plain JSON.
 *
 * @publicApi
 */
export interface InstanceControl {
  /** Names this instance, in the whole application and for all time. */
  readonly instanceId: string;
  /** Begins to listen to the others. Called once. */
  listen(listener: ControlListener): Promise<void>;
  /**
   * Asks one other instance.
   *
   * @throws StreamingError `INSTANCE_UNREACHABLE` when it does not answer within `timeoutMs`
   */
  ask(instanceId: string, message: ControlMessage, timeoutMs: number): Promise<unknown>;
  /**
   * Asks every other instance that is alive.
   *
   * @returns one answer for each; undefined for an instance that did not answer within `timeoutMs`, and once
   * more if there may be instances that could not be asked
   * @throws StreamingError `INSTANCE_UNREACHABLE` if it is not known which instances are alive
   */
  askOthers(message: ControlMessage, timeoutMs: number): Promise<readonly unknown[]>;
}

/** What an instance is told about leases. Neither may throw. */
export interface LeaseEvents {
  /**
   * Another instance has died, or left without giving up all that it held. Every living instance is told,
   * and told again at each beat while the dead one holds anything.
   *
   * @param held - the executions that it holds
   */
  onDead(instanceId: string, held: readonly string[]): void;
  /**
   * This instance could not renew its lease in time, and holds one again. Others may have taken its
   * executions over meanwhile.
   */
  onRevived(): void;
}

/**
 * Which instances are alive, and which executions each of them answers for. An instance has one lease,
 * however many executions it runs. A lease that was not renewed in time is over.
 *
 * @publicApi
 */
export interface InstanceLeases {
  /** Takes the lease of this instance, and renews it until the backend is closed. Called once. */
  start(events: LeaseEvents): Promise<void>;
  /** Whether an instance holds its lease. If that is not known, it counts as alive. */
  isAlive(instanceId: string): Promise<boolean>;
  /**
   * Notes that this instance answers for an execution, or for a thread in which it has runs, which has a name
   * that no execution has. Called before the execution is claimed, so that none is forgotten.
   *
   * @throws StreamingError `LOG_UNAVAILABLE`
   */
  hold(executionId: string): Promise<void>;
  /** An instance answers for an execution no longer. @param heldBy - @default this instance */
  release(executionId: string, heldBy?: string): Promise<void>;
}

/**
 * What the instances of an application share, as one of them uses it: where updates are, how they ask
 * each other, which of them are alive, where tickets wait, what they count together, and where threads are
 * kept.
 *
 * @publicApi
 */
export interface StreamingBackend {
  readonly log: StreamLog;
  /** Absent: the log can always be reached. */
  readonly availability?: LogAvailability;
  readonly control: InstanceControl;
  readonly leases: InstanceLeases;
  readonly tickets: TicketStore;
  /** Absent: the threads of an instance are kept in its memory. */
  readonly threads?: ThreadStore;
  readonly limits: SharedLimits;
  /** Gives up the lease, stops listening and releases what the backend made itself. */
  close(): Promise<void>;
}

/** What a backend is made with: the bounds that the options of the module say. */
export interface StreamingBackendOptions {
  readonly log: MemoryStreamLogOptions;
  /** For a backend that keeps threads in memory. */
  readonly threads: ThreadBounds;
}

/**
 * Makes the backend of one instance, when the application starts: the option `backend`.
 *
 * @publicApi
 */
export type StreamingBackendFactory = (
  options: StreamingBackendOptions,
) => StreamingBackend | Promise<StreamingBackend>;
