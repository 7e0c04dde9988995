import { ERROR_CODES, type StreamingErrorCode } from '../protocol/error-codes.js';

/** Codes of errors that only the application gets. They are never sent to a client. */
export type LocalErrorCode =
  | 'EXECUTION_TAKEN_OVER'
  | 'GATEWAY_PORT_UNAVAILABLE'
  | 'INVALID_OPTIONS'
  | 'NOT_BOOTSTRAPPED'
  | 'RESERVED_EVENT_TYPE'
  | 'SOURCE_OVERFLOW'
  | 'UNSUPPORTED_SOURCE'
  | 'UPDATE_NOT_SERIALIZABLE';

const MARKER = Symbol.for('@hive-academy/langgraph-streaming:error');

/** Options of a {@link StreamingError}. `cause` is the error that caused it; clients never get the cause. */
export interface StreamingErrorOptions extends ErrorOptions {
  /** Whether the same request can succeed later. @default the `retryable` of the code in `ERROR_CODES` */
  readonly retryable?: boolean;
  /** How long to wait before a retry, in milliseconds. */
  readonly retryAfterMs?: number;
  /** The faults of an invalid input: the path and the message of each. */
  readonly issues?: readonly { readonly path: string; readonly message: string }[];
}

/**
 * An error with a stable `code` and a message that says what to do.
 *
 * @publicApi
 */
export class StreamingError extends Error {
  /** Always `StreamingError`. */
  override readonly name: string = 'StreamingError';
  /** Whether the same request can succeed later. */
  readonly retryable: boolean;
  /** How long to wait before the next attempt, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** The faults of an invalid input: `path` and `message` of each. */
  readonly issues: StreamingErrorOptions['issues'];
  readonly [MARKER] = true;

  constructor(
    /** The stable code. Compare it instead of the message. */
    readonly code: StreamingErrorCode | LocalErrorCode,
    message: string,
    options: StreamingErrorOptions = {},
  ) {
    super(message, options);
    this.retryable = options.retryable ?? (isWireCode(code) && ERROR_CODES[code].retryable);
    this.retryAfterMs = options.retryAfterMs;
    this.issues = options.issues;
  }

  /** Whether `value` is a `StreamingError`, also if two copies of this package are loaded. */
  static isInstance(value: unknown): value is StreamingError {
    return typeof value === 'object' && value !== null && MARKER in value;
  }
}

/** Whether a code may be sent to a client. */
export function isWireCode(code: string): code is StreamingErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}
