// The application under attack: small limits, a run with a secret, and one that a viewer watches.
import 'reflect-metadata';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Body, Controller, Get, Module, Post, Redirect, UseFilters } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  GatewayAuthenticationService,
  JwtStrategy,
  OAuth2Strategy,
  SamlStrategy,
  StreamingErrorFilter,
  StreamingModule,
  StreamingService,
  StreamingWebSocketGateway,
} from '../../dist/esm/index.js';
import { MessageCosts } from './message-costs.mjs';
import { AUDIENCE, ISSUER, KEY, SECRET } from './secrets.mjs';

const {
  order,
  saml,
  introspection,
  jwks,
  agents,
  maxMessages = 50,
} = JSON.parse(process.argv[2] ?? '{}');
/** The agent under attack, which only some classes are about. */
const { ChatAgent, startConversations, WatchPolicy } = agents ? await import('./agents.mjs') : {};
const tenant = { principal: { tenant: 'org' } };

/** The providers that a class of attacks is about, besides the tokens of the others. */
const strategies = [];
if (saml) strategies.push(new SamlStrategy({ ...saml, principal: { tenant: 'department' } }));
if (jwks)
  strategies.push(
    new JwtStrategy({
      jwksUri: `${jwks}/jwks`,
      issuer: jwks,
      audience: AUDIENCE,
      jwksMaxAgeMs: 200,
      jwksCooldownMs: 0,
      ...tenant,
    }),
  );

const introspecting = (issuer) =>
  new OAuth2Strategy({
    issuer,
    audience: AUDIENCE,
    introspection: { clientId: 'gateway', clientSecret: 'of the gateway' },
    ...tenant,
  });

const gateway = {
  authentication: {
    strategies: [
      new JwtStrategy({
        secret: KEY,
        issuer: ISSUER,
        audience: AUDIENCE,
        clockToleranceMs: 0,
        ...tenant,
      }),
      ...strategies,
      ...(introspection ? [introspecting(introspection)] : []),
    ],
    timeoutMs: 1_000,
    sources: { cookie: 'session', authorizationHeader: true },
  },
  cors: {
    origin: ['https://app.test', /https:\/\/[a-z]+\.ok\.test/, /https:\/\/.*\..*\.wide\.test/],
    credentials: true,
  },
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
  rateLimit: {
    maxMessages,
    maxMessagesPerPrincipal: 20 * maxMessages,
    maxConnects: 10,
    maxFailedAuthentications: 5,
  },
  slowClient: { maxQueuedBytes: 65_536, timeoutMs: 2_000 },
};

if (agents) {
  gateway.accessPolicy = new WatchPolicy(gateway.rooms);
  delete gateway.rooms;
}
const imports = [StreamingModule.forRoot({ gateway, ...(agents && { agents }) })];
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
/** The routes of single sign-on, as docs/single-sign-on.md has them. */
class SamlController {
  async login() {
    return { url: await strategies[0].loginUrl() };
  }

  callback(response) {
    return strategies[0].exchange(response);
  }
}
const method = (name, ...decorators) => {
  const descriptor = Object.getOwnPropertyDescriptor(SamlController.prototype, name);
  for (const decorator of decorators) decorator(SamlController.prototype, name, descriptor);
};
method('login', Get('login'), Redirect());
Body('SAMLResponse')(SamlController.prototype, 'callback', 0);
method('callback', Post('callback'));
UseFilters(StreamingErrorFilter)(SamlController);
Controller('saml')(SamlController);

class Application {}
Module({
  imports,
  controllers: saml ? [SamlController] : [],
  providers: agents ? [ChatAgent] : [],
})(Application);

// What is measured is not the loading of code.
if (saml) await strategies[0].loginUrl();
const app = await NestFactory.create(Application, { logger: false });
await app.listen(0, '127.0.0.1');
if (agents) await startConversations(app);
const { engine } = app.get(StreamingWebSocketGateway).server.server;
// Later than the engine, which takes the listeners of others away.
const costs = new MessageCosts(app.getHttpServer(), engine);
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

const turns = monitorEventLoopDelay({ resolution: 5 });
turns.enable();
const authentication = app.get(GatewayAuthenticationService);
async function answer(question) {
  if (question.revoke) {
    await authentication.revoke(question.revoke, { refuseForMs: 60_000 });
    process.send({ revoked: true });
    return;
  }
  const { user, system } = process.cpuUsage();
  const longestTurnMs = turns.max / 1e6;
  turns.reset();
  const maxMessageMs = costs.takeMaxMs();
  const cpuMs = (user + system) / 1_000;
  process.send({ cpuMs, maxMessageMs, longestTurnMs, sessions: engine.clientsCount });
}
process.on('message', (question) => void answer(question));
process.send({ port: app.getHttpServer().address().port });
