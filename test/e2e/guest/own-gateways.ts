import { Module, type Type } from '@nestjs/common';
import {
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  type GatewayMetadata,
} from '@nestjs/websockets';

/** A module with a gateway as `nest g gateway` writes it. */
export function chatModule(options?: GatewayMetadata, port?: number): Type {
  class ChatGateway {
    @SubscribeMessage('message')
    handleMessage(@MessageBody() payload: unknown): { event: string; data: unknown } {
      return { event: 'message', data: { echo: payload } };
    }
  }
  if (port !== undefined) WebSocketGateway(port, options)(ChatGateway);
  else WebSocketGateway(options)(ChatGateway);

  @Module({ providers: [ChatGateway] })
  class ChatModule {}
  return ChatModule;
}
