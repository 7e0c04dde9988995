import { describe, expect, it } from '@jest/globals';
import { HumanMessage } from '@langchain/core/messages';
import { Annotation, MemorySaver, START, StateGraph } from '@langchain/langgraph';
import { MessageBody, SubscribeMessage } from '@nestjs/websockets';
import { StreamingGateway, StreamingWebSocketGateway } from '../../src/index.js';
import { until } from '../../src/testing/log-contract/support.js';
import { chatOf } from '../support/agent-app.js';
import { deferred } from '../../src/common/deferred.js';
import { start as startRun, ThreadInbox } from '../support/threads.js';
import { startClientApp } from './client/client-app.js';
import { startHttpApp } from './http/http-app.js';
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
  @SubscribeMessage('large')
  large(@MessageBody() size: number): string {
    return 'x'.repeat(size);
  }
}

/** A gateway with what only its subclasses see. */
interface WithServer {
  readonly server: { readonly sockets: ReadonlyMap<string, unknown> };
}

const start = (timeoutMs = 15_000) =>
  startClientApp(
    { gateway: { authentication: false, slowClient: { maxQueuedBytes: LIMIT, timeoutMs } } },
    { providers: [LargeGateway] },
  );

/** A client that reads nothing. */
async function stalled(url: string): Promise<RawTransport> {
  const raw = await openTransport(url);
  raw.send('40/streaming,');
  await raw.until(/^40\/streaming,/);
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

describe('an answer that is larger than what may wait', () => {
  it('reaches a slow client over a WebSocket, and so do the answers after it', async () => {
    const raw = await stalled((await start()).url);
    const sizes = [LARGE, ...Array.from({ length: 40 }, () => SMALL)];
    const answers = await answersTo(raw, sizes);
    expect(answers.map(numberOf)).toEqual([...sizes.keys()]);
    expect(answers[0]?.length).toBeGreaterThan(LARGE);
  });

  it.each([
    ['two of any size', [LARGE, LARGE, SMALL]],
    ['several', [MEDIUM, MEDIUM, SMALL, MEDIUM, SMALL, MEDIUM]],
    ['a larger one in between', [MEDIUM, SMALL, LARGE, MEDIUM, SMALL]],
  ])('waits for another one to leave: %s', async (_what, sizes) => {
    const raw = await stalled((await start()).url);
    const answers = await answersTo(raw, sizes);
    const told = new Map(answers.map((answer) => [numberOf(answer), answer.length]));
    for (const [index, size] of sizes.entries()) {
      expect(told.get(index)).toBeGreaterThan(size);
      expect(told.get(index)).toBeLessThan(size + 50);
    }
    // Each request is answered once, and large answers keep their order.
    expect(answers).toHaveLength(sizes.length);
    const large = answers.map(numberOf).filter((index) => (sizes[index] ?? 0) > LIMIT);
    expect(large).toEqual([...large].sort((one, other) => one - other));
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
    const { server } = app.app.get<unknown, WithServer>(LargeGateway, { strict: false });
    await until(() => server.sockets.size === 0);
    raw.resume();
    await raw.closed;
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

/** An agent whose conversations are large. */
function largeChat() {
  const State = Annotation.Root({ messages: Annotation<unknown>() });
  return new StateGraph(State)
    .addNode('answer', () => ({ messages: [new HumanMessage('x'.repeat(MEDIUM))] }))
    .addEdge(START, 'answer')
    .compile({ checkpointer: new MemorySaver() });
}

describe('a large conversation', () => {
  it('is told again and again, with and without an acknowledgement', async () => {
    const app = await startClientApp(
      { gateway: { authentication: false, slowClient: { maxQueuedBytes: LIMIT } } },
      chatOf(largeChat()),
    );
    const page = app.connect();
    const inbox = await ThreadInbox.follow(page, 'thread');
    await startRun(page, { agent: 'chat', threadId: 'thread', input: { messages: [] } });
    await inbox.ended(1);
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
