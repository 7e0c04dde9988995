import { describe, expect, it, jest } from '@jest/globals';
import {
  createStreamingClient,
  type StreamingClientOptions,
  type Subscription,
} from '../../src/client/index.js';
import { ExecutionRegistry } from '../../src/executions/execution-registry.js';
import type { Execution } from '../../src/executions/execution.js';
import {
  EventStreamProcessorService,
  type ExecutionContext,
  type StreamingModuleOptions,
} from '../../src/index.js';
import { STREAM_LOG, type StreamLog } from '../../src/entries/log.js';
import { executionChannel } from '../../src/protocol/channel.js';
import { Deferred } from '../support/deferred.js';
import { FaultyLog } from '../support/faulty-log.js';
import { accepted, Inbox, next, oneTo } from '../support/plain-client.js';
import { stall } from '../support/stalled-client.js';
import {
  onTestEnd,
  startApp,
  type PlainClient,
  type StreamingApp,
} from '../support/streaming-app.js';
import { collectSequences, iterate, once, reached } from './client/waiters.js';

// Megabytes go through real sockets here.
jest.setTimeout(30_000);

/** More than the kernel's own buffers hold for a client that does not read. */
const UPDATES = 2_000;
const DATA = 'x'.repeat(8_192);

const RECONNECTION = { minDelayMs: 1, maxDelayMs: 5 };

const start = async (options: StreamingModuleOptions = {}): Promise<StreamingApp> =>
  startApp({
    gateway: { slowClient: { maxQueuedBytes: 65_536 } },
    log: { maxBytes: 128 * 1_024 * 1_024 },
    ...options,
  });

/** A client of this package on a socket that the test can stall. */
function followOn(
  socket: PlainClient,
  executionId: string,
  options: StreamingClientOptions = {},
): Subscription {
  const client = createStreamingClient({ socket, reconnection: RECONNECTION, ...options });
  onTestEnd(() => client.close());
  return client.execution(executionId);
}

/** An execution that has ended, and a socket that stalls and has most of it still before it. */
async function endedWhileStalled(app: StreamingApp): Promise<{
  readonly run: Subscription;
  /** The loop over it. */
  readonly loop: Promise<number[]>;
  readonly wake: () => void;
  readonly execution: Execution;
}> {
  const go = new Deferred();
  const { executionId, done } = app.streaming.run(async (context: ExecutionContext) => {
    await go.promise;
    for (let index = 0; index < UPDATES; index += 1) {
      context.emit('custom', DATA);
      await context.ready();
    }
  });
  const socket = app.connect();
  const run = followOn(socket, executionId);
  const loop = iterate(run);
  loop.catch(() => undefined);
  await reached(run, 1);
  const wake = stall(socket);
  const execution = app.app.get(ExecutionRegistry).getActive(executionId);
  if (!execution) throw new Error('it was started here');
  go.resolve();
  await done;
  return { run, loop, wake, execution };
}

