import { Module, type Type } from '@nestjs/common';
import {
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  type GatewayMetadata,
} from '@nestjs/websockets';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { accepted, Inbox } from '../../support/plain-client.js';
import type { PlainClient, StreamingApp } from '../../support/streaming-app.js';

export const FRAMEWORKS = {
  express: () => new ExpressAdapter(),
  fastify: () => new FastifyAdapter() as unknown as AbstractHttpAdapter,
};
export const ORDERS = ['the own module first', 'the library first'] as const;

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

/** What the own gateway answers to a message. */
export async function echoOf(client: PlainClient): Promise<unknown> {
  const untyped = client as unknown as {
    emit(event: string, payload: unknown): void;
    once(event: string, listener: (payload: unknown) => void): void;
  };
  const answer = new Promise((resolve) => untyped.once('message', resolve));
  untyped.emit('message', 'hello');
  return answer;
}

/** What a viewer reads of a run of three tokens. */
export async function readRun(
  app: StreamingApp,
  viewer: PlainClient,
  executionId = 'run',
): Promise<unknown> {
  app.streaming.run(
    async (context) => {
      for (const text of ['a', 'b', 'c']) context.emit('custom', text);
    },
    { executionId },
  );
  const inbox = new Inbox(viewer);
  accepted(await viewer.emitWithAck('subscribe_execution', { executionId }));
  await inbox.ended();
  return inbox.brief.filter(([type]) => type === 'custom').map(([, data]) => data);
}
