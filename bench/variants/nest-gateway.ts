import type { AddressInfo } from 'node:net';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ConnectedSocket,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
  type OnGatewayDisconnect,
  type OnGatewayInit,
} from '@nestjs/websockets';
import { filter, Subject, type Subscription } from 'rxjs';
import type { Namespace, Socket } from 'socket.io';
import { NAMESPACE, tokenUpdate, type Variant } from '../variant.js';
import { verifyToken } from './verify-token.js';

/** How a hand-written gateway finds the viewers of a run. */
type Fanout = 'rooms' | 'loop' | 'subjects';

interface Message {
  readonly runId: string;
  readonly update: object;
}

/** The gateway that a team writes by hand, in the three ways that are common. */
@WebSocketGateway({ namespace: NAMESPACE, serveClient: false })
class HandWrittenGateway implements OnGatewayInit, OnGatewayDisconnect {
  static fanout: Fanout = 'rooms';
  @WebSocketServer()
  private readonly server!: Namespace;
  /** Run ids by client: what the loop looks through. */
  readonly #clients = new Map<string, { socket: Socket; runs: Set<string> }>();
  /** A Subject for each client, as the legacy bridge had. */
  readonly #subjects = new Map<
    string,
    { subject: Subject<Message>; subscription: Subscription; runs: Set<string> }
  >();

  afterInit(namespace: Namespace): void {
    namespace.use((socket, next) => {
      verifyToken(socket.handshake.auth['token']).then((principal) => {
        socket.data = { principal };
        next();
      }, next);
    });
  }

  @SubscribeMessage('subscribe_execution')
  subscribe(
    @ConnectedSocket() socket: Socket,
    @MessageBody() { executionId }: { executionId: string },
  ): object {
    if (HandWrittenGateway.fanout === 'rooms') void socket.join(executionId);
    else if (HandWrittenGateway.fanout === 'loop') this.#remember(socket, executionId);
    else this.#bridge(socket, executionId);
    return { ok: true };
  }

  handleDisconnect({ id }: Socket): void {
    this.#clients.delete(id);
    this.#subjects.get(id)?.subscription.unsubscribe();
    this.#subjects.delete(id);
  }

  broadcast(runId: string, update: object): void {
    if (HandWrittenGateway.fanout === 'rooms') this.server.to(runId).emit('stream_update', update);
    for (const { socket, runs } of this.#clients.values())
      if (runs.has(runId)) socket.emit('stream_update', update);
    for (const { subject, runs } of this.#subjects.values())
      if (runs.has(runId)) subject.next({ runId, update });
  }

  #remember(socket: Socket, runId: string): void {
    const client = this.#clients.get(socket.id) ?? { socket, runs: new Set() };
    client.runs.add(runId);
    this.#clients.set(socket.id, client);
  }

  #bridge(socket: Socket, runId: string): void {
    const subject = new Subject<Message>();
    const runs = new Set([runId]);
    const subscription = subject
      .pipe(filter(({ runId: id }) => runs.has(id)))
      .subscribe(({ update }) => socket.emit('stream_update', update));
    this.#subjects.set(socket.id, { subject, subscription, runs });
  }
}

@Module({ providers: [HandWrittenGateway] })
class AppModule {}

export async function start(fanout: Fanout): Promise<Variant> {
  HandWrittenGateway.fanout = fanout;
  const app = await NestFactory.create(AppModule, { logger: ['error'] });
  await app.listen(0, '127.0.0.1');
  const gateway = app.get(HandWrittenGateway);
  return {
    port: (app.getHttpServer().address() as AddressInfo).port,
    viewer: 'socket.io',
    open: (runId) => ({
      token: (content, index) => gateway.broadcast(runId, tokenUpdate(runId, content, index)),
      end: () => undefined,
    }),
  };
}
