/**
 * The codes of errors that clients get. For each code: its meaning, and whether the same request can succeed
 * later (`retryable`). Codes are stable; messages may change.
 *
 * @publicApi
 */
export const ERROR_CODES = {
  AGENT_NOT_FOUND: {
    retryable: false,
    meaning: 'There is no such agent, or you may not start it.',
  },
  AUTHENTICATION_EXPIRED: {
    retryable: false,
    meaning: 'The credential expired; renew it or reconnect.',
  },
  AUTHENTICATION_FAILED: { retryable: false, meaning: 'The credential was refused.' },
  AUTHENTICATION_REQUIRED: {
    retryable: false,
    meaning: 'The gateway needs a credential.',
  },
  AUTHENTICATION_UNAVAILABLE: {
    retryable: true,
    meaning: 'The credential could not be checked now.',
  },
  AUTHENTICATION_REVOKED: { retryable: false, meaning: 'The server revoked the session.' },
  CHANNEL_GONE: {
    retryable: true,
    meaning: 'The channel was removed; subscribe again.',
  },
  CHECKPOINT_NOT_FOUND: { retryable: false, meaning: 'There is no such checkpoint.' },
  EXECUTION_EXISTS: { retryable: false, meaning: 'An execution with this id exists already.' },
  EXECUTION_NOT_ACTIVE: { retryable: false, meaning: 'The execution has ended.' },
  EXECUTION_NOT_FOUND: {
    retryable: false,
    meaning: 'There is no such execution, or it is not yours.',
  },
  EXECUTION_NOT_INTERRUPTED: {
    retryable: false,
    meaning: 'The execution does not wait for this answer.',
  },
  FORBIDDEN: {
    retryable: false,
    meaning: 'The application does not allow this.',
  },
  INSTANCE_UNREACHABLE: {
    retryable: true,
    meaning: 'The instance that runs the execution does not answer now.',
  },
  INTERNAL_ERROR: {
    retryable: true,
    meaning: 'The server failed; the correlation id is in its log.',
  },
  INVALID_PAYLOAD: {
    retryable: false,
    meaning: 'The message is not valid.',
  },
  LIMIT_EXCEEDED: { retryable: false, meaning: 'A limit of the server is reached.' },
  LOG_UNAVAILABLE: { retryable: true, meaning: 'The log cannot be read or written now.' },
  ORIGIN_NOT_ALLOWED: { retryable: false, meaning: 'Pages of this origin may not connect.' },
  PRODUCER_LOST: {
    retryable: true,
    meaning: 'The instance that ran the execution is gone; start the execution again.',
  },
  RATE_LIMITED: { retryable: true, meaning: 'Too many messages; retry after `retryAfterMs`.' },
  ROOM_NOT_FOUND: { retryable: false, meaning: 'There is no such room, or you may not join it.' },
  SERVER_SHUTDOWN: { retryable: true, meaning: 'The server is stopping; reconnect.' },
  SLOW_CLIENT: {
    retryable: true,
    meaning: 'The client reads too slowly; reconnect and resume, or ask again.',
  },
  SOURCE_FAILED: { retryable: false, meaning: 'The streamed work failed.' },
  THREAD_BUSY: { retryable: true, meaning: 'A run of the thread is active.' },
  THREAD_NOT_FOUND: { retryable: false, meaning: 'There is no such thread, or it is not yours.' },
  TOO_MANY_CONNECTIONS: { retryable: true, meaning: 'The gateway accepts no more connections.' },
  UNSUPPORTED_BY_AGENT: { retryable: false, meaning: 'The agent cannot do this.' },
} as const satisfies Record<string, { readonly retryable: boolean; readonly meaning: string }>;

/** A stable error code of the wire protocol. */
export type StreamingErrorCode = keyof typeof ERROR_CODES;

/**
 * The error that a client gets in an acknowledgement, in an `error` event or as the `data` of a `connect_error`.
 *
 * @publicApi
 */
export interface ErrorBody {
  /** The stable code. Compare it instead of the message. */
  readonly code: StreamingErrorCode;
  /** What went wrong and what to do, safe to show. */
  readonly message: string;
  /** Whether the same request can succeed later. */
  readonly retryable: boolean;
  /** The id under which the server's log has the details. */
  readonly correlationId?: string;
  /** How long to wait before a retry, in milliseconds. */
  readonly retryAfterMs?: number;
  /** The faults of the payload: the path and the message of each. */
  readonly issues?: readonly { readonly path: string; readonly message: string }[];
}
