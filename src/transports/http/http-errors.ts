import { HttpException } from '@nestjs/common';
import type { ErrorBody, StreamingErrorCode } from '../../protocol/error-codes.js';

/** The HTTP status of each code. */
const STATUS: Readonly<Record<StreamingErrorCode, number>> = {
  AGENT_NOT_FOUND: 404,
  AUTHENTICATION_EXPIRED: 401,
  AUTHENTICATION_FAILED: 401,
  AUTHENTICATION_REQUIRED: 401,
  AUTHENTICATION_REVOKED: 401,
  AUTHENTICATION_UNAVAILABLE: 503,
  CHANNEL_GONE: 404,
  CHECKPOINT_NOT_FOUND: 404,
  EXECUTION_EXISTS: 409,
  EXECUTION_NOT_ACTIVE: 409,
  EXECUTION_NOT_FOUND: 404,
  EXECUTION_NOT_INTERRUPTED: 409,
  FORBIDDEN: 403,
  INSTANCE_UNREACHABLE: 503,
  INTERNAL_ERROR: 500,
  INVALID_PAYLOAD: 400,
  LIMIT_EXCEEDED: 429,
  LOG_UNAVAILABLE: 503,
  ORIGIN_NOT_ALLOWED: 403,
  PRODUCER_LOST: 503,
  RATE_LIMITED: 429,
  ROOM_NOT_FOUND: 404,
  SERVER_SHUTDOWN: 503,
  SLOW_CLIENT: 408,
  SOURCE_FAILED: 500,
  THREAD_BUSY: 409,
  THREAD_NOT_FOUND: 404,
  TOO_MANY_CONNECTIONS: 503,
  UNSUPPORTED_BY_AGENT: 400,
};

const MS_PER_SECOND = 1_000;

/** Makes an HTTP answer from an error: the status, its headers, and the error as the body. */
export function toHttpError(error: ErrorBody): {
  readonly exception: HttpException;
  readonly headers: Readonly<Record<string, string>>;
} {
  const status = STATUS[error.code];
  const { retryAfterMs } = error;
  return {
    exception: new HttpException(error, status),
    headers: {
      ...(status === 401 && { 'www-authenticate': 'Bearer' }),
      ...(retryAfterMs !== undefined && {
        'retry-after': String(Math.ceil(retryAfterMs / MS_PER_SECOND)),
      }),
    },
  };
}
