import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Type } from '@nestjs/common';
import type { GatewayNamespace } from '../../../src/gateway/socket-types.js';
import { StreamingGateway, StreamingWebSocketGateway } from '../../../src/index.js';
import type { ClientSubscriptionConfig } from '../../../src/protocol/client-events.js';
import { Deferred } from '../../support/deferred.js';
import { accepted, Inbox, refused } from '../../support/plain-client.js';
import { onTestEnd, startApp, type PlainClient } from '../../support/streaming-app.js';
import { type SecureApp, secretRun, startSecureApp, tokenOf } from './secure-app.js';

const RUN = 'run-of-alice';

const ALICE = { principalId: 'alice', tenant: 'acme' };

type Attempt = (client: PlainClient, executionId: string) => Promise<unknown>;

const attempts: [string, Attempt][] = [
  [
    'subscribe',
    (client, executionId) => client.emitWithAck('subscribe_execution', { executionId }),
  ],
  [
    'subscribe to what comes',
    (client, executionId) =>
      client.emitWithAck('subscribe_execution', { executionId, options: { from: 'live' } }),
  ],
  [
    'replay',
    (client, executionId) =>
      client.emitWithAck('subscribe_execution', {
        executionId,
        options: { cursor: { epoch: 'x', sequence: 0 } },
      }),
  ],
  [
    'cancel',
    (client, executionId) =>
      client.emitWithAck('cancel_execution', { executionId, reason: 'mine now' }),
  ],
  [
    'respond',
    (client, executionId) =>
      client.emitWithAck('respond_interrupt', {
        executionId,
        interruptId: 'q1',
        value: 'mine now',
      }),
  ],
  [
    'ask for the status',
    (client, executionId) => client.emitWithAck('get_status', { executionId }),
  ],
];

/** An answer without what differs between any two errors. */
const comparable = (answer: unknown): unknown =>
  JSON.parse(
    JSON.stringify(answer, (key, value: unknown) => (key === 'correlationId' ? 'id' : value)),
  );

