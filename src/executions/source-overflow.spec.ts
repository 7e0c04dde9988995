import { Logger } from '@nestjs/common';
import { describe, expect, it, jest } from '@jest/globals';
import { Subject } from 'rxjs';
import { HeldLog } from '../../test/support/held-log.js';
import { smallRegistry } from '../../test/support/small-registry.js';
import type { StreamLog } from '../log/stream-log.js';
import { executionChannel } from '../protocol/channel.js';
import type { TokenData } from '../protocol/stream-update.js';
import type { StreamingService } from '../streaming.service.js';
import { deferred } from '../common/deferred.js';
import type { ExecutionContext } from './execution-source.js';

const KILOBYTE = 'x'.repeat(1_024);

function start(bounds: { highWaterMarkBytes: number; maxQueuedBytes: number }): {
  log: HeldLog;
  streaming: StreamingService;
} {
  const log = new HeldLog();
  return { log, streaming: smallRegistry(log, bounds).streaming };
}

async function streamed(log: StreamLog, executionId: string): Promise<[string, unknown][]> {
  const read = await log.read(executionChannel(executionId));
  return (read?.entries ?? []).map(({ update }) => [update.type, update.data]);
}

describe('a source that is faster than the log', () => {
  it('is pulled no faster than the log takes it when it can be pulled', async () => {
    const { log, streaming } = start({ highWaterMarkBytes: 10_240, maxQueuedBytes: 20_480 });
    let produced = 0;
    const full = deferred<void>();
    const { done, executionId } = streaming.run(
      (async function* () {
        for (; produced < 200; produced += 1) {
          if (produced === 9) full.resolve();
          yield { type: 'custom', data: KILOBYTE };
        }
      })(),
    );
    await full.promise;
    await new Promise((resolve) => setImmediate(resolve));
    expect(produced).toBeLessThan(15);

    log.release();
    expect(await done).toEqual({ state: 'completed' });
    expect(await streamed(log, executionId)).toHaveLength(202);
    expect(Math.max(...log.batches)).toBeLessThan(15 * 1_024);
  });

  it('has its tokens joined while the log is behind, although nothing else would be', async () => {
    const { log, streaming } = start({ highWaterMarkBytes: 2_048, maxQueuedBytes: 1_048_576 });
    const { done, executionId } = streaming.run((context: ExecutionContext) => {
      for (let index = 0; index < 1_000; index += 1) context.token(`${index} `);
    });
    log.release();
    await done;

    const tokens = (await streamed(log, executionId)).filter(([type]) => type === 'token');
    expect(tokens.length).toBeLessThan(150);
    const text = tokens.map(([, data]) => (data as TokenData).content).join('');
    expect(text).toBe(Array.from({ length: 1_000 }, (_, index) => `${index} `).join(''));
  });

  it('fails with SOURCE_OVERFLOW when it cannot be held back, and is told to stop', async () => {
    const { log, streaming } = start({ highWaterMarkBytes: 10_240, maxQueuedBytes: 51_200 });
    jest.spyOn(Logger.prototype, 'error').mockImplementationOnce(() => undefined);
    const source = new Subject<{ type: string; data: string }>();
    const { done, executionId } = streaming.run(source);
    while (!source.observed) await new Promise((resolve) => setImmediate(resolve));
    for (let index = 0; index < 100; index += 1) source.next({ type: 'custom', data: KILOBYTE });
    expect(source.observed).toBe(false);

    log.release();
    await expect(done).rejects.toMatchObject({ code: 'SOURCE_OVERFLOW' });
    const updates = await streamed(log, executionId);
    // What came before the overflow is delivered; viewers learn no more than that it failed.
    expect(updates.slice(1, -1)).toEqual(
      Array.from({ length: updates.length - 2 }, () => ['custom', KILOBYTE]),
    );
    expect(updates.length).toBeGreaterThan(45);
    expect(updates.length).toBeLessThan(55);
    expect(updates.at(-1)).toEqual([
      'workflow:error',
      { state: 'failed', error: { code: 'SOURCE_FAILED', message: 'The streamed work failed.' } },
    ]);
  });

  it.each([
    ['a token', 'x'.repeat(60_000), {}],
    ['a token of several parts', 'x'.repeat(60_000), { maxUpdateBytes: 10_000 }],
    ['an update', { type: 'custom', data: 'x'.repeat(60_000) }, {}],
  ])('fails before it delivers %s that is larger than may wait', async (_name, item, bounds) => {
    const logged = jest.spyOn(Logger.prototype, 'error').mockImplementationOnce(() => undefined);
    const sizes = { highWaterMarkBytes: 10_240, maxQueuedBytes: 51_200 };
    const { log, streaming } = start({ ...sizes, ...bounds });
    log.release();
    const { done, executionId } = streaming.run(['before', item, 'after']);
    await expect(done).rejects.toMatchObject({
      code: 'SOURCE_OVERFLOW',
      message: expect.stringContaining('executions.maxQueuedBytes'),
    });
    expect((await streamed(log, executionId)).map(([type]) => type)).toEqual([
      'workflow:start',
      'token',
      'workflow:error',
    ]);
    logged.mockRestore();
  });

  it.each([
    ['small updates', { type: 'progress', data: { progress: 1 } }],
    ['updates that are mostly metadata', { type: 'custom', data: 1, metadata: { note: KILOBYTE } }],
  ])('is bounded by the memory that waits, not by data alone: %s', async (_name, update) => {
    jest.spyOn(Logger.prototype, 'error').mockImplementationOnce(() => undefined);
    const { log, streaming } = start({ highWaterMarkBytes: 10_240, maxQueuedBytes: 51_200 });
    const source = new Subject<unknown>();
    const { done } = streaming.run(source);
    while (!source.observed) await new Promise((resolve) => setImmediate(resolve));
    let streamedUntilFull = 0;
    for (; source.observed && streamedUntilFull < 5_000; streamedUntilFull += 1)
      source.next(update);
    expect(streamedUntilFull).toBeLessThan(500);
    log.release();
    await expect(done).rejects.toMatchObject({ code: 'SOURCE_OVERFLOW' });
  });
});
