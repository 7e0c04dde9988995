import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { ErrorBody } from '../protocol/error-codes.js';
import { ErrorReport, type ErrorContext } from './error-report.js';
import { translateError } from './translate-error.js';

/**
 * Turns anything that was thrown into an error that a client may see. Nothing else answers errors: a
 * `StreamingError` with a code of the protocol goes out as it is, everything unexpected becomes
 * `INTERNAL_ERROR` without any detail. The correlation id leads to the details in the log.
 *
 * @publicApi
 */
@Injectable()
export class GatewayErrorHandler {
  readonly #report = new ErrorReport();

  /** Logs an error and makes the answer to it. */
  handle(thrown: unknown, context: ErrorContext = {}): ErrorBody {
    const correlationId = randomUUID();
    const error = translateError(thrown);
    this.#report.write(error.code, thrown, context, correlationId);
    return { ...error, correlationId };
  }
}
