import { randomUUID } from 'node:crypto';
import { HttpException, Injectable, Logger } from '@nestjs/common';
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
  'ORIGIN_NOT_ALLOWED',
  'TOO_MANY_CONNECTIONS',
]);

/** What the HTTP exceptions of Nest guards and pipes mean on the wire. */
const CODE_BY_STATUS: Readonly<Record<number, StreamingErrorCode>> = {
  400: 'INVALID_PAYLOAD',
  401: 'AUTHENTICATION_REQUIRED',
  403: 'FORBIDDEN',
  422: 'INVALID_PAYLOAD',
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
    const expected = toStreamingError(thrown);
    this.log(thrown, expected, context, correlationId);
    if (expected === undefined) {
      return {
        code: 'INTERNAL_ERROR',
        message: 'The server could not do this. Report the correlation id if it stays so.',
        retryable: ERROR_CODES.INTERNAL_ERROR.retryable,
        correlationId,
      };
    }
    const { code, message, retryable, retryAfterMs, issues } = expected;
    return {
      code,
      message,
      retryable,
      correlationId,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(issues === undefined ? {} : { issues }),
    };
  }

  private log(
    thrown: unknown,
    expected: WireError | undefined,
    { event, connectionId }: ErrorContext,
    correlationId: string,
  ): void {
    const place = [event, connectionId && `connection ${connectionId}`].filter(Boolean).join(', ');
    const subject = `${expected?.code ?? 'INTERNAL_ERROR'} ${correlationId}${place && ` (${place})`}`;
    if (expected === undefined) {
      this.logger.error(`${subject}: ${describe(thrown, true)}`);
    } else if (expected.code === 'INTERNAL_ERROR' || expected.code === 'SOURCE_FAILED') {
      this.logger.error(`${subject}: ${describe(thrown, true)}`);
    } else if (WARN.has(expected.code)) {
      this.logger.warn(`${subject}: ${describe(thrown, false)}`);
    } else {
      this.logger.debug(`${subject}: ${describe(thrown, false)}`);
    }
  }
}

/** An error that clients may see. */
type WireError = Pick<StreamingError, 'message' | 'retryable' | 'retryAfterMs' | 'issues'> & {
  readonly code: StreamingErrorCode;
};

function toStreamingError(thrown: unknown): WireError | undefined {
  if (StreamingError.isInstance(thrown)) {
    const { code, message, retryable, retryAfterMs, issues } = thrown;
    return isWireCode(code) ? { code, message, retryable, retryAfterMs, issues } : undefined;
  }
  if (!(thrown instanceof Error)) return undefined;
  const code =
    thrown instanceof HttpException ? CODE_BY_STATUS[thrown.getStatus()] : guardCode(thrown);
  return (
    code && {
      code,
      message: ERROR_CODES[code].meaning,
      retryable: ERROR_CODES[code].retryable,
      retryAfterMs: undefined,
      issues: undefined,
    }
  );
}

function guardCode(error: Error): StreamingErrorCode | undefined {
  return error.name === 'WsException' && error.message === GUARD_REFUSAL ? 'FORBIDDEN' : undefined;
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
