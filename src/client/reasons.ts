import type { StreamingErrorCode } from '../protocol/error-codes.js';
import type { ClientErrorCode, StreamingClientError } from './streaming-client.error.js';

/** The codes of a server that are reasons of a connection. */
const CONNECTION_CODES = [
  'AUTHENTICATION_EXPIRED',
  'AUTHENTICATION_FAILED',
  'AUTHENTICATION_REQUIRED',
  'AUTHENTICATION_REVOKED',
  'AUTHENTICATION_UNAVAILABLE',
  'INTERNAL_ERROR',
  'LOG_UNAVAILABLE',
  'ORIGIN_NOT_ALLOWED',
  'RATE_LIMITED',
  'SERVER_SHUTDOWN',
  'SLOW_CLIENT',
  'TOO_MANY_CONNECTIONS',
] as const satisfies StreamingErrorCode[];

/** The codes of a server that are reasons. */
export const KNOWN_CODES = [
  ...CONNECTION_CODES,
  'CHANNEL_GONE',
  'EXECUTION_NOT_FOUND',
  'FORBIDDEN',
  'INVALID_PAYLOAD',
  'LIMIT_EXCEEDED',
  'ROOM_NOT_FOUND',
  'THREAD_NOT_FOUND',
] as const satisfies StreamingErrorCode[];

/**
 * Why a connection is in its state: a code of the server ({@link ERROR_CODES}) or of the client
 * ({@link CLIENT_ERROR_CODES}). `UNKNOWN` stands for a code of the server that this version of the client
 * does not know as a reason; `error.code` has the code itself.
 *
 * @publicApi
 */
export type ConnectionReason =
  | (typeof CONNECTION_CODES)[number]
  | Extract<
      ClientErrorCode,
      | 'CLIENT_CLOSED'
      | 'CONNECTION_FAILED'
      | 'CONNECTION_LOST'
      | 'CONNECTION_REFUSED'
      | 'CREDENTIAL_UNAVAILABLE'
      | 'INVALID_OPTIONS'
    >
  | 'UNKNOWN';

/**
 * Why a subscription is in its state: a reason of its connection, or one that concerns it alone. `UNKNOWN` is
 * as of {@link ConnectionReason}.
 *
 * @publicApi
 */
export type SubscriptionReason =
  | ConnectionReason
  | (typeof KNOWN_CODES)[number]
  | Extract<
      ClientErrorCode,
      'ALREADY_FOLLOWED' | 'INVALID_ANSWER' | 'NOT_RECOVERED' | 'REQUEST_TIMEOUT'
    >;

/** The reason that an error is. Codes without a body are the client's own. */
export function reasonOf({
  code,
  body,
}: Pick<StreamingClientError, 'code' | 'body'>): SubscriptionReason {
  const isKnown = !body || (KNOWN_CODES as readonly string[]).includes(code);
  return (isKnown ? code : 'UNKNOWN') as SubscriptionReason;
}
