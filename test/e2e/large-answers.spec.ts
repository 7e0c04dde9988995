import { get, type IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { HumanMessage } from '@langchain/core/messages';
import { Annotation, MemorySaver, START, StateGraph } from '@langchain/langgraph';
import { MessageBody, SubscribeMessage } from '@nestjs/websockets';
import type { GatewaySocket } from '../../src/gateway/socket-types.js';
import {
  StreamingGateway,
  StreamingWebSocketGateway,
  type WebSocketGatewayOptions,
} from '../../src/index.js';
import { until } from '../../src/testing/log-contract/support.js';
import { EngineOutlet } from '../../src/transports/socket-io/engine-outlet.js';
import { chatOf } from '../support/agent-app.js';
import { deferred } from '../../src/common/deferred.js';
import { start as startRun, ThreadInbox } from '../support/threads.js';
import { onTestEnd } from '../support/streaming-app.js';
import { startClientApp, type ClientApp } from './client/client-app.js';
import { startHttpApp } from './http/http-app.js';
import { RawPolling } from './security/raw-polling.js';
import { openTransport, type RawTransport } from './security/raw-transport.js';

/** More than the network takes while nobody reads. */
const LARGE = 30_000_000;
const SMALL = 200;
const LIMIT = 65_536;
/** More than the limit; several of them may wait. */
const MEDIUM = 3 * LIMIT;
/** More than all that may wait together. */
const BIG = 3_000_000;

@StreamingGateway()
class LargeGateway extends StreamingWebSocketGateway {
  readonly #go = deferred<void>();

  @SubscribeMessage('large')
  large(@MessageBody() size: number): string {
    return 'x'.repeat(size);
  }

  /** All answers come in one turn, after `go`: the small answers at its end. */
  @SubscribeMessage('together')
  async together(@MessageBody() size: number): Promise<string> {
    await this.#go.promise;
    for (let step = 0; size === SMALL && step < 100; step += 1) await Promise.resolve();
    return 'x'.repeat(size);
  }

  @SubscribeMessage('go')
  go(): void {
    this.#go.resolve();
  }
}

/** A gateway with what only its subclasses see. */
interface WithServer {
  readonly server: { readonly sockets: ReadonlyMap<string, GatewaySocket> };
}

const start = (timeoutMs = 15_000, options: WebSocketGatewayOptions = {}) =>
  startClientApp(
    {
      gateway: {
        authentication: false,
        slowClient: { maxQueuedBytes: LIMIT, timeoutMs },
        ...options,
      },
    },
    { providers: [LargeGateway] },
  );

/** The clients of the gateway, as the server sees them. */
const socketsOf = ({ app }: ClientApp): WithServer['server']['sockets'] =>
  app.get<unknown, WithServer>(LargeGateway, { strict: false }).server.sockets;

async function connected(url: string): Promise<RawTransport> {
  const raw = await openTransport(url);
  raw.send('40/streaming,');
  await raw.until(/^40\/streaming,/);
  return raw;
}

/** A client that reads nothing. */
async function stalled(url: string): Promise<RawTransport> {
  const raw = await connected(url);
  raw.stall();
  return raw;
}

const ANSWER = /^43\/streaming,(\d+)/;

/** The number of an acknowledgement. */
const numberOf = (packet: string): number => Number(ANSWER.exec(packet)?.[1]);

/** Asks for answers of these sizes at once, then reads. @returns the answers as they come */
async function answersTo(raw: RawTransport, sizes: readonly number[]): Promise<string[]> {
  for (const [index, size] of sizes.entries()) raw.send(`42/streaming,${index}["large",${size}]`);
  raw.resume();
  return raw.until(ANSWER, sizes.length);
}

/** Expects one whole answer to each request, and the large answers in the order of their requests. */
function expectAnswers(answers: readonly string[], sizes: readonly number[]): void {
  const told = new Map(answers.map((answer) => [numberOf(answer), answer.length]));
  for (const [index, size] of sizes.entries()) {
    expect(told.get(index)).toBeGreaterThan(size);
    expect(told.get(index)).toBeLessThan(size + 50);
  }
  expect(answers).toHaveLength(sizes.length);
  const large = answers.map(numberOf).filter((index) => (sizes[index] ?? 0) > LIMIT);
  expect(large).toEqual([...large].sort((one, other) => one - other));
}

/** The sizes of answers that are asked for at once. */
const SEVERAL: readonly (readonly [string, readonly number[]])[] = [
  ['two of any size', [LARGE, LARGE, SMALL]],
  ['several', [MEDIUM, MEDIUM, SMALL, MEDIUM, SMALL, MEDIUM]],
  ['a larger one in between', [MEDIUM, SMALL, LARGE, MEDIUM, SMALL]],
];

describe('an answer that is larger than what may wait', () => {
  it('reaches a slow client over a WebSocket, and so do the answers after it', async () => {
    const raw = await stalled((await start()).url);
    const sizes = [LARGE, ...Array.from({ length: 40 }, () => SMALL)];
    const answers = await answersTo(raw, sizes);
    expect(answers.map(numberOf)).toEqual([...sizes.keys()]);
    expect(answers[0]?.length).toBeGreaterThan(LARGE);
  });

  it.each(SEVERAL)('waits for another one to leave: %s', async (_what, sizes) => {
    const raw = await stalled((await start()).url);
    expectAnswers(await answersTo(raw, sizes), sizes);
  });

  it.each(SEVERAL)('waits for another one to be compressed: %s', async (_what, sizes) => {
    const raw = await stalled((await start(15_000, { compression: true })).url);
    expectAnswers(await answersTo(raw, sizes), sizes);
  });

  it.each(SEVERAL)('waits for another one of the same turn: %s', async (_what, sizes) => {
    const raw = await stalled((await start()).url);
    for (const [index, size] of sizes.entries())
      raw.send(`42/streaming,${index}["together",${size}]`);
    raw.send('42/streaming,["go"]');
    raw.resume();
    expectAnswers(await raw.until(ANSWER, sizes.length), sizes);
  });

  it('is refused with a code while too many wait, and the connection stays', async () => {
    const raw = await stalled((await start()).url);
    const answers = await answersTo(raw, [LARGE, LARGE, LARGE, SMALL]);
    const refused = answers.find((answer) => numberOf(answer) === 2) ?? '';
    expect(JSON.parse(refused.replace(ANSWER, ''))).toEqual([
      {
        ok: false,
        error: { code: 'SLOW_CLIENT', message: expect.any(String), retryable: true },
      },
    ]);
    expect(answers.filter(({ length }) => length > LARGE).map(numberOf)).toEqual([0, 1]);
    raw.send(`42/streaming,9["large",${LARGE}]`);
    const [again] = await raw.until(/^43\/streaming,9/);
    expect(again?.length).toBeGreaterThan(LARGE);
  });

  it('ends the connection of a client that never reads', async () => {
    const app = await start(200);
    const raw = await stalled(app.url);
    for (const index of [0, 1]) raw.send(`42/streaming,${index}["large",${LARGE}]`);
    await until(() => socketsOf(app).size === 0);
    raw.resume();
    await raw.closed;
  });

  it('counts as read while a polling client reads it', async () => {
    const app = await start();
    const { sid } = await connectedPolling(app.url);
    const [socket] = socketsOf(app).values();
    if (!socket) throw new Error('it is connected');
    const outlet = new EngineOutlet(socket.conn);
    const untaken = (): number => outlet.untakenBytes() ?? 0;
    expect(untaken()).toBe(0);
    const answer = await unreadAnswer(app.url, sid);
    await until(() => untaken() > 0);
    const before = untaken();
    for await (const _chunk of answer) if (untaken() < before) break;
    expect(untaken()).toBeLessThan(before);
  });

  it.each(['websocket', 'polling'] as const)(
    'reaches the client of this package over %s, with what it asks for meanwhile',
    async (transport) => {
      const { client } = await start();
      const page = client({ transports: [transport] });
      const sizes = [SMALL, BIG, SMALL, BIG, 2 * SMALL, MEDIUM, SMALL];
      const answers = await Promise.all(sizes.map((size) => page.request<string>('large', size)));
      expect(answers.map(({ length }) => length)).toEqual(sizes);
      expect(page.connection.state).toBe('connected');
    },
  );

  it.each(['websocket', 'polling'] as const)(
    'is refused with a code over %s, and the client of this package continues',
    async (transport) => {
      const { client } = await start();
      const page = client({ transports: [transport] });
      await page.request('large', SMALL);
      const outcomes = await Promise.allSettled(
        [BIG, BIG, BIG, BIG].map((size) => page.request<string>('large', size)),
      );
      const codes = outcomes.map((outcome) =>
        outcome.status === 'fulfilled'
          ? outcome.value.length
          : (outcome.reason as { code: string }).code,
      );
      expect(codes.slice(0, 2)).toEqual([BIG, BIG]);
      expect(codes.slice(2).every((code) => code === BIG || code === 'SLOW_CLIENT')).toBe(true);
      expect((await page.request<string>('large', BIG)).length).toBe(BIG);
      expect(page.connection.state).toBe('connected');
    },
  );
});

/** A client that polls, and is connected to the gateway. */
async function connectedPolling(url: string): Promise<RawPolling> {
  const polling = await RawPolling.open(url);
  await polling.post('40/streaming,');
  await polling.poll();
  return polling;
}

/** Asks for a large answer by polling. @returns the answer, of which nothing is read */
async function unreadAnswer(url: string, sid: string): Promise<IncomingMessage> {
  const path = `${url}/socket.io/?EIO=4&transport=polling&sid=${sid}`;
  await fetch(path, { method: 'POST', body: `42/streaming,0["large",${LARGE}]` });
  return new Promise((resolve, reject) => {
    const request = get(path, { agent: false }, resolve).once('error', reject);
    onTestEnd(() => request.destroy());
  });
}

/** An agent whose conversations have a size. */
function chatOfSize(size: number) {
  const State = Annotation.Root({ messages: Annotation<unknown>() });
  return new StateGraph(State)
    .addNode('answer', () => ({ messages: [new HumanMessage('x'.repeat(size))] }))
    .addEdge(START, 'answer')
    .compile({ checkpointer: new MemorySaver() });
}

/** An application with the conversation `thread`. */
async function startWithThread(size: number, timeoutMs?: number): Promise<ClientApp> {
  const slowClient = { maxQueuedBytes: LIMIT, ...(timeoutMs !== undefined && { timeoutMs }) };
  const app = await startClientApp(
    { gateway: { authentication: false, slowClient } },
    chatOf(chatOfSize(size)),
  );
  const page = app.connect();
  const inbox = await ThreadInbox.follow(page, 'thread');
  await startRun(page, { agent: 'chat', threadId: 'thread', input: { messages: [] } });
  await inbox.ended(1);
  return app;
}

describe('a large conversation', () => {
  it.each<[string, number, number]>([
    ['one by one, if it is larger than what may wait', MEDIUM, 1],
    ['two at a time, if one of them may wait', LIMIT - 6_000, 2],
  ])('is told without a delay to a client that reads: %s', async (_, size, count) => {
    // A wait for the client to read would last longer than the test.
    const { url } = await startWithThread(size, 600_000);
    const raw = await connected(url);
    for (let told = 0; told < 3 * count; told += count) {
      for (let number = told; number < told + count; number += 1)
        raw.send(`42/streaming,${number}["get_thread",{"threadId":"thread"}]`);
      const answers = await Promise.race([raw.until(ANSWER, told + count), raw.closed]);
      expect(answers).toHaveLength(told + count);
    }
  });

  it('is told again and again, with and without an acknowledgement', async () => {
    const app = await startWithThread(MEDIUM);
    const raw = await stalled(app.url);
    for (const number of [1, 2]) {
      raw.send(`42/streaming,${number}["get_thread",{"threadId":"thread"}]`);
      raw.send('42/streaming,["get_thread",{"threadId":"thread"}]');
    }
    raw.resume();
    const answers = await raw.until(ANSWER, 2);
    expect(answers.map(numberOf)).toEqual([1, 2]);
    const events = await raw.until(/^42\/streaming,\["thread_response"/, 2);
    for (const packet of [...answers, ...events]) expect(packet.length).toBeGreaterThan(MEDIUM);
  });
});

describe('a large update over server-sent events', () => {
  it('reaches a slow client, and so does the one after it', async () => {
    const app = await startHttpApp({ gateway: { slowClient: { maxQueuedBytes: LIMIT } } });
    const go = deferred<void>();
    const data = 'x'.repeat(3_000_000);
    const { executionId } = app.streaming.run(
      async ({ emit }) => {
        await go.promise;
        for (const index of [1, 2, 3]) emit('events', { index, data });
      },
      { owner: { principalId: 'ada' } },
    );
    const stream = await app.open(`/streaming/executions/${executionId}`);
    await stream.until(() => stream.updates.length > 0);
    stream.response.pause();
    go.resolve();
    await until(async () => (await app.streaming.status(executionId))?.state === 'completed');
    stream.response.resume();
    await stream.ended();
    expect(stream.updates.map(({ type }) => type)).toEqual([
      'workflow:start',
      'events',
      'events',
      'events',
      'workflow:end',
    ]);
    for (const update of stream.updates.slice(1, 4))
      expect(JSON.stringify(update.data).length).toBeGreaterThan(data.length);
  });
});
