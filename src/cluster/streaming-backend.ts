import type { TicketStore } from '../access/strategies/ticket-store.js';
import type { MemoryStreamLogOptions } from '../log/memory-stream-log.js';
import type { StreamLog } from '../log/stream-log.js';
import type { ControlMessage } from './control-requests.js';
import type { ThreadStore } from './thread-store.js';

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
  /** Asks every other instance. @returns the answers that came within `timeoutMs` */
  askOthers(message: ControlMessage, timeoutMs: number): Promise<readonly unknown[]>;
}

/**
 * Which instances are alive. An instance holds one lease, however many executions it runs.
 *
 * @publicApi
 */
export interface InstanceLeases {
  /** Whether an instance holds its lease. */
  isAlive(instanceId: string): Promise<boolean>;
}

/**
 * What the instances of an application share, as one of them uses it: where updates are, how they ask
 * each other, which of them are alive, where tickets wait, and where threads
 * are kept.
 *
 * @publicApi
 */
export interface StreamingBackend {
  readonly log: StreamLog;
  readonly control: InstanceControl;
  readonly leases: InstanceLeases;
  readonly tickets: TicketStore;
  /** Absent: the threads of an instance are kept in its memory. */
  readonly threads?: ThreadStore;
  /** Gives up the lease, stops listening and releases what the backend made itself. */
  close(): Promise<void>;
}

/** What a backend is made with: the bounds that the options of the module say. */
export interface StreamingBackendOptions {
  readonly log: MemoryStreamLogOptions;
}

/**
 * Makes the backend of one instance, when the application starts: the option `backend`.
 *
 * @publicApi
 */
export type StreamingBackendFactory = (
  options: StreamingBackendOptions,
) => StreamingBackend | Promise<StreamingBackend>;
