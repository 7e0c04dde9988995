import { Logger } from '@nestjs/common';
import { LineLimiter } from '../common/line-limiter.js';
import { printable } from '../common/printable.js';
import type { StreamingErrorCode } from '../protocol/error-codes.js';
import { redactSecrets } from './redact-secrets.js';

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

const MAX_LOGGED_LENGTH = 8_192;
const MAX_PLACE_LENGTH = 128;
const MAX_MESSAGE_LENGTH = 1_024;
/** How many causes of one error are logged. */
const MAX_CAUSES = 5;

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
    const details = describe(thrown, level === 'error');
    const line = `${code} ${correlationId} [${printable(place, MAX_PLACE_LENGTH)}] ${details}`;
    if (level === 'debug') {
      this.#logger.debug(line);
      return;
    }
    // Clients choose their own texts, so all refusals of one code and event are one cause. For an error of
    // the server, the details are the cause.
    const suppressed = this.#lines.take(level === 'warn' ? `${code} ${event ?? ''}` : details);
    if (suppressed === undefined) this.#logger.debug(line);
    else this.#logger[level](suppressed === 0 ? line : `${line} (and ${suppressed} more before)`);
  }
}

/** The error and its causes as one text for the log. */
function describe(thrown: unknown, withStack: boolean): string {
  const texts: string[] = [];
  let current: unknown = thrown;
  for (let depth = 0; current !== undefined && current !== null && depth < MAX_CAUSES; depth += 1) {
    texts.push(describeOne(current, withStack));
    current = read(() => (current instanceof Error ? current.cause : undefined));
  }
  return redactSecrets(texts.join(' <- ').slice(0, MAX_LOGGED_LENGTH));
}

/** The getters of an error are code of the application, and may throw. */
function read<T>(get: () => T): T | undefined {
  try {
    return get();
  } catch {
    return undefined;
  }
}

function describeOne(value: unknown, withStack: boolean): string {
  if (!(value instanceof Error))
    return typeof value === 'string'
      ? printable(value, MAX_MESSAGE_LENGTH)
      : `a thrown ${typeof value}`;
  const message = read(() => `${value.name}: ${value.message}`) ?? 'an error that cannot be shown';
  const text = printable(message, MAX_MESSAGE_LENGTH);
  return withStack ? [text, ...framesOf(value)].join('\n') : text;
}

/** The lines of a stack after the message. The message may contain text of a client. */
function framesOf(error: Error): string[] {
  const stack = read(() => error.stack);
  if (typeof stack !== 'string') return [];
  return stack.split('\n').filter((line) => /^ {4}at /.test(line));
}
