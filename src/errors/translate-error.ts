import { HttpException } from '@nestjs/common';
import { WsException } from '@nestjs/websockets';
import { ERROR_CODES, type ErrorBody, type StreamingErrorCode } from '../protocol/error-codes.js';
import { isWireCode, StreamingError } from './streaming.error.js';

/** An error that clients may see. */
export type WireError = Omit<ErrorBody, 'correlationId'>;

/** What the HTTP exceptions of Nest mean on the wire. Of the others, 4xx blames the message. */
const CODE_BY_STATUS: Readonly<Record<number, StreamingErrorCode>> = {
  401: 'AUTHENTICATION_REQUIRED',
  403: 'FORBIDDEN',
  // Time may heal these two, so the message is not to blame.
  408: 'INTERNAL_ERROR',
  425: 'INTERNAL_ERROR',
  429: 'RATE_LIMITED',
};

/** What Nest throws as a `WsException` when a guard says no. */
const GUARD_REFUSAL = 'Forbidden resource';

/**
 * What clients are told of whatever was thrown: a `StreamingError` with a code of the protocol as it is,
 * everything unexpected as `INTERNAL_ERROR` without any detail.
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

/** What guards, pipes and handlers throw of Nest's own. The texts may repeat what the client sent. */
function nestCode(thrown: unknown): StreamingErrorCode | undefined {
  if (thrown instanceof HttpException) {
    const status = thrown.getStatus();
    const blamesMessage = status >= 400 && status < 500;
    return CODE_BY_STATUS[status] ?? (blamesMessage ? 'INVALID_PAYLOAD' : undefined);
  }
  const isRefusal = thrown instanceof WsException && thrown.message === GUARD_REFUSAL;
  return isRefusal ? 'FORBIDDEN' : undefined;
}
