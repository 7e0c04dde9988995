import { describe, expect, it, jest } from '@jest/globals';
import { Body, Controller, Injectable, Logger, Post } from '@nestjs/common';
import { END, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { lastValueFrom, of, toArray, type Observable } from 'rxjs';
import {
  CustomStrategy,
  StreamAll,
  StreamContext,
  StreamingService,
  StreamToken,
  type StreamingModuleOptions,
} from '../../src/index.js';
import {
  type AcknowledgmentReport,
  type StreamGatewayOptions,
} from '../../src/entries/decorators.js';
import { createStreamingClient } from '../../src/client/index.js';
import { langGraph } from '../../src/sources/langgraph/index.js';
import { dataOf, tokensOf, typesOf } from '../support/decorated-calls.js';
import { Deferred } from '../support/deferred.js';
import { HELLO, modelOf } from '../support/graphs.js';
import { accepted, Inbox, oneTo } from '../support/plain-client.js';
import {
  onTestEnd,
  startApp,
  type PlainClient,
  type StreamingApp,
} from '../support/streaming-app.js';

/** Whoever says a name is that user. */
const strategy = new CustomStrategy(async ({ token }) =>
  token === undefined ? undefined : { id: token, scopes: [], claims: {} },
);

const SECURED: StreamingModuleOptions = {
  gateway: { authentication: { strategies: [strategy] }, rooms: ['order:*', 'lobby'] },
  tokens: { flushIntervalMs: 0 },
};

const as = (app: StreamingApp, token: string): PlainClient => app.connect({ auth: { token } });

async function join(client: PlainClient, roomId: string, options: object = {}): Promise<Inbox> {
  const inbox = new Inbox(client);
  accepted(await client.emitWithAck('join_room', { roomId, options }));
  return inbox;
}

async function subscribe(
  client: PlainClient,
  executionId: string,
  options: object = {},
): Promise<Inbox> {
  const inbox = new Inbox(client);
  accepted(await client.emitWithAck('subscribe_execution', { executionId, options }));
  return inbox;
}

interface Order {
  readonly id: string;
  readonly executionId?: string;
}

@Injectable()
class Orders {
  readonly graph = new StateGraph(MessagesAnnotation)
    .addNode('clerk', this.clerk.bind(this))
    .addEdge(START, 'clerk')
    .addEdge('clerk', END)
    .compile();

  @StreamAll({ gateway: { rooms: (order: Order) => `order:${order.id}` } })
  async process(order: Order): Promise<string> {
    for (const word of ['checking ', 'the ', 'order']) StreamContext.current().token(word);
    return ` ${order.id}`;
  }

  @StreamAll({ gateway: { rooms: 'order:graph' } })
  async clerk(state: typeof MessagesAnnotation.State): Promise<Partial<typeof state>> {
    StreamContext.current().emit('events', { looked: 'up' });
    return { messages: [await modelOf('From ', 'the model').invoke(state.messages)] };
  }
}

@Controller()
class OrdersController {
  constructor(
    private readonly orders: Orders,
    private readonly streaming: StreamingService,
  ) {}

  @Post('orders')
  run(@Body() { id, owner }: { id: string; owner: string }): { executionId: string } {
    return this.streaming.run(() => this.orders.process({ id }), { owner: { principalId: owner } });
  }

  @Post('direct')
  async direct(@Body() order: Order): Promise<{ text: string }> {
    return { text: await this.orders.process(order) };
  }

  @Post('graph')
  graph(@Body() { owner }: { owner: string }): { executionId: string } {
    const source = langGraph(this.orders.graph, HELLO);
    return this.streaming.run(source, { owner: { principalId: owner } });
  }
}

async function post<T>(app: StreamingApp, path: string, body: object): Promise<T> {
  const response = await fetch(`${app.url}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as T;
}

describe('a decorated provider that a controller calls', () => {
  const start = (): Promise<StreamingApp> =>
    startApp(SECURED, { providers: [Orders], controllers: [OrdersController] });

  it('reaches its owner and its room, each as filtered, and nobody else', async () => {
    const app = await start();
    const bob = await join(as(app, 'bob'), 'order:7', {
      eventTypes: ['node:start', 'node:complete'],
    });
    const carol = await join(as(app, 'carol'), 'order:8');
    const { executionId } = await post<{ executionId: string }>(app, 'orders', {
      id: '7',
      owner: 'alice',
    });
    const alice = await subscribe(as(app, 'alice'), executionId, { eventTypes: ['token'] });
    await alice.ended(executionId);
    await bob.until((updates) => updates.some(({ type }) => type === 'node:complete'));

    expect(alice.text).toBe('checking the order 7');
    expect(new Set(alice.updates.map(({ type }) => type))).toEqual(
      new Set(['workflow:start', 'token', 'workflow:end']),
    );
    expect(typesOf(bob.updates)).toEqual(['node:start process', 'node:complete process']);
    expect(bob.updates.map(({ metadata }) => [metadata?.executionId, metadata?.roomId])).toEqual([
      [executionId, 'order:7'],
      [executionId, 'order:7'],
    ]);
    expect(carol.updates).toEqual([]);
    const refused = await as(app, 'bob').emitWithAck('subscribe_execution', { executionId });
    expect(refused).toMatchObject({ ok: false, error: { code: 'EXECUTION_NOT_FOUND' } });
  });

  it('reaches its room when nothing but the call is there', async () => {
    const app = await start();
    const bob = await join(as(app, 'bob'), 'order:9');
    expect(await post(app, 'direct', { id: '9' })).toEqual({ text: ' 9' });
    await bob.until((updates) => updates.some(({ type }) => type === 'node:complete'));
    expect(bob.text).toBe('checking the order 9');
    expect(bob.sequences).toEqual(oneTo(bob.updates.length));
  });

  it('streams from inside of a graph, nothing twice', async () => {
    const app = await start();
    const bob = await join(as(app, 'bob'), 'order:graph');
    const { executionId } = await post<{ executionId: string }>(app, 'graph', { owner: 'alice' });
    const alice = await subscribe(as(app, 'alice'), executionId, {
      eventTypes: ['token', 'node:start', 'node:complete', 'events', 'progress'],
    });
    await alice.ended(executionId);
    expect(typesOf(alice.updates).sort()).toEqual(
      [
        'workflow:start',
        'node:start clerk',
        'progress clerk',
        'events clerk',
        'token clerk',
        ...(tokensOf(alice.updates).length > 1 ? ['token clerk'] : []),
        'progress clerk',
        'node:complete clerk',
        'workflow:end',
      ].sort(),
    );
    expect(alice.text).toBe('From the model');
    await bob.until((updates) =>
      updates.some(({ data }) => (data as { progress?: number }).progress === 100),
    );
    expect(typesOf(bob.updates)).toEqual(['progress clerk', 'events clerk', 'progress clerk']);
  });
});

/** Starts an application with a method that streams `a`, `b` and `c` under these gateway options. */
async function startRouted(
  gateway: StreamGatewayOptions<[Order]>,
  options: StreamingModuleOptions = SECURED,
): Promise<StreamingApp & { call(order: Order): Promise<string> }> {
  @Injectable()
  class Routed {
    @StreamAll({ token: true, gateway })
    async method(_order: Order): Promise<string> {
      StreamContext.current().token('a');
      StreamContext.current().token('b');
      return 'c';
    }
  }
  const app = await startApp(options, { providers: [Routed] });
  return { ...app, call: (order) => app.app.get(Routed).method(order) };
}

/** An execution that stays open until it is told to end. */
function openExecution({ streaming }: StreamingApp, executionId: string, owner: string): Deferred {
  const end = new Deferred();
  streaming.run(() => end.promise, { executionId, owner: { principalId: owner } });
  return end;
}

describe('gateway.rooms', () => {
  it('are one, several, or found from the arguments', async () => {
    const app = await startRouted({ rooms: (order) => ['lobby', `order:${order.id}`, 'lobby'] });
    const [lobby, order] = [await join(as(app, 'a'), 'lobby'), await join(as(app, 'b'), 'order:1')];
    await app.call({ id: '1' });
    for (const inbox of [lobby, order]) {
      await inbox.until((updates) => updates.length === 3);
      expect(tokensOf(inbox.updates)).toEqual(['a', 'b', 'c']);
      expect(inbox.sequences).toEqual([1, 2, 3]);
    }
  });

  it('are logs of their own that a client resumes from a cursor', async () => {
    const app = await startRouted({ rooms: 'lobby' });
    const client = as(app, 'a');
    const { cursor } = accepted(await client.emitWithAck('join_room', { roomId: 'lobby' }));
    client.disconnect();
    await app.call({ id: '1' });
    const resumed = await join(as(app, 'a'), 'lobby', { cursor: { ...cursor, sequence: 1 } });
    await resumed.until((updates) => updates.length > 0);
    expect(resumed.text).toBe('bc');
    expect(resumed.sequences).toEqual([2, 3]);
  });
});

describe('gateway.targetClients', () => {
  it('narrows delivery to users and connections, live and from the log', async () => {
    let bobsConnection = '';
    const app = await startRouted({
      rooms: 'lobby',
      targetClients: () => ['alice', bobsConnection],
    });
    const bobClient = as(app, 'bob');
    const bob = await join(bobClient, 'lobby');
    bobsConnection = bobClient.id ?? '';
    const alice = await join(as(app, 'alice'), 'lobby');
    const other = await join(as(app, 'bob'), 'lobby');
    const carol = await join(as(app, 'carol'), 'lobby');
    await app.call({ id: '1' });
    await app.streaming.publish('lobby', 'custom', 'for all');
    for (const inbox of [alice, bob, other, carol])
      await inbox.until((updates) => updates.some(({ type }) => type === 'custom'));
    expect([alice.text, bob.text, other.text, carol.text]).toEqual(['abc', 'abc', '', '']);

    const lateAlice = await join(as(app, 'alice'), 'lobby', { from: 'start' });
    const lateCarol = await join(as(app, 'carol'), 'lobby', { from: 'start' });
    for (const inbox of [lateAlice, lateCarol])
      await inbox.until((updates) => updates.some(({ type }) => type === 'custom'));
    expect([lateAlice.text, lateCarol.text]).toEqual(['abc', '']);
  });

  it('is for nobody when the list is empty', async () => {
    const app = await startRouted({ rooms: 'lobby', targetClients: [] });
    const alice = await join(as(app, 'alice'), 'lobby');
    await app.call({ id: '1' });
    await app.streaming.publish('lobby', 'custom', 'for all');
    await alice.until((updates) => updates.length > 0);
    expect(alice.brief).toEqual([['custom', 'for all']]);
  });
});

describe('gateway.priority', () => {
  const slow = { ...SECURED, tokens: { flushIntervalMs: 60_000 } };

  it('joins tokens at normal priority, and none at high', async () => {
    for (const [priority, expected] of [
      ['normal', ['a', 'bc']],
      ['high', ['a', 'b', 'c']],
    ] as const) {
      const app = await startRouted({ priority, rooms: 'lobby' }, slow);
      const alice = await join(as(app, 'alice'), 'lobby');
      await app.call({ id: '1' });
      await alice.until(() => alice.text === 'abc');
      expect(tokensOf(alice.updates)).toEqual(expected);
    }
  });
});

describe('gateway.acknowledgment', () => {
  const report = (): {
    reports: AcknowledgmentReport[];
    onReport: (one: AcknowledgmentReport) => void;
  } => {
    const reports: AcknowledgmentReport[] = [];
    return { reports, onReport: (one) => reports.push(one) };
  };

  it('waits until the viewers have everything, and says who did not answer', async () => {
    const { reports, onReport } = report();
    const app = await startRouted({ acknowledgment: { timeoutMs: 200, onReport } });
    const end = openExecution(app, 'watched', 'alice');
    const [good, silent] = [as(app, 'alice'), as(app, 'alice')];
    let textWhenAsked = '';
    const goodInbox = await subscribe(good, 'watched');
    good.on('acknowledgment_request', ({ executionId, cursor }, acknowledge) => {
      textWhenAsked = goodInbox.text;
      expect(executionId).toBe('watched');
      expect(cursor.sequence).toBe(goodInbox.sequences.at(-1));
      acknowledge();
    });
    await subscribe(silent, 'watched');
    expect(await app.call({ id: '1', executionId: 'watched' })).toBe('c');
    expect(textWhenAsked).toBe('abc');
    expect(reports).toEqual([
      {
        executionId: 'watched',
        nodeId: 'method',
        acknowledged: [{ clientId: good.id, principalId: 'alice' }],
        missing: [{ clientId: silent.id, principalId: 'alice' }],
      },
    ]);
    end.resolve();
  });

  it('asks only those that the updates were for, in rooms too', async () => {
    const { reports, onReport } = report();
    const app = await startRouted({
      rooms: 'lobby',
      targetClients: 'alice',
      acknowledgment: { onReport },
    });
    const alice = as(app, 'alice');
    await join(alice, 'lobby');
    alice.on('acknowledgment_request', (_request, acknowledge) => acknowledge());
    await join(as(app, 'carol'), 'lobby');
    await app.call({ id: '1' });
    expect(reports).toMatchObject([
      { acknowledged: [{ clientId: alice.id, principalId: 'alice' }], missing: [] },
    ]);
  });

  it('warns of who did not answer when nobody takes the report', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const app = await startRouted(
      { acknowledgment: true },
      { ...SECURED, decorators: { acknowledgmentTimeoutMs: 50 } },
    );
    const end = openExecution(app, 'watched', 'alice');
    const silent = as(app, 'alice');
    await subscribe(silent, 'watched');
    expect(await app.call({ id: '1', executionId: 'watched' })).toBe('c');
    expect(warn.mock.calls.map(([line]) => line)).toContain(
      `Routed.method was not acknowledged in time by: ${silent.id} (execution watched)`,
    );
    end.resolve();
    warn.mockRestore();
  });

  it('is given by the client of the library', async () => {
    const { reports, onReport } = report();
    const app = await startRouted({ acknowledgment: { onReport } });
    const end = openExecution(app, 'watched', 'alice');
    const client = createStreamingClient({ url: app.url, auth: { token: 'alice' } });
    onTestEnd(() => client.close());
    const subscription = client.execution('watched');
    await new Promise((resolve) => subscription.on('subscribed', resolve));
    await app.call({ id: '1', executionId: 'watched' });
    expect(reports).toMatchObject([{ acknowledged: [{ principalId: 'alice' }], missing: [] }]);
    expect(subscription.text).toBe('abc');
    end.resolve();
  });

  it('does not hold back a result that cannot wait', async () => {
    const reported = new Deferred<AcknowledgmentReport>();
    @Injectable()
    class Immediate {
      @StreamToken()
      tokens(): Observable<string> {
        return of('a', 'b');
      }
      @StreamAll({ token: true, gateway: { acknowledgment: { onReport: reported.resolve } } })
      now(): string {
        return 'now';
      }
    }
    const { app } = await startApp({}, { providers: [Immediate] });
    expect(app.get(Immediate).now()).toBe('now');
    expect(await lastValueFrom(app.get(Immediate).tokens().pipe(toArray()))).toEqual(['a', 'b']);
    expect(await reported.promise).toMatchObject({ acknowledged: [], missing: [] });
  });
});

describe('what the legacy decorators lost', () => {
  it('arrives once each with its execution, whatever characters its id has', async () => {
    const app = await startApp(SECURED, {
      providers: [Orders],
    });
    const ids = ['exec.with.dots', 'exec:with:colons', 'exec|with|bars', 'workflow.token.*'];
    const ends = ids.map((id) => openExecution(app, id, 'alice'));
    const inboxes = await Promise.all(ids.map((id) => subscribe(as(app, 'alice'), id)));
    await Promise.all(
      ids.map((executionId) => app.app.get(Orders).process({ id: executionId, executionId })),
    );
    for (const end of ends) end.resolve();
    for (const [index, inbox] of inboxes.entries()) {
      await inbox.ended();
      expect(inbox.text).toBe(`checking the order ${ids[index]}`);
      expect(typesOf(inbox.updates)).toEqual([
        'workflow:start',
        'node:start process',
        'progress process',
        'token process',
        'token process',
        'token process',
        'token process',
        'progress process',
        'node:complete process',
        'workflow:end',
      ]);
      expect(new Set(inbox.updates.map(({ metadata }) => metadata?.executionId))).toEqual(
        new Set([ids[index]]),
      );
    }
  });

  it('is not sent again after a pause, and is numbered without a gap over all nodes', async () => {
    const pauses = [new Deferred(), new Deferred()];
    @Injectable()
    class Pausing {
      @StreamToken()
      async *first(): AsyncGenerator<string> {
        yield 'a';
        await pauses[0]?.promise;
        yield* ['b', 'c'];
        await pauses[1]?.promise;
        yield 'd';
      }
      @StreamAll()
      async second(): Promise<string> {
        return 'e';
      }
    }
    const app = await startApp(SECURED, { providers: [Pausing] });
    const pausing = app.app.get(Pausing);
    const { executionId } = app.streaming.run(
      async () => {
        for await (const token of pausing.first()) if (token === 'c') await pausing.second();
      },
      { owner: { principalId: 'alice' } },
    );
    const alice = await subscribe(as(app, 'alice'), executionId);
    await alice.until(() => alice.text === 'a');
    pauses[0]?.resolve();
    await alice.until(() => alice.text === 'abce');
    pauses[1]?.resolve();
    await alice.ended();
    expect(
      dataOf(alice.updates, 'token').map((data) => (data as { content: string }).content),
    ).toEqual(['a', 'b', 'c', 'e', 'd']);
    expect(alice.sequences).toEqual(oneTo(alice.updates.length));
  });

  it('waits for a viewer that comes after the call', async () => {
    const app = await startApp(SECURED, { providers: [Orders] });
    const { executionId, done } = app.streaming.run(
      () => app.app.get(Orders).process({ id: 'late' }),
      { owner: { principalId: 'alice' } },
    );
    await done;
    const alice = await subscribe(as(app, 'alice'), executionId);
    await alice.ended();
    expect(alice.text).toBe('checking the order late');
    expect(alice.sequences).toEqual(oneTo(10));
  });

  it('needs no configuration when a class is imported', () => {
    expect(() => {
      class Imported {
        @StreamAll()
        method(): void {}
      }
      return new Imported().method();
    }).not.toThrow();
  });
});
