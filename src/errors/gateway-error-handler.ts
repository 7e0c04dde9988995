import { randomUUID } from 'node:crypto';
import { HttpException, Injectable, Logger } from '@nestjs/common';
import { WsException } from '@nestjs/websockets';
import type { ErrorBody, StreamingErrorCode } from '../protocol/error-codes.js';
import { ERROR_CODES } from '../protocol/error-codes.js';
import { redactSecrets } from './redact-secrets.js';
import { isWireCode, StreamingError } from './streaming.error.js';

/** Where an error happened, for the log. */
export interface ErrorContext {
  /** The client event, or the step of the handshake. */
  readonly event?: string;
  /** The id of the connection. */
  readonly connectionId?: string;
}

/** Faults that the server's people should know of although the client caused them. */
const WARN: ReadonlySet<StreamingErrorCode> = new Set([
  'AUTHENTICATION_FAILED',
  'AUTHENTICATION_UNAVAILABLE',
  'INSTANCE_UNREACHABLE',
  'LOG_UNAVAILABLE',
  'ORIGIN_NOT_ALLOWED',
  'TOO_MANY_CONNECTIONS',
]);

/** Faults of this server: they are logged with their stack. */
const SERVER_FAULTS: ReadonlySet<StreamingErrorCode> = new Set(['INTERNAL_ERROR', 'SOURCE_FAILED']);

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
const MAX_LOGGED_LENGTH = 8_192;

/**
 * Turns whatever was thrown into what a client may see of it. Nothing else answers errors: a
 * `StreamingError` with a code of the protocol goes out as it is, everything unexpected becomes
 * `INTERNAL_ERROR` without any detail. The correlation id leads to the details in the log.
 *
 * @publicApi
 */
@Injectable()
export class GatewayErrorHandler {
  private readonly logger = new Logger('StreamingGateway');

  /** Logs an error and makes the answer to it. */
  handle(thrown: unknown, context: ErrorContext = {}): ErrorBody {
    const correlationId = randomUUID();
    const error = toWireError(thrown);
    this.log(error.code, thrown, context, correlationId);
    return { ...error, correlationId };
  }

  private log(
    code: StreamingErrorCode,
    thrown: unknown,
    { event, connectionId }: ErrorContext,
    correlationId: string,
  ): void {
    const place = [event, connectionId].filter((part) => part !== undefined).join(' ');
    const level = SERVER_FAULTS.has(code) ? 'error' : WARN.has(code) ? 'warn' : 'debug';
    const details = describe(thrown, level === 'error');
    this.logger[level](`${code} ${correlationId} [${oneLine(place)}] ${details}`);
  }
}

/** An error that clients may see. */
type WireError = Omit<ErrorBody, 'correlationId'>;

function toWireError(thrown: unknown): WireError {
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

/** The error and its causes as one text for the log. */
function describe(thrown: unknown, withStack: boolean): string {
  const lines: string[] = [];
  let current: unknown = thrown;
  for (let depth = 0; current !== undefined && current !== null && depth < 5; depth += 1) {
    lines.push(lineOf(current, withStack));
    current = current instanceof Error ? current.cause : undefined;
  }
  return redactSecrets(lines.join(' <- ').slice(0, MAX_LOGGED_LENGTH));
}

function lineOf(value: unknown, withStack: boolean): string {
  if (value instanceof Error)
    return (withStack ? value.stack : undefined) ?? `${value.name}: ${value.message}`;
  return typeof value === 'string' ? value : `a thrown ${typeof value}`;
}

/** An event name comes from a client; it must not be able to write a log line of its own. */
function oneLine(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 128);
}
