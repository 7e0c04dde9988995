import { Catch, type ArgumentsHost, type WsExceptionFilter } from '@nestjs/common';
import type { GatewayErrorHandler } from '../../errors/gateway-error-handler.js';
import type { Ack } from '../../protocol/client-events.js';
import type { GatewaySocket } from '../../gateway/socket-types.js';
import { toErrorMessage } from '../../gateway/error-message.js';

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
    const socket = context.getClient<GatewaySocket>();
    const event = context.getPattern();
    const error = this.errors.handle(thrown, { event, connectionId: socket.id });
    const ack = host.getArgs<unknown[]>().find((argument) => typeof argument === 'function');
    if (ack) (ack as (answer: Ack) => void)({ ok: false, error });
    else socket.emit('error', toErrorMessage(error, event));
  }
}
