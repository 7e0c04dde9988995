import { describe, expect, it } from '@jest/globals';
import {
  createStreamingClient,
  type StreamingClient,
  type StreamingClientOptions,
} from '../../src/client/index.js';
import { onTestEnd, startApp } from '../support/streaming-app.js';
import { UpgradeProxy, type UpgradeTreatment } from './client/upgrade-proxy.js';
import { connection } from './client/waiters.js';

interface Reached {
  readonly proxy: UpgradeProxy;
  readonly client: (options?: StreamingClientOptions) => StreamingClient;
}

/** An application with a finished run, behind a proxy. */
async function behind(treatment: UpgradeTreatment): Promise<Reached> {
  const { streaming, url } = await startApp();
  const { done } = streaming.run(['Nothing ', 'is ', 'lost.'], { executionId: 'run' });
  await done;
  const proxy = await UpgradeProxy.start(url, treatment);
  onTestEnd(() => proxy.close());
  return {
    proxy,
    client: (options = {}) => {
      const client = createStreamingClient({
        url: proxy.url,
        reconnection: { minDelayMs: 1, maxDelayMs: 10 },
        ...options,
      });
      onTestEnd(() => client.close());
      return client;
    },
  };
}

const BROKEN: UpgradeTreatment[] = [
  'is refused with 400',
  'is refused with 200',
  'is swallowed',
  'is closed',
  'is closed after it was accepted',
  'is silent after it was accepted',
  'is closed after the handshake of Engine.IO',
];

describe('where a WebSocket', () => {
  it.each(BROKEN)('%s, the client polls, and remembers it', async (treatment) => {
    const { proxy, client: make } = await behind(treatment);
    const client = make();
    const changes: string[] = [];
    client.on('connection', ({ state, error }) =>
      changes.push(error ? `${state} (${error.code})` : state),
    );
    expect(await client.execution('run').finalText()).toBe('Nothing is lost.');
    // The attempt that failed is no failure of the connection.
    expect(changes).toEqual(['connected']);
    expect(proxy.requests.slice(0, 2)).toEqual(['websocket', 'polling']);

    const seen = proxy.requests.length;
    const again = connection(client, 'connected');
    await proxy.cut();
    await again;
    expect(proxy.requests[seen]).toBe('polling');
    expect(await client.execution('run').finalText()).toBe('Nothing is lost.');
  });

  it('passes, the client never polls', async () => {
    const { proxy, client: make } = await behind('passes');
    const client = make();
    await client.status();
    const again = connection(client, 'connected');
    await proxy.cut();
    await again;
    await client.status();
    expect(proxy.requests).toEqual(['websocket', 'websocket']);
  });

  it('passes again later, the client goes back to it', async () => {
    const { proxy, client: make } = await behind('is closed');
    const client = make();
    await client.status();
    proxy.treatment = 'passes';
    for (const expected of ['polling', 'websocket']) {
      const seen = proxy.requests.length;
      const again = connection(client, 'connected');
      await proxy.cut();
      await again;
      expect(proxy.requests[seen]).toBe(expected);
      await upgraded(proxy, client);
    }
  });
});

describe('the order of the transports', () => {
  it('is that of the option: polling first, then an upgrade', async () => {
    const { proxy, client: make } = await behind('passes');
    const client = make({ transports: ['polling', 'websocket'] });
    await client.status();
    await upgraded(proxy, client);
    expect(proxy.requests[0]).toBe('polling');
    expect(proxy.requests).toContain('websocket');
  });

  it('turns when polling is refused', async () => {
    const { proxy, client: make } = await behind('passes');
    proxy.refusesPolls = true;
    const client = make({ transports: ['polling', 'websocket'] });
    expect(await client.execution('run').finalText()).toBe('Nothing is lost.');
    expect(proxy.requests).toEqual(['polling', 'websocket']);
  });

  it.each(['websocket', 'polling'] as const)(
    'has no other transport than %s alone',
    async (only) => {
      const { proxy, client: make } = await behind('passes');
      const client = make({ transports: [only] });
      expect(await client.execution('run').finalText()).toBe('Nothing is lost.');
      expect(new Set(proxy.requests)).toEqual(new Set([only]));
    },
  );

  it('is tried to its end before the client waits, and that counts as one attempt', async () => {
    const { proxy, client: make } = await behind('is refused with 400');
    proxy.refusesPolls = true;
    const client = make({ reconnection: { minDelayMs: 1, maxDelayMs: 2, maxAttempts: 2 } });
    const { error } = await connection(client, 'closed');
    expect(error?.code).toBe('CONNECTION_FAILED');
    expect(proxy.requests).toEqual([
      'websocket',
      'polling',
      'websocket',
      'polling',
      'websocket',
      'polling',
    ]);
  });
});

describe('a client that is closed while it connects', () => {
  it.each<[string, StreamingClientOptions, UpgradeTreatment]>([
    ['by a WebSocket', {}, 'is swallowed'],
    ['by polling', { transports: ['polling', 'websocket'] }, 'passes'],
    ['by polling alone', { transports: ['polling'] }, 'passes'],
  ])('%s, connects no more', async (_way, options, treatment) => {
    const { proxy, client: make } = await behind(treatment);
    const request = proxy.next();
    const client = make(options);
    await request;
    const seen = [...proxy.requests];
    client.close();
    proxy.treatment = 'passes';
    // Another attempt of the first client would come before all of the second.
    await make({ transports: ['websocket'] }).status();
    expect(proxy.requests).toEqual([...seen, 'websocket']);
  });
});

/** Resolves when the client is on a WebSocket: the server answers over it then. */
async function upgraded(proxy: UpgradeProxy, client: StreamingClient): Promise<void> {
  while (!proxy.requests.includes('websocket')) await client.status();
  for (let before = -1; before !== proxy.requests.length;) {
    before = proxy.requests.length;
    await client.status();
    await client.status();
  }
}
