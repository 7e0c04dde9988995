import type { ErrorBody, StreamingErrorCode } from '../protocol/error-codes.js';

/**
 * The codes of errors that arise in the client itself, what each means, and whether the same
 * request can succeed later. All other codes come from the server: see {@link ERROR_CODES}.
 *
 * @publicApi
 */
export const CLIENT_ERROR_CODES = {
  ALREADY_FOLLOWED: {
    retryable: false,
    meaning: 'The socket follows it already.',
  },
  CLIENT_CLOSED: { retryable: false, meaning: 'It was closed.' },
  CONNECTION_FAILED: { retryable: true, meaning: 'The server could not be reached.' },
  CONNECTION_LOST: { retryable: true, meaning: 'The connection ended before the answer came.' },
  CONNECTION_REFUSED: {
    retryable: false,
    meaning: 'The server refused without a code.',
  },
  CREDENTIAL_UNAVAILABLE: { retryable: true, meaning: 'The `auth` function failed.' },
  INVALID_ANSWER: {
    retryable: false,
    meaning: 'The answer is not of this protocol.',
  },
  INVALID_OPTIONS: { retryable: false, meaning: 'The options cannot work.' },
  NOT_RECOVERED: {
    retryable: false,
    meaning: 'The log no longer has everything after the cursor.',
  },
  PAYLOAD_TOO_LARGE: {
    retryable: false,
    meaning: 'The message is larger than the server takes.',
  },
  REQUEST_TIMEOUT: { retryable: true, meaning: 'No answer came in time.' },
} as const satisfies Record<string, { readonly retryable: boolean; readonly meaning: string }>;

/** A stable code of an error that arose in the client. */
export type ClientErrorCode = keyof typeof CLIENT_ERROR_CODES;

/** What a {@link StreamingClientError} may carry besides its code and message. */
export interface StreamingClientErrorOptions extends ErrorOptions {
  /** Whether the same request can succeed later; by default what the code says. */
  readonly retryable?: boolean;
  /** The error as the server answered it. */
  readonly body?: ErrorBody;
}

/**
 * An error of the streaming client, with the stable code of the server or of the client itself.
 *
 * @publicApi
 */
export class StreamingClientError extends Error {
  override readonly name: string = 'StreamingClientError';
  /** Whether the same request can succeed later. */
  readonly retryable: boolean;
  /** The error as the server answered it; absent when it arose in the client. */
  readonly body: ErrorBody | undefined;

  constructor(
    readonly code: StreamingErrorCode | ClientErrorCode,
    message: string,
    options: StreamingClientErrorOptions = {},
  ) {
    super(message, options);
    this.body = options.body;
    this.retryable = options.retryable ?? options.body?.retryable ?? RETRYABLE.includes(code);
  }

  /** The error for what a server answered. */
  static fromBody(body: ErrorBody): StreamingClientError {
    return new StreamingClientError(body.code, body.message, { body });
  }

  /** Whether `value` is one, also when two copies of this package are loaded. */
  static isInstance(value: unknown): value is StreamingClientError {
    return (Object(value) as Partial<Error>).name === 'StreamingClientError';
  }
}

/** Whether `value` has the form of an {@link ErrorBody}. */
export function isErrorBody(value: unknown): value is ErrorBody {
  const { code, message } = Object(value) as Partial<ErrorBody>;
  return typeof code === 'string' && typeof message === 'string';
}

/** The error of whoever still waits when the client or a subscription is closed. */
export function closedError(): StreamingClientError {
  return new StreamingClientError('CLIENT_CLOSED', 'It was closed.');
}

/** The error where part of what was streamed is missing. */
export function notRecovered(id: string): StreamingClientError {
  return new StreamingClientError(
    'NOT_RECOVERED',
    `Updates of "${id}" were lost. Subscribe without a cursor.`,
  );
}

/** Errors of the server say it themselves. Apart from the table, whose texts a page need not load. */
const RETRYABLE: readonly string[] = [
  'CONNECTION_FAILED',
  'CONNECTION_LOST',
  'CREDENTIAL_UNAVAILABLE',
  'REQUEST_TIMEOUT',
] satisfies ClientErrorCode[];
