import { describe, expect, it, jest } from '@jest/globals';
import type { ExecutionContext, ExecutionSource, StreamUpdate } from '../../src/index.js';
import type { StreamResetMessage } from '../../src/client/index.js';
import { Deferred } from '../support/deferred.js';
import { accepted, Inbox, next, oneTo } from '../support/plain-client.js';
import { PollingClient } from '../support/polling-client.js';
import { queueOf, serverSocketOf, stall } from '../support/stalled-client.js';
import { startApp, type PlainClient, type StreamingApp } from '../support/streaming-app.js';

// Megabytes go through real sockets here.
jest.setTimeout(30_000);

/** More than the kernel's own buffers hold for a client that does not read. */
const UPDATES = 2_000;
const DATA = 'x'.repeat(8_192);

/** How much may wait for a client. */
const BOUND = 65_536;

const ROOMY_LOG = { maxBytes: 128 * 1_024 * 1_024 };

async function start(
  slowClient: { timeoutMs?: number; maxQueuedPackets?: number } = {},
  log: { maxBytes?: number } = ROOMY_LOG,
): Promise<StreamingApp> {
  return startApp({ gateway: { slowClient: { maxQueuedBytes: BOUND, ...slowClient } }, log });
}

/** Emits more than a client that stalls can be sent, no faster than the log takes it. */
async function flood(context: ExecutionContext): Promise<void> {
  for (let index = 0; index < UPDATES; index += 1) {
    context.emit('custom', { index, data: DATA });
    await context.ready();
  }
}

async function subscribe(client: PlainClient, executionId: string): Promise<Inbox> {
  const inbox = new Inbox(client);
  accepted(await client.emitWithAck('subscribe_execution', { executionId }));
  return inbox;
}

/** The epoch of an execution's log. */
async function epochOf(client: PlainClient, executionId: string): Promise<string> {
  const answer = await client.emitWithAck('subscribe_execution', {
    executionId,
    options: { from: 'live' },
  });
  return accepted(answer).cursor.epoch;
}

/** A run with a viewer that stalls before anything was streamed, and one that keeps up. */
async function watchedByTwo(
  app: StreamingApp,
  source: (context: ExecutionContext) => Promise<void>,
): Promise<{
  executionId: string;
  slow: PlainClient;
  /** Lets the slow one read again. */
  wake: () => void;
  slowInbox: Inbox;
  healthyInbox: Inbox;
}> {
  const go = new Deferred();
  const { executionId } = app.streaming.run(async (context: ExecutionContext) => {
    await go.promise;
    await source(context);
  });
  const [slow, healthy] = [app.connect(), app.connect()];
  const slowInbox = await subscribe(slow, executionId);
  const healthyInbox = await subscribe(healthy, executionId);
  const wake = stall(slow);
  go.resolve();
  return { executionId, slow, wake, slowInbox, healthyInbox };
}

