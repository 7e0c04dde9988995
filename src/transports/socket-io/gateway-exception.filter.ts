import { Catch, type ArgumentsHost, type WsExceptionFilter } from '@nestjs/common';
import type { GatewayErrorHandler } from '../../errors/gateway-error-handler.js';
import type { GatewaySocket } from '../../gateway/socket-types.js';
import { answerError, type AnswerMessage } from './answer-error.js';

/**
 * Answers what a handler of the application throws as the gateway answers its own errors. Nest's
 * filter would leave the acknowledgement hanging and send the client its data back. Filters of the
 * application come first.
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