describe("another's execution", () => {
  let app: SecureApp;
  let inbox: Inbox;
  let mallory: PlainClient;

  beforeEach(async () => {
    app = await startSecureApp();
    app.streaming.run(secretRun('the secret of alice'), { executionId: RUN, owner: ALICE });
    mallory = await app.connectAs('mallory');
    inbox = new Inbox(mallory);
  });

  it.each(attempts)(
    'cannot be told from one that does not exist by an attempt to %s',
    async (_, attempt) => {
      const answer = comparable(await attempt(mallory, RUN));
      expect(answer).toEqual({
        ok: false,
        error: {
          code: 'EXECUTION_NOT_FOUND',
          message: 'There is no such execution, or it is not yours.',
          retryable: false,
          correlationId: 'id',
        },
      });
      expect(comparable(await attempt(mallory, 'run-that-never-was'))).toEqual(answer);
      expect(app.streaming.get(RUN)).toMatchObject({ state: 'interrupted' });
      expect(inbox.updates).toEqual([]);
    },
  );

  it.each<[string, string, Record<string, unknown>]>([
    ['of the same id in another tenant', 'alice', { org: 'other' }],
    ['whose id differs in case', 'Alice', {}],
    ['whose id has a space at its end', 'alice ', {}],
    ['whose id looks the same', 'аlice', {}],
    ['whose id joins tenant and id', 'acme:alice', {}],
    [
      'with admin claims that nobody asked about',
      'mallory',
      { admin: true, role: 'admin', scope: '*' },
    ],
  ])('is closed to a principal %s', async (_, id, claims) => {
    const client = await app.connectAs(id, claims);
    for (const [, attempt] of attempts)
      expect(refused((await attempt(client, RUN)) as never)).toBe('EXECUTION_NOT_FOUND');
  });

  it('is open to its owner, by every message', async () => {
    const alice = await app.connectAs('alice');
    const owned = new Inbox(alice);
    accepted(await alice.emitWithAck('subscribe_execution', { executionId: RUN }));
    expect(accepted(await alice.emitWithAck('get_status', { executionId: RUN }))).toMatchObject({
      execution: { state: 'interrupted' },
    });
    accepted(await alice.emitWithAck('respond_interrupt', { executionId: RUN, value: 'yes' }));
    await owned.ended();
    expect(owned.brief).toContainEqual(['custom', { answered: 'yes' }]);
    expect(inbox.updates).toEqual([]);
  });

  it('is open to nobody when it has no owner', async () => {
    app.streaming.run(secretRun('nobody'), { executionId: 'ownerless' });
    const alice = await app.connectAs('alice');
    for (const [, attempt] of attempts)
      expect(refused((await attempt(alice, 'ownerless')) as never)).toBe('EXECUTION_NOT_FOUND');
  });

  it.each<[string, object]>([
    ['a userId', { userId: 'alice' }],
    ['an owner', { owner: ALICE }],
    ['a principal', { principal: { id: 'alice', tenant: 'acme', scopes: [], claims: {} } }],
    ['metadata', { metadata: { client: 'alice' } }],
    ['targets', { targets: ['alice'] }],
    ['requireAuth switched off', { options: { requireAuth: false } }],
  ])('is not opened by %s in a payload', async (_, extra) => {
    const payload = { executionId: RUN, ...extra };
    expect(refused(await mallory.emitWithAck('subscribe_execution', payload))).toBe(
      'EXECUTION_NOT_FOUND',
    );
  });

  it('is not opened by subscribing to all events', async () => {
    accepted(await mallory.emitWithAck('subscribe_events', { eventTypes: [] }));
    accepted(
      await mallory.emitWithAck('subscribe_events', {
        eventTypes: [],
        scope: { executionId: RUN },
      }),
    );
    expect(accepted(await mallory.emitWithAck('get_status', {}))).toMatchObject({
      subscriptions: [],
      rooms: [],
    });
    await app.streaming.respond(RUN, { value: 'yes' });
    accepted(await mallory.emitWithAck('ping', {}));
    expect(inbox.updates).toEqual([]);
  });

  it.each(['join_room', 'leave_room'] as const)(
    'is not reached through %s with the name of its audience',
    async (event) => {
      for (const roomId of [
        RUN,
        `execution:${RUN}`,
        `stream:execution:${RUN}|`,
        `stream:execution:${RUN}`,
      ]) {
        await mallory.emitWithAck(event, { roomId });
      }
      await app.streaming.respond(RUN, { value: 'yes' });
      accepted(await mallory.emitWithAck('ping', {}));
      expect(inbox.updates).toEqual([]);
    },
  );

  it("does not leak through an execution of one's own with a crafted id", async () => {
    const release = new Deferred();
    const crafted = [
      `${RUN}|`,
      `${RUN}|["token"]`,
      `stream:execution:${RUN}`,
      `${RUN}\u0000`,
      `${RUN}/../${RUN}`,
    ];
    for (const executionId of crafted) {
      app.streaming.run(async () => release.promise, {
        executionId,
        owner: { principalId: 'mallory', tenant: 'acme' },
      });
      const nodeIds = [`x|[["token"],0]`, RUN];
      accepted(
        await mallory.emitWithAck('subscribe_execution', { executionId, options: { nodeIds } }),
      );
    }
    await app.streaming.respond(RUN, { value: 'yes' });
    release.resolve();
    await inbox.until(
      (updates) => updates.filter(({ type }) => type === 'workflow:end').length === crafted.length,
    );
    expect(new Set(inbox.updates.map(({ metadata }) => metadata?.executionId))).toEqual(
      new Set(crafted),
    );
  });

  it('cannot be found by guessing ids', async () => {
    const app2 = await startSecureApp();
    const { executionId } = app2.streaming.run(secretRun('x'), { owner: ALICE });
    expect(executionId).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });
});

