import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  CustomStrategy,
  StreamingError,
  StreamingGateway,
  StreamingModule,
  StreamingWebSocketGateway,
  WebSocketBridgeService,
  type AccessRequest,
  type ExecutionSource,
  type Principal,
  type StreamUpdate,
  type WebSocketGatewayOptions,
} from '../../../src/index.js';
import { targetOf } from '../../../src/entries/auth.js';
import type { UpdateContent } from '../../../src/log/log-entry.js';
import { accepted, Inbox, next, outcomeOf, refused } from '../../support/plain-client.js';
import { startAppOf, type PlainClient, type StreamingApp } from '../../support/streaming-app.js';

type Who = Pick<Principal, 'id' | 'tenant'>;

/** What the gateway was asked about, as `kind:id type`. */
const asked: string[] = [];

/** What a gateway makes of interrupts: the tests set it. */
let onInterrupt: (update: StreamUpdate<'interrupt'>) => UpdateContent | undefined = (update) =>
  update;

/** Whether the gateway refuses every subscription: the tests set it. */
let refusing = false;

@StreamingGateway()
class RedactingGateway extends StreamingWebSocketGateway {
  protected override onSubscribe(): void {
    if (refusing) throw new StreamingError('FORBIDDEN', 'Not now.');
  }

  protected override beforeDeliver(
    update: StreamUpdate,
    channel: { kind: string; id: string },
  ): UpdateContent | undefined {
    asked.push(`${channel.kind}:${channel.id} ${update.type}`);
    if (update.type === 'interrupt') return onInterrupt(update);
    if (update.type === 'debug') return undefined;
    return update.type === 'custom' ? { ...update, data: 'redacted' } : update;
  }
}

/** An application that takes the name of the principal as the credential. */
async function start(options: WebSocketGatewayOptions = {}): Promise<StreamingApp> {
  const strategy = new CustomStrategy(({ token = '{}' }) => ({
    scopes: [],
    claims: {},
    ...(JSON.parse(token) as Who),
  }));
  return startAppOf({
    imports: [
      StreamingModule.forRoot({
        gateway: { authentication: { strategies: [strategy] }, ...options },
      }),
    ],
    providers: [RedactingGateway],
  });
}

const connectAs = ({ connect }: StreamingApp, who: Who): PlainClient =>
  connect({ auth: { token: JSON.stringify(who) }, reconnection: false });

const question: ExecutionSource = {
  run: async () => ({ state: 'interrupted', interrupts: [{ id: 'q', value: 'the secret' }] }),
  resume: async () => ({ state: 'completed' }),
};

beforeEach(() => {
  asked.length = 0;
  onInterrupt = (update) => update;
  refusing = false;
});

describe('a status', () => {
  const redacted = [{ id: 'q', value: '******' }];
  const changes: [string, typeof onInterrupt, unknown][] = [
    ['leaves', (update) => update, [{ id: 'q', value: 'the secret' }]],
    [
      'redacts',
      (update) => ({ ...update, data: { state: 'interrupted', interrupts: redacted } }),
      redacted,
    ],
    ['withholds', () => undefined, undefined],
    [
      'fails at',
      () => {
        throw new Error('not prepared for this');
      },
      undefined,
    ],
  ];

  it.each(changes)(
    'tells the questions as viewers get them, when the hook %s them',
    async (_, change, expected) => {
      onInterrupt = change;
      const app = await start();
      const { executionId } = app.streaming.run(question, { owner: { principalId: 'ada' } });
      const ada = connectAs(app, { id: 'ada' });
      const inbox = new Inbox(ada);
      const status = async (): Promise<unknown> =>
        accepted(await ada.emitWithAck('get_status', { executionId })).execution;
      await ada.emitWithAck('subscribe_execution', { executionId });
      await inbox.until((updates) => updates.some(({ type }) => type === 'interrupt'));
      const told = { executionId, state: 'interrupted', startedAt: expect.any(Number) };
      const withQuestions = expected === undefined ? told : { ...told, interrupts: expected };
      expect(await status()).toEqual(withQuestions);
      expect(await status()).toEqual(withQuestions);
      const [update] = inbox.updates.filter(({ type }) => type === 'interrupt');
      expect((update as StreamUpdate<'interrupt'>).data.interrupts).toEqual(expected);
      // The update and both statuses: the hook was asked once.
      expect(asked.filter((line) => line.endsWith('interrupt'))).toHaveLength(1);
      await app.streaming.cancel(executionId);
      expect(await status()).toMatchObject({ state: 'cancelled', endedAt: expect.any(Number) });
      expect(await status()).not.toHaveProperty('interrupts');
    },
  );
});

/** A run of somebody, which goes on. */
function runOf({ streaming }: StreamingApp, principalId: string): string {
  const owner = { principalId };
  return streaming.run(async () => new Promise(() => undefined), { owner }).executionId;
}

