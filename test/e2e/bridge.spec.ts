import { beforeEach, describe, expect, it } from '@jest/globals';
import { CustomStrategy, WebSocketBridgeService, type StreamUpdate } from '../../src/index.js';
import { manualRun } from '../support/manual-run.js';
import { accepted, Inbox, next } from '../support/plain-client.js';
import { startApp, type PlainClient, type StreamingApp } from '../support/streaming-app.js';

const ADA = { principalId: 'ada', tenant: 'acme' };

/** One client, wherever it is, and what it gets. */
interface Member {
  readonly clientId: string;
  readonly data: () => unknown[];
  readonly until: (condition: (updates: readonly StreamUpdate[]) => boolean) => Promise<void>;
  /** The client goes away by itself. */
  readonly leave: () => unknown;
}

let app: StreamingApp;
let bridge: WebSocketBridgeService;

beforeEach(async () => {
  const strategy = new CustomStrategy(({ token = '' }) => ({
    id: token,
    tenant: 'acme',
    scopes: [],
    claims: {},
  }));
  app = await startApp({
    gateway: { authentication: { strategies: [strategy] }, rooms: ['lobby', 'hall', 'closing'] },
  });
  bridge = app.app.get(WebSocketBridgeService);
});

async function connected(token: string): Promise<PlainClient> {
  const client = app.connect({ auth: { token } });
  await next(client, 'connection_status');
  return client;
}

async function overGateway(): Promise<Member> {
  const client = await connected('ada');
  const inbox = new Inbox(client);
  const clientId = client.id ?? '';
  return {
    clientId,
    data: () => inbox.updates.map(({ data }) => data),
    until: (condition) => inbox.until(condition),
    leave: () => client.disconnect(),
  };
}

async function inProcess(): Promise<Member> {
  const updates: StreamUpdate[] = [];
  const waiting = new Set<() => void>();
  bridge.registerClient('job').subscribe((update) => {
    updates.push(update);
    for (const wake of waiting) wake();
  });
  return {
    clientId: 'job',
    data: () => updates.map(({ data }) => data),
    until: async (condition) => {
      while (!condition(updates)) await new Promise<void>((resolve) => waiting.add(resolve));
    },
    leave: () => bridge.unregisterClient('job'),
  };
}

const has =
  (wanted: unknown) =>
  (updates: readonly StreamUpdate[]): boolean =>
    updates.some(({ data }) => data === wanted);

const ends =
  (count: number) =>
  (updates: readonly StreamUpdate[]): boolean =>
    updates.filter(({ type }) => type === 'workflow:end').length === count;