describe('a policy of the application', () => {
  const start = async (authorize: () => unknown) => {
    const app = await startSecureApp({
      accessPolicy: { authorize: authorize as () => boolean },
      accessTimeoutMs: 20,
    });
    app.streaming.run(secretRun('x'), { executionId: RUN, owner: ALICE });
    return app;
  };

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('database down');
      },
    ],
    ['rejects', () => Promise.reject(new Error('database down'))],
    ['never answers', () => new Promise(() => undefined)],
    ['answers something that is not true', () => 'yes'],
    ['answers nothing', () => undefined],
  ])('denies everybody when it %s, and the gateway goes on', async (_, authorize) => {
    const app = await start(authorize);
    const alice = await app.connectAs('alice');
    expect(refused(await alice.emitWithAck('subscribe_execution', { executionId: RUN }))).toBe(
      'EXECUTION_NOT_FOUND',
    );
    expect(refused(await alice.emitWithAck('join_room', { roomId: 'lobby' }))).toBe(
      'ROOM_NOT_FOUND',
    );
    accepted(await alice.emitWithAck('ping', {}));
  });

  it.each<[string, () => Promise<boolean>]>([
    ['throws', () => Promise.reject(new Error('a bug'))],
    ['never answers', () => new Promise(() => undefined)],
  ])('and the hook of a gateway class deny when the hook %s', async (_, authorize) => {
    @StreamingGateway()
    class BrokenGateway extends StreamingWebSocketGateway {
      protected override authorize(): Promise<boolean> {
        return authorize();
      }
    }
    const app = await startApp(
      { gateway: { accessTimeoutMs: 20 } },
      { providers: [BrokenGateway] },
    );
    app.streaming.run(secretRun('x'), { executionId: RUN });
    const client = app.connect();
    const answer = await client.emitWithAck('subscribe_execution', { executionId: RUN });
    expect(refused(answer)).toBe('EXECUTION_NOT_FOUND');
  });

  /** The ways in which a class can have its own `authorize`, which its interface hides. */
  interface Authorizing {
    authorize: () => boolean;
  }

  const denies = (): boolean => false;

  @StreamingGateway()
  class DenyingGateway extends StreamingWebSocketGateway {
    protected override authorize(): boolean {
      return denies();
    }
  }

  @StreamingGateway()
  class HeirGateway extends DenyingGateway {}

  @StreamingGateway()
  class PropertyGateway extends StreamingWebSocketGateway {
    protected override authorize = denies;
  }

  @StreamingGateway()
  class LateGateway extends StreamingWebSocketGateway {
    override afterInit(namespace: GatewayNamespace): void {
      super.afterInit(namespace);
      this.authorize = denies;
    }
  }

  @StreamingGateway()
  class PlainGateway extends StreamingWebSocketGateway {}

  @StreamingGateway()
  class MixedGateway extends StreamingWebSocketGateway {}
  Object.assign(MixedGateway.prototype, { authorize: denies });

  const spyOn = (prototype: object): void =>
    void jest.spyOn(prototype as Authorizing, 'authorize').mockImplementation(denies);

  it.each<[string, Type<StreamingWebSocketGateway>, (before: boolean) => void]>([
    ['as a method', DenyingGateway, () => undefined],
    ['inherits it', HeirGateway, () => undefined],
    ['as a property', PropertyGateway, () => undefined],
    ['from a mixin', MixedGateway, () => undefined],
    ['from the time when it listens', LateGateway, () => undefined],
    [
      'that replaces the original before the boot',
      PlainGateway,
      (before) => before && spyOn(StreamingWebSocketGateway.prototype),
    ],
    [
      'that replaces the original after the boot',
      PlainGateway,
      (before) => before || spyOn(StreamingWebSocketGateway.prototype),
    ],
    [
      'that is set after the boot',
      PlainGateway,
      (before) => before || spyOn(PlainGateway.prototype),
    ],
  ])('does not decide if the gateway class has its own hook %s', async (_, type, replace) => {
    replace(true);
    const app = await startApp({ gateway: {} }, { providers: [type] });
    replace(false);
    onTestEnd(() => jest.restoreAllMocks());
    app.streaming.run(secretRun('x'), { executionId: RUN });
    const answer = await app.connect().emitWithAck('subscribe_execution', { executionId: RUN });
    expect(refused(answer)).toBe('EXECUTION_NOT_FOUND');
  });

  it('is asked for every action with principal, channel and owner', async () => {
    const asked: unknown[] = [];
    const app = await startSecureApp({
      accessPolicy: { authorize: (request) => asked.push(request) > 0 },
    });
    app.streaming.run(secretRun('x'), { executionId: RUN, owner: ALICE });
    const bob = await app.connectAs('bob');
    accepted(await bob.emitWithAck('subscribe_execution', { executionId: RUN }));
    accepted(await bob.emitWithAck('join_room', { roomId: 'lobby' }));
    accepted(await bob.emitWithAck('join_room', { roomId: 'lobby', options: { from: 'start' } }));
    accepted(await bob.emitWithAck('respond_interrupt', { executionId: RUN, value: 1 }));
    await bob.emitWithAck('cancel_execution', { executionId: RUN });
    const execution = { channel: { kind: 'execution', id: RUN }, owner: ALICE };
    const lobby = { channel: { kind: 'room', id: 'lobby' } };
    const principal = expect.objectContaining({ id: 'bob', tenant: 'acme' });
    expect(asked).toEqual([
      { principal, action: 'subscribe', ...execution },
      { principal, action: 'replay', ...execution },
      { principal, action: 'join', ...lobby },
      { principal, action: 'join', ...lobby },
      { principal, action: 'replay', ...lobby },
      { principal, action: 'respond', ...execution, interrupt: { id: 'q1', value: 'x' } },
      { principal, action: 'cancel', ...execution },
    ]);
  });

  describe('that lets nobody read what was', () => {
    const CURSOR = { epoch: 'x', sequence: 0 };

    /** Everybody may come in, nobody may replay; `asked` are the actions it was asked about. */
    const startForwardOnly = async () => {
      const asked: string[] = [];
      const app = await startSecureApp({
        accessPolicy: {
          authorize: ({ action }) => {
            asked.push(action);
            return action !== 'replay';
          },
        },
      });
      app.streaming.run(secretRun('what was'), { executionId: RUN, owner: ALICE });
      await app.streaming.publish('lobby', 'custom', 'what was');
      const bob = await app.connectAs('bob');
      return { app, asked, bob, inbox: new Inbox(bob) };
    };

    it.each<[string, ClientSubscriptionConfig | undefined, 'live' | 'replay']>([
      ['nothing said', undefined, 'replay'],
      ['its start', { from: 'start' }, 'replay'],
      ['a cursor', { cursor: CURSOR }, 'replay'],
      ['a cursor and what comes', { cursor: CURSOR, from: 'live' }, 'replay'],
      ['what comes', { from: 'live' }, 'live'],
    ])('an execution from %s', async (_, options, kind) => {
      const { app, asked, bob, inbox } = await startForwardOnly();
      const payload = { executionId: RUN, ...(options && { options }) };
      const answer = await bob.emitWithAck('subscribe_execution', payload);
      expect(asked).toEqual(kind === 'live' ? ['subscribe'] : ['subscribe', 'replay']);
      expect(answer.ok || answer.error.code).toBe(kind === 'live' || 'EXECUTION_NOT_FOUND');
      await app.streaming.respond(RUN, { value: 'what comes' });
      if (kind === 'live') await inbox.ended();
      else accepted(await bob.emitWithAck('ping', {}));
      expect(JSON.stringify(inbox.brief)).not.toContain('what was');
    });

    it.each<[string, ClientSubscriptionConfig | undefined, 'live' | 'replay']>([
      ['nothing said', undefined, 'live'],
      ['its start', { from: 'start' }, 'replay'],
      ['a cursor', { cursor: CURSOR }, 'replay'],
      ['a cursor and what comes', { cursor: CURSOR, from: 'live' }, 'replay'],
      ['what comes', { from: 'live' }, 'live'],
    ])('a room from %s', async (_, options, kind) => {
      const { app, asked, bob, inbox } = await startForwardOnly();
      const payload = { roomId: 'lobby', ...(options && { options }) };
      const answer = await bob.emitWithAck('join_room', payload);
      expect(asked).toEqual(kind === 'live' ? ['join'] : ['join', 'replay']);
      expect(answer.ok || answer.error.code).toBe(kind === 'live' || 'ROOM_NOT_FOUND');
      await app.streaming.publish('lobby', 'custom', 'what comes');
      if (kind === 'live') await inbox.until((updates) => updates.length > 0);
      else accepted(await bob.emitWithAck('ping', {}));
      expect(inbox.brief).toEqual(kind === 'live' ? [['custom', 'what comes']] : []);
    });
  });

  it('cannot change the principal', async () => {
    let frozen = false;
    const app = await startSecureApp({
      accessPolicy: {
        authorize: ({ principal }) =>
          (frozen = Object.isFrozen(principal) && Object.isFrozen(principal.claims)),
      },
    });
    app.streaming.run(secretRun('x'), { executionId: RUN, owner: ALICE });
    const alice = app.connect({ auth: { token: await tokenOf('alice') } });
    await alice.emitWithAck('subscribe_execution', { executionId: RUN });
    expect(frozen).toBe(true);
  });
});
