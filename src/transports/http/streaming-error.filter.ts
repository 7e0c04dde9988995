import { Catch, type ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import { StreamingError } from '../../errors/streaming.error.js';
import type { FrameworkReply } from './http-exchange.js';
import { HttpGateway } from './http-gateway.js';

/**
 * Answers the errors of this package on the application's own HTTP routes: 401 for a credential that was
 * refused, 404 for an execution that does not exist, and so on, with the error as JSON. Without the filter
 * Nest answers them with 500.
 *
 * ```ts
 * \@Post('saml/callback')
 * \@UseFilters(StreamingErrorFilter)
 * callback(\@Body('SAMLResponse') response: string) {
 *   return saml.exchange(response);
 * }
 * ```
 *
 * @publicApi
 */
@Catch(StreamingError)
export class StreamingErrorFilter extends BaseExceptionFilter<Error> {
  constructor(
    private readonly gateway: HttpGateway,
    { httpAdapter }: HttpAdapterHost,
  ) {
    super(httpAdapter);
  }

  override catch(error: Error, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    const reply = host.switchToHttp().getResponse<FrameworkReply>();
    super.catch(this.gateway.refusal(error, 'request', reply), host);
  }
}
