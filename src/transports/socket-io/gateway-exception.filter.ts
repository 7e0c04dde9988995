import { Catch, type ArgumentsHost, type WsExceptionFilter } from '@nestjs/common';
import type { GatewayErrorHandler } from '../../errors/gateway-error-handler.js';
import type { GatewaySocket } from '../../gateway/socket-types.js';
import { answerError, type AnswerMessage } from './answer-error.js';

/**
 * Answers errors of the application's handlers in the same way as the gateway answers its own errors. Nest's
 * filter would send no acknowledgement, and would send the client its own data back. Filters of the
 * application run first.
 */
@Catch()
export class GatewayExceptionFilter implements WsExceptionFilter {
  constructor(private readonly errors: GatewayErrorHandler) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const context = host.switchToWs();
    const answer = host.getArgs<unknown[]>().find((argument) => typeof argument === 'function');
    answerError(this.errors, thrown, {
      socket: context.getClient<GatewaySocket>(),
      event: context.getPattern(),
      answer: answer as AnswerMessage | undefined,
    });
  }
}
