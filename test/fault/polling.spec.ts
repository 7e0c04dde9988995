import { once as onceOf } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import {
  createStreamingClient,
  type StreamingClient,
  type Subscription,
} from '../../src/client/index.js';
import type { TransportName } from '../../src/client/transports.js';
import { RestartableServer } from '../e2e/client/restartable-server.js';
import { collectSequences, connection, once, reached } from '../e2e/client/waiters.js';
import { oneTo } from '../support/plain-client.js';
import { manualRun } from '../support/manual-run.js';
import { onTestEnd, startApp } from '../support/streaming-app.js';
import { TcpProxy } from '../support/tcp-proxy.js';

function connect(url: string, transports: readonly TransportName[]): StreamingClient {
  const reconnection = { minDelayMs: 1, maxDelayMs: 10 };
  const client = createStreamingClient({ url, transports, reconnection });
  onTestEnd(() => client.close());
  return client;
}

async function start(drainMs: number): Promise<RestartableServer> {
  const server = await RestartableServer.start(drainMs);
  onTestEnd(() => server.close());
  return server;
}

const WORDS = Array.from({ length: 50 }, (_, index) => `${index} `);

describe.each([
  ['polling', ['polling']],
  ['polling that upgrades', ['polling', 'websocket']],
  ['websocket', ['websocket']],
] as const)('a client over %s, while the application closes', (_name, transports) => {
  it('gets all of a run that ends in time', async () => {
    const server = await start(600_000);
    const { executionId, context, finish } = await manualRun(server.app);
    const client = connect(server.url, transports);
    const run = client.execution(executionId);
    const sequences = collectSequences(run);
    await reached(run, 1);
    const left = connection(client, 'reconnecting');
    const closed = server.app.app.close();
    for (const word of WORDS) {
      context.token(word);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await finish();
    expect(await run.done).toEqual({ state: 'completed' });
    await closed;
    expect(run.text).toBe(WORDS.join(''));
    expect(sequences).toEqual(oneTo(WORDS.length + 2));
    await left;
  });

  it('learns why its run is cancelled, and follows its room at the next server', async () => {
    const server = await start(0);
    const { executionId } = await manualRun(server.app);
    const client = connect(server.url, transports);
    const [run, room] = [client.execution(executionId), client.room('lobby')];
    await Promise.all([reached(run, 1), once(room, 'subscribed')]);
    const again = once(room, 'subscribed');
    await server.redeploy();
    expect(await run.done).toEqual({ state: 'cancelled', reason: 'The server is stopping.' });
    await again;
    expect(client.connection.state).toBe('connected');
    expect(await client.status()).toMatchObject({ subscriptions: [], rooms: ['lobby'] });
    const heard = once(room, 'update');
    await server.app.streaming.publish('lobby', 'custom', 'hello');
    expect((await heard).data).toBe('hello');
  });

  it('that comes meanwhile is let in by the next server, and misses nothing', async () => {
    const server = await start(600_000);
    const { finish } = await manualRun(server.app);
    const next = server.redeploy(({ streaming }) =>
      streaming.run(['All ', 'of ', 'it.'], { executionId: 'next' }),
    );
    const client = connect(server.url, transports);
    const run = client.execution('next');
    const sequences = collectSequences(run);
    const text = run.finalText();
    const refused = await new Promise((resolve) => client.on('connection', resolve));
    expect(refused).toMatchObject({ state: 'connecting', error: { retryable: true } });
    await finish();
    await next;
    expect(await text).toBe('All of it.');
    expect(sequences).toEqual(oneTo(sequences.length));
    expect(run.state).toBe('completed');
  });
});

/** When the network swallows all, by what the server has just said. */
const PHASES = {
  'before it connects': undefined,
  'after the handshake of Engine.IO': '"sid"',
  'when the namespace lets it in': '40/streaming',
  'when it is told its status': 'connection_status',
  'when its subscription is answered': '43/streaming',
} as const;

const ORDERS: readonly (readonly TransportName[])[] = [
  ['polling'],
  ['polling', 'websocket'],
  ['websocket', 'polling'],
];

describe('a black hole of 20 s while a page connects', () => {
  it(
    'costs no update, and the page and the server agree afterwards, whenever it begins',
    async () => {
      const { streaming, url } = await startApp({ gateway: {}, tokens: { flushIntervalMs: 0 } });
      const { executionId, context, finish } = await manualRun({ streaming });
      const pages = Object.entries(PHASES).flatMap(([phase, said]) =>
        ORDERS.map((order) => ({ name: `${order.join()} ${phase}`, order, said })),
      );
      const opened = await Promise.all(
        pages.map(async ({ name, order, said }) => {
          const network = await TcpProxy.start(Number(new URL(url).port));
          onTestEnd(() => network.stop());
          const begun = said === undefined ? undefined : network.answered(said);
          if (!begun) network.partition();
          const client = connect(`http://127.0.0.1:${network.port}`, order);
          const run = client.execution(executionId);
          const sequences = collectSequences(run);
          void begun?.then(() => network.partition());
          return { name, network, client, run, sequences, begun };
        }),
      );
      await Promise.all(opened.map(async ({ begun }) => begun));
      for (const word of WORDS) context.token(word);
      await onceOf(AbortSignal.timeout(20_000), 'abort');
      for (const { network } of opened) network.heal();
      for (const word of WORDS) context.token(word);
      await Promise.all(opened.map(({ run }) => reached(run, 2 * WORDS.length + 1)));
      const agreed = await Promise.all(
        opened.map(async ({ name, client, run }) => [
          name,
          run.state,
          client.connection.state,
          (await client.status()).subscriptions,
        ]),
      );
      expect(agreed).toEqual(
        opened.map(({ name }) => [name, 'running', 'connected', [executionId]]),
      );
      await finish();
      await Promise.all(opened.map(({ run }: { run: Subscription }) => run.done));
      const text = WORDS.join('').repeat(2);
      expect(opened.map(({ name, run, sequences }) => [name, run.text, sequences])).toEqual(
        opened.map(({ name }) => [name, text, oneTo(2 * WORDS.length + 2)]),
      );
    },
    // Half of it is the hole, and what pages wait before they give a connection up.
    120_000,
  );
});