/** Resolves when the bridge says so: what it was asked for takes effect a little later. */
async function untilBridge(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

describe.each([
  ['over a gateway', overGateway],
  ['inside the process', inProcess],
])('a client %s', (_, join) => {
  let member: Member;

  beforeEach(async () => {
    member = await join();
  });

  const publish = (roomId: string, data: unknown): Promise<void> =>
    app.streaming.publish(roomId, 'events', data);

  it('is listed and counted until it leaves', async () => {
    const { clientId } = member;
    expect([bridge.getActiveClients(), bridge.getClientCount()]).toEqual([[clientId], 1]);
    expect(bridge.getClientInfo(clientId)).toMatchObject({
      clientId,
      executionIds: [],
      rooms: [],
      metadata: {},
      connectedAt: expect.any(Number),
    });
    member.leave();
    await untilBridge(() => bridge.getClientCount() === 0);
    expect(bridge.getClientInfo(clientId)).toBeUndefined();
  });

  it('joins and leaves the rooms that the server puts it into', async () => {
    const { clientId } = member;
    bridge.joinRoom(clientId, 'lobby');
    await untilBridge(() => bridge.getRoomInfo('lobby').clientCount === 1);
    expect(bridge.getClientInfo(clientId)?.rooms).toEqual(['lobby']);
    expect(bridge.getAllRoomsInfo()).toEqual([
      { roomId: 'lobby', clientCount: 1, clients: [clientId] },
    ]);
    await publish('lobby', 'hello');
    await member.until(has('hello'));
    bridge.leaveRoom(clientId, 'lobby');
    await publish('lobby', 'not any more');
    bridge.joinRoom(clientId, 'hall');
    await untilBridge(() => bridge.getRoomInfo('hall').clientCount === 1);
    await publish('hall', 'last');
    await member.until(has('last'));
    expect(member.data()).toEqual(['hello', 'last']);
  });

  it('watches the execution that the server links it to, from its start, and no other', async () => {
    const { clientId } = member;
    const run = (executionId: string): unknown =>
      app.streaming.run(
        async ({ emit }) => {
          emit('events', executionId);
        },
        { executionId, owner: ADA },
      );
    bridge.linkClientToExecution(clientId, 'first');
    run('first');
    await member.until(ends(1));
    bridge.linkClientToExecution(clientId, 'second');
    run('second');
    await member.until(ends(2));
    expect(member.data()).toEqual([
      { state: 'running' },
      'first',
      { state: 'completed' },
      { state: 'running' },
      'second',
      { state: 'completed' },
    ]);
  });

  it('gets only the types that the server lets through', async () => {
    const { clientId } = member;
    bridge.subscribeToEvents(clientId, ['milestone']);
    bridge.joinRoom(clientId, 'lobby');
    await untilBridge(() => bridge.getRoomInfo('lobby').clientCount === 1);
    await publish('lobby', 'filtered');
    await app.streaming.publish('lobby', 'milestone', 'wanted');
    await member.until(has('wanted'));
    bridge.unsubscribeFromEvents(clientId, ['milestone']);
    await publish('lobby', 'all again');
    await member.until(has('all again'));
    expect(member.data()).toEqual(['wanted', 'all again']);
  });

  it('is sent what is for it alone', async () => {
    expect(await bridge.sendToClient(member.clientId, { type: 'events', data: 'for you' })).toBe(
      true,
    );
    await member.until(has('for you'));
    member.leave();
    await untilBridge(() => bridge.getClientCount() === 0);
    expect(await bridge.sendToClient(member.clientId, { type: 'events', data: 'late' })).toBe(
      false,
    );
  });
});

describe('a client over a gateway', () => {
  it('is told where it stands in what the server subscribed it to', async () => {
    const ada = await connected('ada');
    const { executionId, done } = app.streaming.run(async ({ emit }) => emit('events', 1), {
      owner: ADA,
    });
    await done;
    const [joined, confirmed] = [next(ada, 'room_joined'), next(ada, 'subscription_confirmed')];
    bridge.joinRoom(ada.id ?? '', 'lobby');
    bridge.linkClientToExecution(ada.id ?? '', executionId);
    const cursor = { epoch: expect.any(String), sequence: 0 };
    expect(await joined).toMatchObject({ roomId: 'lobby', cursor, recovered: true });
    expect(await confirmed).toMatchObject({
      executionId,
      cursor,
      state: 'completed',
      head: 3,
    });
  });

  it('is named with its principal and what it subscribed to itself', async () => {
    const ada = await connected('ada');
    const { executionId } = app.streaming.run(async () => new Promise(() => undefined), {
      owner: ADA,
    });
    accepted(await ada.emitWithAck('subscribe_execution', { executionId }));
    expect(bridge.getClientInfo(ada.id ?? '')).toMatchObject({
      principal: { id: 'ada', tenant: 'acme' },
      executionIds: [executionId],
    });
    expect(bridge.getExecutionClients(executionId)).toEqual([ada.id]);
  });

  it('cannot be replaced by a client inside the process', async () => {
    const ada = await connected('ada');
    expect(() => bridge.registerClient(ada.id ?? '')).toThrow(
      expect.objectContaining({ code: 'INVALID_PAYLOAD' }),
    );
    bridge.unregisterClient(ada.id ?? '');
    expect(bridge.getActiveClients()).toEqual([ada.id]);
  });

  it('gets of a room only what is not for others', async () => {
    const [ada, bob] = [await connected('ada'), await connected('bob')];
    const inboxes = [new Inbox(ada), new Inbox(bob)];
    for (const { id = '' } of [ada, bob]) bridge.joinRoom(id, 'lobby');
    await untilBridge(() => bridge.getRoomInfo('lobby').clientCount === 2);
    const publish = (data: string, ...targets: string[]): Promise<void> =>
      app.streaming.publish('lobby', 'events', data, { targets });
    await publish('for ada', 'acme/ada');
    await app.streaming.publish('lobby', 'events', 'for all');
    await Promise.all(inboxes.map((inbox) => inbox.until(has('for all'))));
    expect(inboxes.map(({ updates }) => updates.map(({ data }) => data))).toEqual([
      ['for ada', 'for all'],
      ['for all'],
    ]);
  });
});

describe('what is broadcast to an execution of this instance', () => {
  it('comes in its order, after the tokens that wait', async () => {
    const { executionId, context, finish } = await manualRun(app);
    for (const text of ['a', 'b', 'c']) context.token(text);
    await bridge.broadcastToExecution(executionId, {
      type: 'milestone',
      data: 'half',
      metadata: { timestamp: 0, sequenceNumber: 0, nodeId: 'n', extra: true },
    });
    await finish();
    const updates: StreamUpdate[] = [];
    for await (const update of app.streaming.follow(executionId)) updates.push(update);
    expect(updates.slice(1, -1).map(({ type, data }) => [type, data])).toEqual([
      ['token', { content: 'a' }],
      ['token', { content: 'bc' }],
      ['milestone', 'half'],
    ]);
    expect(updates.at(-2)?.metadata).toMatchObject({ nodeId: 'n', extra: true });
    await expect(
      bridge.broadcastToExecution(executionId, { type: 'milestone', data: 'late' }),
    ).rejects.toMatchObject({ code: 'EXECUTION_NOT_ACTIVE' });
  });
});