describe('an update that the server sends to one client', () => {
  it('passes the hook, which is told where it belongs', async () => {
    const app = await start({ rooms: 'lobby' });
    const executionId = runOf(app, 'ada');
    const ada = connectAs(app, { id: 'ada' });
    const inbox = new Inbox(ada);
    await next(ada, 'connection_status');
    const bridge = app.app.get(WebSocketBridgeService);
    const clientId = ada.id ?? '';
    const sent: StreamUpdate[] = [
      { type: 'custom', data: { card: '4111' } },
      { type: 'debug', data: 'withheld' },
      {
        type: 'events',
        data: 1,
        metadata: { timestamp: 1, sequenceNumber: 0, executionId },
      },
      { type: 'events', data: 2, metadata: { timestamp: 1, sequenceNumber: 0, roomId: 'lobby' } },
    ];
    expect(await Promise.all(sent.map((update) => bridge.sendToClient(clientId, update)))).toEqual([
      true,
      false,
      true,
      true,
    ]);
    await inbox.until(({ length }) => length === 3);
    expect(inbox.brief).toEqual([
      ['custom', 'redacted'],
      ['events', 1],
      ['events', 2],
    ]);
    expect(asked).toEqual([
      `client:${clientId} custom`,
      `client:${clientId} debug`,
      `execution:${executionId} events`,
      'room:lobby events',
    ]);
    expect(sent.some((update) => Object.isFrozen(update))).toBe(false);
  });
});

describe('what the server shows a client through the bridge', () => {
  const labelled = (name: object, data = 'secret'): StreamUpdate => ({
    type: 'events',
    data,
    metadata: { timestamp: 1, sequenceNumber: 0, ...name },
  });
  type Show = (
    bridge: WebSocketBridgeService,
    clientId: string,
    executionId: string,
    access?: { trusted: boolean },
  ) => unknown;
  const shows: [string, Show, string][] = [
    [
      'a room',
      (bridge, clientId, _, access) => bridge.joinRoom(clientId, 'board', access),
      'ROOM_NOT_FOUND',
    ],
    [
      'an execution',
      (bridge, clientId, executionId, access) =>
        bridge.linkClientToExecution(clientId, executionId, access),
      'EXECUTION_NOT_FOUND',
    ],
  ];

  /** Mallory, who may see nothing, and what the bridge tells of her. */
  async function mallory(options: WebSocketGatewayOptions = {}) {
    const app = await start(options);
    const client = connectAs(app, { id: 'mallory' });
    await next(client, 'connection_status');
    const bridge = app.app.get(WebSocketBridgeService);
    const clientId = client.id ?? '';
    const subscriptions = (): unknown => {
      const { executionIds, rooms } = bridge.getClientInfo(clientId) ?? never();
      return [...executionIds, ...rooms];
    };
    return { app, client, bridge, clientId, subscriptions, foreign: runOf(app, 'ada') };
  }

  it.each(shows)('is not %s that the client may not see', async (_, show, code) => {
    const { client, bridge, clientId, subscriptions, foreign } = await mallory();
    const told = next(client, 'error');
    show(bridge, clientId, foreign);
    expect(await told).toMatchObject({ code });
    expect(subscriptions()).toEqual([]);
  });

  it.each(shows)('is %s when the caller has decided so', async (_, show) => {
    const { client, bridge, clientId, subscriptions, foreign } = await mallory();
    // The second call goes past the first, which waits for the policy.
    show(bridge, clientId, foreign);
    show(bridge, clientId, foreign, { trusted: true });
    await Promise.race([next(client, 'room_joined'), next(client, 'subscription_confirmed')]);
    expect(subscriptions()).toHaveLength(1);
  });

  it.each(shows)('is %s only once the hook of subscriptions has agreed', async (_, show) => {
    refusing = true;
    const { client, bridge, clientId, subscriptions, foreign } = await mallory();
    const told = next(client, 'error');
    show(bridge, clientId, foreign, { trusted: true });
    expect(await told).toMatchObject({ code: 'FORBIDDEN' });
    expect(subscriptions()).toEqual([]);
  });

  it('is no update that names what the client may not see, and keeps its order', async () => {
    const { client, bridge, clientId, foreign } = await mallory({
      rooms: 'lobby',
      accessPolicy: {
        authorize: async ({ channel, principal, owner }) => {
          await new Promise((resolve) => setImmediate(resolve));
          return channel.id === 'lobby' || owner?.principalId === principal.id;
        },
      },
    });
    const inbox = new Inbox(client);
    const own: StreamUpdate = { type: 'events', data: 'own' };
    const sent = [
      bridge.sendToClient(clientId, labelled({ executionId: foreign })),
      bridge.sendToClient(clientId, labelled({ executionId: 'no-such-run' })),
      bridge.sendToClient(clientId, labelled({ roomId: 'board' })),
      bridge.sendToClient(clientId, labelled({ roomId: 'lobby' }, 'lobby')),
      bridge.sendToClient(clientId, own),
      bridge.sendToClient(clientId, labelled({ executionId: foreign }), { trusted: true }),
    ];
    expect(await Promise.all(sent)).toEqual([false, false, false, true, true, true]);
    await inbox.until(({ length }) => length === 3);
    expect(inbox.updates.map(({ data }) => data)).toEqual(['lobby', 'own', 'secret']);
  });
});

