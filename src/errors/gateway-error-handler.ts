import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { ErrorBody } from '../protocol/error-codes.js';
import { ErrorReport, type ErrorContext } from './error-report.js';
import { translateError } from './translate-error.js';

/**
 * Turns anything that was thrown into an error that a client may see. A `StreamingError` with a code of the
 * protocol is answered as it is. Everything else becomes `INTERNAL_ERROR` without any detail. The client gets
 * a correlation id; the server's log has the details under this id.
 *
 * @publicApi
 */
@Injectable()
export class GatewayErrorHandler {
  readonly #report = new ErrorReport();

  /** Logs an error, and returns the answer for the client. */
  handle(thrown: unknown, context: ErrorContext = {}): ErrorBody {
    const correlationId = randomUUID();
    const error = translateError(thrown);
    this.#report.write(error.code, thrown, context, correlationId);
    return { ...error, correlationId };
  }
}
