import { HttpException } from '@nestjs/common';
import { WsException } from '@nestjs/websockets';
import { ERROR_CODES, type ErrorBody, type StreamingErrorCode } from '../protocol/error-codes.js';
import { isWireCode, StreamingError } from './streaming.error.js';

/** An error that clients may see. */
export type WireError = Omit<ErrorBody, 'correlationId'>;

/** The codes for HTTP exceptions of Nest. Other 4xx exceptions mean an invalid message. */
const CODE_BY_STATUS: Readonly<Record<number, StreamingErrorCode>> = {
  401: 'AUTHENTICATION_REQUIRED',
  403: 'FORBIDDEN',
  // A later attempt may succeed for these two, so the message is not invalid.
  408: 'INTERNAL_ERROR',
  425: 'INTERNAL_ERROR',
  429: 'RATE_LIMITED',
};

/** The `WsException` of Nest if a guard refuses. */
const GUARD_REFUSAL = 'Forbidden resource';

/**
 * Makes the error for a client from any thrown value. A `StreamingError` with a code of the protocol is not
 * changed. Every unexpected value becomes `INTERNAL_ERROR` without details.
 */
export function translateError(thrown: unknown): WireError {
  if (StreamingError.isInstance(thrown) && isWireCode(thrown.code)) {
    const { code, message, retryable, retryAfterMs, issues } = thrown;
    return {
      code,
      message,
      retryable,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(issues === undefined ? {} : { issues }),
    };
  }
  const code = nestCode(thrown) ?? 'INTERNAL_ERROR';
  const { meaning: message, retryable } = ERROR_CODES[code];
  return { code, message, retryable };
}

/** Nest's own exceptions of guards, pipes and handlers. Their texts may repeat text of the client. */
function nestCode(thrown: unknown): StreamingErrorCode | undefined {
  if (thrown instanceof HttpException) {
    const status = thrown.getStatus();
    const blamesMessage = status >= 400 && status < 500;
    return CODE_BY_STATUS[status] ?? (blamesMessage ? 'INVALID_PAYLOAD' : undefined);
  }
  const isRefusal = thrown instanceof WsException && thrown.message === GUARD_REFUSAL;
  return isRefusal ? 'FORBIDDEN' : undefined;
}