describe('an execution of somebody else', () => {
  const messages = {
    subscribe_execution: {},
    'subscribe_execution from a cursor': { options: { cursor: { epoch: 'x', sequence: 1 } } },
    'subscribe_execution, waiting': { waitForMs: 1 },
    get_status: {},
    cancel_execution: {},
    respond_interrupt: { value: true },
  };

  it.each(Object.entries(messages))(
    'answers %s after the same questions to the policy as a missing one',
    async (name, payload) => {
      const requests: Pick<AccessRequest, 'action' | 'channel'>[] = [];
      const app = await start({
        accessPolicy: {
          authorize: async ({ action, channel, owner, principal }) => {
            requests.push({ action, channel });
            return owner?.principalId === principal.id;
          },
        },
      });
      app.streaming.run(question, { executionId: 'hers', owner: { principalId: 'ada' } });
      const mallory = connectAs(app, { id: 'mallory' });
      const event = name.split(/[ ,]/)[0] as 'cancel_execution';
      const ask = async (executionId: string): Promise<unknown[]> => {
        requests.length = 0;
        const answer = await mallory.emitWithAck(event, { executionId, ...payload });
        expect(refused(answer)).toBe('EXECUTION_NOT_FOUND');
        const { correlationId: _, ...told } = answer.ok ? never() : answer.error;
        return [told, requests.map(({ action }) => action)];
      };
      const foreign = await ask('hers');
      expect(foreign[1]).not.toEqual([]);
      expect(await ask('no-such-run')).toEqual(foreign);
    },
  );
});

describe('targets', () => {
  const pairs: [Who, Who][] = [
    [{ id: 'bob', tenant: 'acme' }, { id: 'acme/bob' }],
    [{ id: 'b/c', tenant: 'a' }, { id: 'a/b/c' }],
    [{ id: 'c', tenant: 'a/b' }, { id: 'a%2Fb/c' }],
    [
      { id: 'b/c', tenant: 'a' },
      { id: 'c', tenant: 'a/b' },
    ],
    [{ id: '/bob' }, { id: 'bob' }],
    [{ id: 'acme/bob' }, { id: '/acme/bob' }],
  ];

  it.each(pairs)('of %j never reach %j', async (one, other) => {
    const app = await start({ rooms: 'lobby' });
    const inboxes: Inbox[] = [];
    for (const who of [one, other]) {
      const client = connectAs(app, who);
      inboxes.push(new Inbox(client));
      accepted(await client.emitWithAck('join_room', { roomId: 'lobby' }));
    }
    const publish = (data: number, targets?: readonly string[]): Promise<void> =>
      app.streaming.publish('lobby', 'events', data, { targets });
    await publish(1, [targetOf(one)]);
    await publish(2, [targetOf(other)]);
    await publish(3);
    await Promise.all(
      inboxes.map((inbox) => inbox.until((all) => all.some(({ data }) => data === 3))),
    );
    expect(inboxes.map(({ updates }) => updates.map(({ data }) => data))).toEqual([
      [1, 3],
      [2, 3],
    ]);
  });
});

describe('half of a character', () => {
  const half = '\ud83d';

  it.each([{ id: 'ada', tenant: half }, { id: `${half}ada` }])(
    'in a credential is refused as %j: outside of this process it would be another name',
    async (who) => {
      const app = await start();
      expect(await outcomeOf(connectAs(app, who))).toMatchObject({
        code: 'AUTHENTICATION_FAILED',
        message: 'The credential was refused.',
      });
    },
  );

  it('in the id of a message is an invalid payload', async () => {
    const app = await start({ rooms: '*' });
    const ada = connectAs(app, { id: 'ada' });
    expect(refused(await ada.emitWithAck('join_room', { roomId: half }))).toBe('INVALID_PAYLOAD');
    expect(refused(await ada.emitWithAck('get_status', { executionId: half }))).toBe(
      'INVALID_PAYLOAD',
    );
    // Whole characters outside of the basic plane are names like others.
    accepted(await ada.emitWithAck('join_room', { roomId: '😀' }));
  });
});

function never(): never {
  throw new Error('unreachable');
}
