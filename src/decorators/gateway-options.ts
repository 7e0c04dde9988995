/** The arguments of a decorated method, where a decorator does not say more. */
export type AnyArguments = never[];

/** A value, or how to find it from the arguments of a call. */
export type FromArguments<T, TArguments extends unknown[] = AnyArguments> =
  T | ((...args: TArguments) => T);

/** A client that was asked to acknowledge. */
export interface AskedClient {
  /** The connection. */
  readonly clientId: string;
  /** Whom it belongs to. */
  readonly principalId?: string | undefined;
}

/** Which viewers acknowledged what a call streamed. */
export interface AcknowledgmentReport {
  readonly executionId: string;
  readonly nodeId: string;
  readonly acknowledged: readonly AskedClient[];
  /** Who did not answer in time. */
  readonly missing: readonly AskedClient[];
}

/** How a call waits for its viewers. */
export interface AcknowledgmentOptions {
  /** How long to wait, in milliseconds. @default `decorators.acknowledgmentTimeoutMs` of the module */
  readonly timeoutMs?: number;
  /** Gets the report. Absent: who did not answer is logged as a warning. */
  readonly onReport?: (report: AcknowledgmentReport) => void;
}

/**
 * To whom a decorated method streams, and how.
 *
 * @typeParam TArguments - the arguments of the method
 * @publicApi
 */
export interface StreamGatewayOptions<TArguments extends unknown[] = AnyArguments> {
  /** Publish everything that a call streams to these rooms too. */
  readonly rooms?: FromArguments<string | readonly string[], TArguments>;
  /** Deliver to these users (principal ids) and clients (connection ids) and to nobody else. */
  readonly targetClients?: FromArguments<string | readonly string[], TArguments>;
  /** `high` sends every token at once, joined with no other. @default 'normal' */
  readonly priority?: 'normal' | 'high';
  /**
   * Wait, when a call is over, until the clients that watch have acknowledged all of it. A promise
   * or an async iterable ends when they have, or when the time is up; other results are not held
   * back. @default false
   */
  readonly acknowledgment?: boolean | AcknowledgmentOptions;
}
