import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable, type INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { NotingSession, NotingTransport } from '../../test/support/noting-session.js';
import { GatewayAuthenticationService } from '../access/gateway-authentication.service.js';
import type { AccessRequest } from '../access/stream-access-policy.js';
import { WebSocketBridgeService } from '../bridge/websocket-bridge.service.js';
import type { Delivery } from '../delivery/delivery.js';
import type { UpdateContent } from '../log/log-entry.js';
import type { Ack } from '../protocol/client-events.js';
import type { StreamUpdate } from '../protocol/stream-update.js';
import { StreamingModule } from '../streaming.module.js';
import { StreamingService } from '../streaming.service.js';
import { GatewayConnectionManager, type GatewayConnection } from './gateway-connection.manager.js';
import type { GatewayCore } from './gateway-core.js';
import { StreamingGateway } from './streaming-gateway.decorator.js';
import { coreOf, StreamingWebSocketGateway } from './streaming-websocket.gateway.js';

const REQUEST = { auth: {}, headers: {}, remoteAddress: '192.0.2.1' };

/** What the hooks were called with. */
const calls: string[] = [];

@StreamingGateway()
class NotingGateway extends StreamingWebSocketGateway {
  protected override authorize(
    { action, channel: { id } }: AccessRequest,
    allowed: () => Promise<boolean>,
  ): Promise<boolean> {
    calls.push(`authorize ${action} ${id}`);
    return id === 'closed' ? Promise.resolve(false) : allowed();
  }

  protected override onConnect({ id }: GatewayConnection): void {
    calls.push(`connect ${id}`);
  }

  protected override onDisconnect({ id }: GatewayConnection): void {
    calls.push(`disconnect ${id}`);
    throw new Error('of nobody else');
  }

  protected override onSubscribe({ id }: GatewayConnection, channel: { id: string }): void {
    calls.push(`subscribe ${id} ${channel.id}`);
  }

  protected override beforeDeliver(update: StreamUpdate): UpdateContent | undefined {
    return update.type === 'debug' ? undefined : update;
  }
}

/** Wants to know who is connected, without a gateway of its own. */
@Injectable()
class Monitor {
  constructor(readonly connections: GatewayConnectionManager) {}
}

describe('StreamingWebSocketGateway', () => {
  let app: INestApplication;
  let gateway: NotingGateway;
  let core: GatewayCore;
  let transport: NotingTransport;
  let delivery: Delivery;

  beforeEach(async () => {
    calls.length = 0;
    const module = await Test.createTestingModule({
      imports: [StreamingModule.forRoot({ gateway: {} })],
      providers: [NotingGateway, Monitor],
    }).compile();
    app = module.createNestApplication({ logger: false });
    await app.init();
    gateway = app.get(NotingGateway);
    core = coreOf(gateway);
    transport = new NotingTransport();
    delivery = core.deliverBy(transport);
  });
  afterEach(() => app.close());

  const connect = (id: string): NotingSession => {
    const session = new NotingSession(id);
    core.connect(session, REQUEST, delivery);
    return session;
  };

  /** Sends a message as a client of any transport would. */
  const ask = (id: string, event: string, payload: object): Promise<Ack> =>
    new Promise((resolve, reject) => {
      const connection = gateway.connections.get(id);
      if (!connection) throw new Error(`${id} is not connected`);
      const message = { event, payload, answer: resolve, isTaken: () => false };
      core.receive(connection, message, () => undefined).catch(reject);
    });

  it('shows who is connected, whatever transport brings them', () => {
    const first = connect('a');
    connect('b');
    const { connections } = gateway;
    expect(gateway.getActiveConnections().map(({ id }) => id)).toEqual(['a', 'b']);
    expect(gateway.getConnectionById('a')).toEqual(connections.infos()[0]);
    expect(gateway.getConnectionById('c')).toBeUndefined();
    first.leave();
    expect(gateway.getStats()).toMatchObject({ activeConnections: 1, totalConnections: 2 });
    expect(calls).toEqual(['connect a', 'connect b', 'disconnect a']);
  });

  it('is the one whose connections are injected, as it is in the place of the module’s', () => {
    connect('a');
    expect(app.get(Monitor).connections).toBe(gateway.connections);
  });

  it('asks its hooks about a subscription, and delivers what they let through', async () => {
    connect('a');
    const run = app.get(StreamingService).run(
      async ({ emit }) => {
        emit('debug', 'internal');
        emit('events', 'for viewers');
      },
      { executionId: 'run' },
    );
    await run.done;
    expect(await ask('a', 'subscribe_execution', { executionId: 'run' })).toMatchObject({
      ok: true,
      state: 'completed',
    });
    await transport.received('a', 3);
    expect(transport.updatesOf('a').map(({ type }) => type)).toEqual([
      'workflow:start',
      'events',
      'workflow:end',
    ]);
    expect(calls.slice(1, 4)).toEqual([
      'authorize subscribe run',
      'authorize replay run',
      'subscribe a run',
    ]);
  });

  it('refuses what its own authorize refuses, though the policy would not', async () => {
    connect('a');
    expect(await ask('a', 'join_room', { roomId: 'closed' })).toMatchObject({
      ok: false,
      error: { code: 'ROOM_NOT_FOUND' },
    });
    expect(await ask('a', 'join_room', { roomId: 'open' })).toMatchObject({ ok: true });
  });

  it('registers its connections with the bridge', async () => {
    const session = connect('a');
    const bridge = app.get(WebSocketBridgeService);
    expect(bridge.getActiveClients()).toEqual(['a']);
    await ask('a', 'join_room', { roomId: 'lobby' });
    expect(bridge.getClientInfo('a')).toMatchObject({
      clientId: 'a',
      principal: { id: 'ada' },
      rooms: ['lobby'],
    });
    expect(await bridge.sendToClient('a', { type: 'events', data: 'hello' })).toBe(true);
    expect(await bridge.sendToClient('a', { type: 'debug', data: 'internal' })).toBe(false);
    expect(transport.updatesOf('a').map(({ data }) => data)).toEqual(['hello']);
    session.leave();
    expect([bridge.getActiveClients(), bridge.getAllRoomsInfo()]).toEqual([[], []]);
  });

  it('ends a session that the server revokes, and says why', async () => {
    const session = connect('a');
    expect(await app.get(GatewayAuthenticationService).revoke('a')).toBe(1);
    expect(session.told).toEqual([
      ['error', expect.objectContaining({ code: 'AUTHENTICATION_REVOKED' })],
    ]);
    expect(gateway.connections.size).toBe(0);
  });

  it('dismisses everybody when the application stops, and lets nobody in any more', async () => {
    const session = connect('a');
    await gateway.onModuleDestroy();
    expect(session.told).toEqual([
      ['connection_status', expect.objectContaining({ status: 'draining' })],
      ['dismissed', undefined],
    ]);
    await expect(core.admit(REQUEST, new AbortController().signal)).rejects.toMatchObject({
      code: 'SERVER_SHUTDOWN',
    });
  });

  it('says what is missing when it is made outside of an application', () => {
    expect(() => new StreamingWebSocketGateway().getStats()).toThrow(
      expect.objectContaining({ code: 'NOT_BOOTSTRAPPED' }),
    );
  });
});
