import type { ErrorBody, StreamingErrorCode } from '../protocol/error-codes.js';

/**
 * The codes of errors that arise in the client itself. For each code: its meaning, and whether the same request can
 * succeed later (`retryable`). All other codes come from the server; see {@link ERROR_CODES}.
 *
 * @publicApi
 */
export const CLIENT_ERROR_CODES = {
  ALREADY_FOLLOWED: {
    retryable: false,
    meaning: 'Your own socket already follows the channel from a later position.',
  },
  CLIENT_CLOSED: { retryable: false, meaning: 'The client or the subscription was closed.' },
  CONNECTION_FAILED: { retryable: true, meaning: 'The server could not be reached.' },
  CONNECTION_LOST: { retryable: true, meaning: 'The connection ended before the answer came.' },
  CONNECTION_REFUSED: {
    retryable: false,
    meaning: 'The server refused the connection without a code.',
  },
  CREDENTIAL_UNAVAILABLE: { retryable: true, meaning: 'The `auth` function failed.' },
  INVALID_ANSWER: {
    retryable: false,
    meaning: 'The answer does not follow the protocol.',
  },
  INVALID_OPTIONS: { retryable: false, meaning: 'An option is wrong.' },
  NOT_RECOVERED: {
    retryable: false,
    meaning: 'The log no longer has everything after the cursor.',
  },
  PAYLOAD_TOO_LARGE: {
    retryable: false,
    meaning: 'The message is larger than the server accepts.',
  },
  REQUEST_TIMEOUT: { retryable: true, meaning: 'No answer came in time.' },
} as const satisfies Record<string, { readonly retryable: boolean; readonly meaning: string }>;

/** A stable code of an error that arose in the client. */
export type ClientErrorCode = keyof typeof CLIENT_ERROR_CODES;

/** Options of a {@link StreamingClientError}. */
export interface StreamingClientErrorOptions extends ErrorOptions {
  /** Whether the same request can succeed later. @default the `retryable` of the code */
  readonly retryable?: boolean;
  /** The error in the answer of the server. */
  readonly body?: ErrorBody;
}

/**
 * An error of the streaming client, with the stable code of the server or of the client itself.
 *
 * @publicApi
 */
export class StreamingClientError extends Error {
  /** Always `StreamingClientError`. */
  override readonly name: string = 'StreamingClientError';
  /** Whether the same request can succeed later. */
  readonly retryable: boolean;
  /** The error in the answer of the server; undefined if the error arose in the client. */
  readonly body: ErrorBody | undefined;

  constructor(
    /** The stable code. Compare it instead of the message. */
    readonly code: StreamingErrorCode | ClientErrorCode,
    message: string,
    options: StreamingClientErrorOptions = {},
  ) {
    super(message, options);
    this.body = options.body;
    this.retryable = options.retryable ?? options.body?.retryable ?? RETRYABLE.includes(code);
  }

  /** Makes the error from the answer of a server. */
  static fromBody(body: ErrorBody): StreamingClientError {
    return new StreamingClientError(body.code, body.message, { body });
  }

  /** Whether `value` is a `StreamingClientError`, also if two copies of this package are loaded. */
  static isInstance(value: unknown): value is StreamingClientError {
    return (Object(value) as Partial<Error>).name === 'StreamingClientError';
  }
}

/** Whether `value` has the form of an {@link ErrorBody}. */
export function isErrorBody(value: unknown): value is ErrorBody {
  const { code, message } = Object(value) as Partial<ErrorBody>;
  return typeof code === 'string' && typeof message === 'string';
}

/** The error of requests that still wait when the client or a subscription is closed. */
export function closedError(): StreamingClientError {
  return new StreamingClientError('CLIENT_CLOSED', 'Closed by the page.');
}

/** The error where part of what was streamed is missing. */
export function notRecovered(id: string): StreamingClientError {
  return new StreamingClientError(
    'NOT_RECOVERED',
    `Updates of "${id}" were lost. Subscribe without a cursor.`,
  );
}

/**
 * The retryable codes of the client. Errors of the server have the field `retryable`. This list is separate from
 * the table, so that a page need not load the texts of the table.
 */
const RETRYABLE: readonly string[] = [
  'CONNECTION_FAILED',
  'CONNECTION_LOST',
  'CREDENTIAL_UNAVAILABLE',
  'REQUEST_TIMEOUT',
] satisfies ClientErrorCode[];
