import { Logger } from '@nestjs/common';
import { LineLimiter } from '../common/line-limiter.js';
import { printable } from '../common/printable.js';
import type { StreamingErrorCode } from '../protocol/error-codes.js';
import { describeError, framesOf } from './describe-error.js';

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

const MAX_PLACE_LENGTH = 128;

/**
 * Logs errors: one line per cause and minute, the others of the minute at the level `debug`. Nothing that
 * a client sent can write a line of its own, and what looks like a secret is left out.
 */
export class ErrorReport {
  readonly #logger = new Logger('StreamingGateway');
  readonly #lines = new LineLimiter();

  write(
    code: StreamingErrorCode,
    thrown: unknown,
    { event, connectionId }: ErrorContext,
    correlationId: string,
  ): void {
    const place = [event, connectionId].filter((part) => part !== undefined).join(' ');
    const level = SERVER_FAULTS.has(code) ? 'error' : WARN.has(code) ? 'warn' : 'debug';
    const details = describeError(thrown, level === 'error');
    const line = `${code} ${correlationId} [${printable(place, MAX_PLACE_LENGTH)}] ${details}`;
    if (level === 'debug') {
      this.#logger.debug(line);
      return;
    }
    const suppressed = this.#lines.take(
      causeOf(code, event, level === 'error' ? thrown : undefined),
    );
    if (suppressed === undefined) this.#logger.debug(line);
    else this.#logger[level](suppressed === 0 ? line : `${line} (and ${suppressed} more before)`);
  }
}

/**
 * What counts as the same cause: for a fault, where it happened, as its message can repeat what a client sent.
 * Clients choose whom they pretend to be, so their refusals are one cause.
 */
function causeOf(code: string, event: string | undefined, fault: unknown): string {
  const [place] = [framesOf(fault).join()].filter((frames) => frames !== '');
  return place ?? `${code} ${event ?? ''}`;
}
