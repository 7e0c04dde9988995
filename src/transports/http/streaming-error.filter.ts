import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { StreamingError } from '../../errors/streaming.error.js';
import type { FrameworkReply } from './http-exchange.js';
import { HttpGateway } from './http-gateway.js';

/**
 * Answers this package's errors on your own HTTP routes with the error as JSON and a fitting status, such as
 * 401 for a refused credential and 404 for an execution that does not exist. Without the filter, Nest answers
 * them with 500.
 *
 * For example `@UseFilters(StreamingErrorFilter)` above a route that calls `saml.exchange(response)`.
 *
 * @publicApi
 */
@Catch(StreamingError)
export class StreamingErrorFilter implements ExceptionFilter<StreamingError> {
  constructor(
    private readonly gateway: HttpGateway,
    private readonly adapters: HttpAdapterHost,
  ) {}

  /** Nest calls it with each error of the route. */
  catch(error: StreamingError, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    const reply = host.switchToHttp().getResponse<FrameworkReply>();
    const exception = this.gateway.refusal(error, 'request', reply);
    this.adapters.httpAdapter.reply(reply, exception.getResponse(), exception.getStatus());
  }
}