describe('a channel that goes away while a slow viewer still reads it', () => {
  it('ends its subscription with the code of the answer, and nothing hangs', async () => {
    const app = await start();
    const { run, loop, wake, execution } = await endedWhileStalled(app);
    const { done } = run;
    await app.app.get(EventStreamProcessorService).clearBuffer(execution.executionId);
    wake();
    await expect(done).rejects.toMatchObject({ code: 'EXECUTION_NOT_FOUND' });
    await expect(loop).rejects.toMatchObject({ code: 'EXECUTION_NOT_FOUND' });
    expect(run.cursor?.sequence).toBeLessThan(UPDATES);
  });

  it('goes on with its next life, if it has one, and says that something is missing', async () => {
    const app = await start();
    const { run, loop, wake, execution } = await endedWhileStalled(app);
    const { done } = run;
    const reset = once(run, 'reset');
    const heard = collectSequences(run);
    run.on('reset', () => (heard.length = 0));
    const again = app.app.get(ExecutionRegistry).reopen(execution);
    await again.opened;
    wake();
    const { cursor, recovered, previous } = await reset;
    expect({ recovered, sequence: cursor.sequence }).toEqual({ recovered: false, sequence: 0 });
    expect(previous?.epoch).not.toBe(cursor.epoch);
    again.context.emit('custom', 'anew');
    await again.complete();
    expect(await done).toEqual({ state: 'completed' });
    expect(heard).toEqual(oneTo(3));
    await expect(loop).rejects.toMatchObject({ code: 'NOT_RECOVERED' });
  });

  it('is told to a client of another make by an error that names the channel', async () => {
    const app = await start();
    const go = new Deferred();
    const { executionId } = app.streaming.run(async () => go.promise);
    const client = app.connect();
    const inbox = new Inbox(client);
    accepted(await client.emitWithAck('subscribe_execution', { executionId }));
    await inbox.until((updates) => updates.length === 1);
    const told = next(client, 'error');
    await app.app.get<StreamLog>(STREAM_LOG).delete(executionChannel(executionId));
    expect(await told).toEqual({
      type: 'error',
      executionId,
      code: 'CHANNEL_GONE',
      message: expect.any(String),
      retryable: true,
      correlationId: expect.any(String),
      data: { code: 'CHANNEL_GONE', message: expect.any(String) },
    });
    const status = accepted(await client.emitWithAck('get_status', {}));
    expect(status.subscriptions).toEqual([]);
  });
});

describe('a log that fails', () => {
  async function streamed(log: FaultyLog): Promise<{ app: StreamingApp; executionId: string }> {
    const app = await startApp({
      gateway: {},
      log: { store: log },
      tokens: { flushIntervalMs: 0 },
    });
    const { executionId, done } = app.streaming.run(['a', 'b', 'c']);
    await done;
    return { app, executionId };
  }

  it('makes a viewer who catches up ask again, and it misses nothing', async () => {
    const log = new FaultyLog();
    const { app, executionId } = await streamed(log);
    log.failures.set('read', 3);
    const run = followOn(app.connect(), executionId);
    expect(await iterate(run)).toEqual(oneTo(5));
    expect(run.recovered).toBe(true);
  });

  it('is told with its code once the client gives up', async () => {
    const log = new FaultyLog();
    const { app, executionId } = await streamed(log);
    log.failures.set('read', Infinity);
    const run = followOn(app.connect(), executionId, {
      reconnection: { ...RECONNECTION, maxAttempts: 3 },
    });
    const { done } = run;
    await expect(iterate(run)).rejects.toMatchObject({ code: 'INTERNAL_ERROR', retryable: true });
    await expect(done).rejects.toMatchObject({ code: 'INTERNAL_ERROR' });
  });

  it('is told to a client of another make, whose connection goes on', async () => {
    const log = new FaultyLog();
    const { app, executionId } = await streamed(log);
    log.failures.set('read', 1);
    const client = app.connect();
    const inbox = new Inbox(client);
    const told = next(client, 'error');
    accepted(await client.emitWithAck('subscribe_execution', { executionId }));
    expect(await told).toMatchObject({ code: 'INTERNAL_ERROR', retryable: true, executionId });
    expect(await told).not.toHaveProperty('event');
    accepted(await client.emitWithAck('subscribe_execution', { executionId }));
    await inbox.ended();
    expect(inbox.sequences).toEqual(oneTo(5));
  });

  it('does not keep a viewer from what comes after it could not say whether a channel is gone', async () => {
    const log = new FaultyLog();
    const app = await startApp({ gateway: {}, log: { store: log } });
    const go = new Deferred();
    const { executionId, done } = app.streaming.run(async (context: ExecutionContext) => {
      await go.promise;
      context.emit('custom', 'after');
    });
    const run = followOn(app.connect(), executionId);
    const loop = iterate(run);
    await reached(run, 1);
    log.failures.set('describe', 1);
    // Followers are told of nothing, which is how they are told of an end too.
    await log.append(executionChannel(executionId), []);
    go.resolve();
    await done;
    expect(await loop).toEqual(oneTo(3));
  });
});