describe('a viewer that stops reading', () => {
  it('holds no more than the bound, and gets every update once it reads again', async () => {
    const app = await start();
    const { slow, wake, slowInbox, healthyInbox } = await watchedByTwo(app, flood);
    await healthyInbox.ended();

    expect(healthyInbox.sequences).toEqual(oneTo(UPDATES + 2));
    expect(slowInbox.updates.length).toBeLessThan(UPDATES);
    const { bytes, packets } = queueOf(app, slow.id ?? '');
    expect(bytes).toBeLessThanOrEqual(BOUND);
    expect(bytes).toBeGreaterThan(BOUND - 2 * DATA.length);
    expect(packets).toBeLessThanOrEqual(1);

    wake();
    await slowInbox.ended();
    expect(slowInbox.updates).toEqual(healthyInbox.updates);
  });

  it('gets the tokens that it missed joined, and the same text as the others', async () => {
    const app = await start();
    const { wake, slowInbox, healthyInbox } = await watchedByTwo(app, async (context) => {
      for (let index = 0; index < UPDATES; index += 1) {
        // Each is long enough to go out at once.
        context.token(`${index} ${DATA}`, { nodeId: 'writer' });
        await context.ready();
      }
    });
    await healthyInbox.ended();
    wake();
    await slowInbox.ended();

    expect(healthyInbox.sequences).toEqual(oneTo(UPDATES + 2));
    expect(slowInbox.updates.length).toBeLessThan(UPDATES / 2);
    const largest = Math.max(...slowInbox.updates.map((update) => JSON.stringify(update).length));
    expect(largest).toBeGreaterThan(2 * DATA.length);
    expect(largest).toBeLessThanOrEqual(BOUND);
    expect(slowInbox.sequences).toEqual(oneTo(UPDATES + 2));
    expect(slowInbox.text).toBe(healthyInbox.text);
  });

  it('gets the question of an interrupt when it reads again, and can answer it', async () => {
    const app = await start();
    const go = new Deferred();
    const source: ExecutionSource = {
      run: async (context) => {
        await go.promise;
        await flood(context);
        return { state: 'interrupted', interrupts: [{ id: 'question', value: 'May I?' }] };
      },
      resume: async (_context, { value }) => ({ state: 'completed', result: value }),
    };
    const { executionId, done } = app.streaming.run(source);
    const [slow, healthy] = [app.connect(), app.connect()];
    const slowInbox = await subscribe(slow, executionId);
    const healthyInbox = await subscribe(healthy, executionId);
    const asked = (updates: readonly StreamUpdate[]): boolean =>
      updates.at(-1)?.type === 'interrupt';
    const wake = stall(slow);
    go.resolve();
    await healthyInbox.until(asked);
    expect(asked(slowInbox.updates)).toBe(false);

    wake();
    await slowInbox.until(asked);
    accepted(await slow.emitWithAck('respond_interrupt', { executionId, value: 'yes' }));
    await slowInbox.ended();
    expect(await done).toEqual({ state: 'completed', result: 'yes' });
    expect(slowInbox.sequences).toEqual(oneTo(UPDATES + 4));
  });

  it('is disconnected with SLOW_CLIENT when it stalls for too long, and resumes from its cursor', async () => {
    const app = await start({ timeoutMs: 1_500 });
    const { executionId, slow, wake, slowInbox, healthyInbox } = await watchedByTwo(app, flood);
    const disconnected = new Deferred<string>();
    serverSocketOf(app.app, slow.id ?? '').once('disconnect', disconnected.resolve);
    expect(await disconnected.promise).toBe('server namespace disconnect');
    await healthyInbox.ended();

    const told = next(slow, 'error');
    const closed = next(slow, 'disconnect');
    wake();
    expect(await told).toMatchObject({ code: 'SLOW_CLIENT', retryable: true });
    expect(await closed).toBe('io server disconnect');

    const again = app.connect();
    const epoch = await epochOf(again, executionId);
    const cursor = { epoch, sequence: slowInbox.sequences.at(-1) ?? 0 };
    const inboxAgain = new Inbox(again);
    const answer = accepted(
      await again.emitWithAck('subscribe_execution', { executionId, options: { cursor } }),
    );
    expect(answer).toMatchObject({ recovered: true, cursor });
    await inboxAgain.ended();
    expect([...slowInbox.updates, ...inboxAgain.updates]).toEqual(healthyInbox.updates);
  });

  it('is told where its stream goes on when the log no longer reaches back', async () => {
    const app = await start({}, { maxBytes: 2 * 1_024 * 1_024 });
    const { executionId, slow, wake, slowInbox, healthyInbox } = await watchedByTwo(app, flood);
    const resets: StreamResetMessage[] = [];
    const stretches = [0];
    slow.on('stream_reset', (message) => {
      resets.push(message);
      stretches.push(slowInbox.sequences.length);
    });
    await healthyInbox.ended();
    wake();
    await slowInbox.ended();

    // It begins anew where it was told; the log may have moved on more than once.
    const { sequences } = slowInbox;
    expect(resets.length).toBeGreaterThan(0);
    for (const [index, start] of stretches.entries()) {
      const stretch = sequences.slice(start, stretches[index + 1]);
      const after = index === 0 ? 0 : (resets[index - 1]?.cursor.sequence ?? 0);
      expect(stretch).toEqual(oneTo(stretch.length).map((place) => after + place));
    }
    expect(sequences.at(-1)).toBe(UPDATES + 2);
    for (const { cursor, ...reset } of resets) {
      expect(reset).toEqual({ executionId, recovered: false });
      expect(cursor.epoch).toBe(resets[0]?.cursor.epoch);
    }
  });

  it('may leave while it stalls, and nobody notices', async () => {
    const app = await start();
    const { slow, wake, healthyInbox } = await watchedByTwo(app, flood);
    await healthyInbox.until((updates) => updates.length > UPDATES / 2);
    const gone = new Deferred<string>();
    serverSocketOf(app.app, slow.id ?? '').once('disconnect', gone.resolve);
    slow.disconnect();
    expect(await gone.promise).toBe('client namespace disconnect');
    await healthyInbox.ended();
    expect(healthyInbox.sequences).toEqual(oneTo(UPDATES + 2));
    // So that the closing handshake need not time out.
    wake();
  });
});

describe('a viewer over long-polling that does not poll', () => {
  it('holds no more packets than the bound, and gets every update once it polls again', async () => {
    const app = await start({ maxQueuedPackets: 16 });
    const go = new Deferred();
    const { executionId } = app.streaming.run(async (context: ExecutionContext) => {
      await go.promise;
      for (let index = 0; index < 500; index += 1) {
        context.emit('custom', { index });
        await context.ready();
      }
    });
    const slow = new PollingClient(app.url);
    await slow.connect();
    await slow.emit('subscribe_execution', { executionId });
    await slow.pollUntil(() => slow.updates.length === 1);
    const healthyInbox = await subscribe(app.connect(), executionId);
    go.resolve();
    await healthyInbox.ended();

    expect(slow.updates).toHaveLength(1);
    expect(queueOf(app, slow.id).packets).toBeLessThanOrEqual(16);

    await slow.pollUntil(() => slow.updates.at(-1)?.type === 'workflow:end');
    expect(slow.updates).toEqual(healthyInbox.updates);
  });
});
