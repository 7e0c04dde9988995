import type { SharedLimits } from '../access/rate-limit/shared-limits.js';
import type { SignInStore } from '../access/strategies/sign-in-store.js';
import type { TicketStore } from '../access/strategies/ticket-store.js';
import type { LogAvailability } from '../log/log-availability.js';
import type { MemoryStreamLogOptions } from '../log/memory-stream-log.js';
import type { StreamLog } from '../log/stream-log.js';
import type { ControlMessage } from './control-requests.js';
import type { ThreadBounds, ThreadStore } from './thread-store.js';

/** Handles a request of another instance, and returns the answer as plain JSON. It never rejects. */
export type ControlListener = (message: ControlMessage) => Promise<unknown>;

/**
 * Sends requests between the instances of an application. Messages and answers are plain JSON.
 *
 * @publicApi
 */
export interface InstanceControl {
  /** The id of this instance. It is unique, and never used again after a restart. */
  readonly instanceId: string;
  /** Begins to handle requests of the other instances. Called once. */
  listen(listener: ControlListener): Promise<void>;
  /**
   * Sends a request to one other instance.
   *
   * @returns the answer
   * @throws StreamingError `INSTANCE_UNREACHABLE` if the instance does not answer within `timeoutMs`
   */
  ask(instanceId: string, message: ControlMessage, timeoutMs: number): Promise<unknown>;
  /**
   * Sends a request to every other instance that is alive.
   *
   * @returns one answer for each instance: undefined if it did not answer within `timeoutMs`. If there may be
   * further living instances, one more undefined
   * @throws StreamingError `INSTANCE_UNREACHABLE` if it is not known which instances are alive
   */
  askOthers(message: ControlMessage, timeoutMs: number): Promise<readonly unknown[]>;
}

/** Functions that the backend calls when leases change. They must not throw. */
export interface LeaseEvents {
  /**
   * Called if another instance has died, or has left without releasing all its executions. The backend calls it
   * in every living instance. It repeats the call at each heartbeat until all executions are released.
   *
   * @param held - the executions that the dead instance still holds
   */
  onDead(instanceId: string, held: readonly string[]): void;
  /**
   * Called if this instance has a lease again after it could not renew its lease in time. In between, other
   * instances may have taken over its executions.
   */
  onRevived(): void;
}

/**
 * Knows which instances are alive, and which executions each of them is responsible for. Each instance has one
 * lease for all its executions. If an instance does not renew its lease in time, the lease ends, and the instance
 * counts as dead.
 *
 * @publicApi
 */
export interface InstanceLeases {
  /** Takes the lease of this instance, and renews it until the backend is closed. Called once. */
  start(events: LeaseEvents): Promise<void>;
  /** Returns whether an instance has a lease. An instance of which this is not known counts as alive. */
  isAlive(instanceId: string): Promise<boolean>;
  /**
   * Notes that this instance is responsible for an execution. It is called before the execution is claimed, so
   * that no claimed execution is without an instance. The library also calls it for threads that have runs in
   * this instance, with a name that no execution has.
   *
   * @throws StreamingError `LOG_UNAVAILABLE`
   */
  hold(executionId: string): Promise<void>;
  /**
   * Notes that an instance is no longer responsible for an execution.
   *
   * @param heldBy - the id of the instance, by default this instance
   */
  release(executionId: string, heldBy?: string): Promise<void>;
}

/**
 * The data and services that the instances of an application share. Each instance has one object of this type.
 *
 * @publicApi
 */
export interface StreamingBackend {
  /** Keeps the updates of all channels. */
  readonly log: StreamLog;
  /** Reports whether the log can be reached. Without it, the library assumes that the log is always reachable. */
  readonly availability?: LogAvailability;
  /** Sends requests between instances. */
  readonly control: InstanceControl;
  /** Knows which instances are alive. */
  readonly leases: InstanceLeases;
  /** Keeps issued tickets. */
  readonly tickets: TicketStore;
  /** Keeps the data of sign-ins at an identity provider that the instances share. */
  readonly signIns: SignInStore;
  /** Keeps the threads. Without it, each instance keeps threads in its own memory. */
  readonly threads?: ThreadStore;
  /** Counts limits over all instances. */
  readonly limits: SharedLimits;
  /** Gives up the lease, stops listening, and closes the connections that the backend has opened. */
  close(): Promise<void>;
}

/** The limits from the options of the module, for the backend to apply. */
export interface StreamingBackendOptions {
  /** The limits of the log. */
  readonly log: MemoryStreamLogOptions;
  /** The limits of threads, for a backend that keeps threads in memory. */
  readonly threads: ThreadBounds;
}

/**
 * A function for the option `backend`. It makes the backend of one instance when the application starts.
 *
 * @publicApi
 */
export type StreamingBackendFactory = (
  options: StreamingBackendOptions,
) => StreamingBackend | Promise<StreamingBackend>;
