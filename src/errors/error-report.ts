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

/** Errors that clients cause, but that the operators of the server should see. */
const WARN: ReadonlySet<StreamingErrorCode> = new Set([
  'AUTHENTICATION_FAILED',
  'AUTHENTICATION_UNAVAILABLE',
  'INSTANCE_UNREACHABLE',
  'LOG_UNAVAILABLE',
  'ORIGIN_NOT_ALLOWED',
  'TOO_MANY_CONNECTIONS',
]);

/** Errors of this server. They are logged with their stack. */
const SERVER_FAULTS: ReadonlySet<StreamingErrorCode> = new Set(['INTERNAL_ERROR', 'SOURCE_FAILED']);

const MAX_PLACE_LENGTH = 128;

/**
 * Logs errors: one line per cause and minute; further errors in this minute are logged at the level `debug`.
 * Text of a client cannot make a log line of its own. Text that looks like a secret is removed.
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
    // Clients choose their own texts, so all refusals of one code and event are one cause.
    const suppressed = this.#lines.take(
      causeOf(code, event, level === 'error' ? thrown : undefined),
    );
    if (suppressed === undefined) this.#logger.debug(line);
    else this.#logger[level](suppressed === 0 ? line : `${line} (and ${suppressed} more before)`);
  }
}

/** The cause of an error of the server is its place, because its message can contain text of a client. */
function causeOf(code: string, event: string | undefined, fault: unknown): string {
  const [place] = [framesOf(fault).join()].filter((frames) => frames !== '');
  return place ?? `${code} ${event ?? ''}`;
}
