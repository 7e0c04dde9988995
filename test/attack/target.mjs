// The application under attack: small limits, a run with a secret, and one that a viewer watches.
import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  JwtStrategy,
  StreamingModule,
  StreamingService,
  StreamingWebSocketGateway,
} from '../../dist/esm/index.js';
import { AUDIENCE, ISSUER, KEY, SECRET } from './secrets.mjs';

const { order } = JSON.parse(process.argv[2] ?? '{}');

const gateway = {
  authentication: {
    strategies: [
      new JwtStrategy({
        secret: KEY,
        issuer: ISSUER,
        audience: AUDIENCE,
        clockToleranceMs: 0,
        principal: { tenant: 'org' },
      }),
    ],
    sources: { cookie: 'session', authorizationHeader: true },
  },
  cors: { origin: ['https://app.test', /https:\/\/[a-z]+\.ok\.test/], credentials: true },
  trustedProxies: 1,
  rooms: ['lobby', 'user:{principalId}', 'tenant:{tenant}/*', 'open:*'],
  maxConnections: 100,
  maxConnectionsPerAddress: 10,
  maxConnectionsPerPrincipal: 5,
  maxPayloadBytes: 16_384,
  maxRooms: 100,
  maxRoomsPerClient: 5,
  maxSubscriptionsPerClient: 5,
  connectTimeoutMs: 1_000,
  rateLimit: { maxMessages: 50, maxConnects: 10, maxFailedAuthentications: 5 },
  slowClient: { maxQueuedBytes: 65_536, timeoutMs: 2_000 },
};

const imports = [StreamingModule.forRoot({ gateway })];
if (order !== undefined) {
  class ChatGateway {
    echo(_client, payload) {
      return { event: 'message', data: payload };
    }
  }
  SubscribeMessage('message')(
    ChatGateway.prototype,
    'echo',
    Object.getOwnPropertyDescriptor(ChatGateway.prototype, 'echo'),
  );
  WebSocketGateway({ namespace: 'chat', cors: { origin: '*' } })(ChatGateway);
  class ChatModule {}
  Module({ providers: [ChatGateway] })(ChatModule);
  if (order === 'own first') imports.unshift(ChatModule);
  else imports.push(ChatModule);
}
class Application {}
Module({ imports })(Application);

const app = await NestFactory.create(Application, { logger: false });
await app.listen(0, '127.0.0.1');
const streaming = app.get(StreamingService);

streaming.run(
  async (context) => {
    context.token(SECRET);
    await new Promise(() => undefined);
  },
  { executionId: 'secret', owner: { principalId: 'alice', tenant: 'acme' } },
);
let number = 0;
streaming.run(
  async (context) => {
    for (;;) {
      context.emit('custom', (number += 1));
      await sleep(20);
    }
  },
  { executionId: 'watched', owner: { principalId: 'viewer', tenant: 'acme' } },
);

const { engine } = app.get(StreamingWebSocketGateway).server.server;
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send({ cpuMs: (user + system) / 1_000, sessions: engine.clientsCount });
});
process.send({ port: app.getHttpServer().address().port });
