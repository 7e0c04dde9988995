/** Any arguments: the default if a decorator does not name the types of the method's arguments. */
export type AnyArguments = never[];

/** A value, or a function that computes it from the arguments of a call. */
export type FromArguments<T, TArguments extends unknown[] = AnyArguments> =
  T | ((...args: TArguments) => T);

/** A client that was asked to acknowledge. */
export interface AskedClient {
  /** The id of its connection. */
  readonly clientId: string;
  /** The id of its principal. */
  readonly principalId?: string | undefined;
}

/** Which viewers acknowledged the updates of a call. */
export interface AcknowledgmentReport {
  /** The execution of the call. */
  readonly executionId: string;
  /** The node of the call. */
  readonly nodeId: string;
  /** The clients that acknowledged. */
  readonly acknowledged: readonly AskedClient[];
  /** The clients that did not answer in time. */
  readonly missing: readonly AskedClient[];
}

/** How a call waits for its viewers. */
export interface AcknowledgmentOptions {
  /** How long to wait, in milliseconds. @default `decorators.acknowledgmentTimeoutMs` of the module */
  readonly timeoutMs?: number;
  /** Called with the report. Without it, a warning in the log names the clients that did not answer. */
  readonly onReport?: (report: AcknowledgmentReport) => void;
}

/**
 * Which viewers get the updates of a decorated method, and how.
 *
 * @typeParam TArguments - the arguments of the method
 * @publicApi
 */
export interface StreamGatewayOptions<TArguments extends unknown[] = AnyArguments> {
  /** The rooms that also get all updates of a call: ids, or a function of the arguments. */
  readonly rooms?: FromArguments<string | readonly string[], TArguments>;
  /**
   * Deliver only to these principals and connections. Name a principal as `targetOf` does, and a connection by
   * its id. Without it, all viewers of the execution get the updates.
   */
  readonly targetClients?: FromArguments<string | readonly string[], TArguments>;
  /** `high` sends every token immediately, as a separate update. @default 'normal' */
  readonly priority?: 'normal' | 'high';
  /**
   * Whether the end of a call waits until the clients that watch have acknowledged all its updates, or until
   * the time is up. A returned promise or async iterable ends after that. Other results do not wait.
   * @default false
   */
  readonly acknowledgment?: boolean | AcknowledgmentOptions;
}
