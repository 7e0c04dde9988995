import { describe, expect, it } from '@jest/globals';
import { collectGarbage } from '../../test/support/collect-garbage.js';
import { Deferred } from '../../test/support/deferred.js';
import { settled } from '../../test/support/held-log.js';
import { smallRegistry } from '../../test/support/small-registry.js';
import { WIDE_BOUNDS } from '../../test/support/wide-bounds.js';
import { MemoryStreamLog } from '../log/memory-stream-log.js';
import { executionChannel } from '../protocol/channel.js';

const { retentionMs } = WIDE_BOUNDS;
const owner = { principalId: 'ann' };

function start() {
  const log = new MemoryStreamLog(WIDE_BOUNDS);
  return { log, ...smallRegistry(log, { flushIntervalMs: 40, maxActive: 1_000, retentionMs }) };
}

/** An application with one execution that has ended and whose source has stopped. */
async function startEnded() {
  const started = start();
  const { done } = started.streaming.run(() => 'a result', { executionId: 'run', owner });
  await done;
  await settled();
  const ended = started.executions.get('run');
  if (!ended) throw new Error('it ended just now');
  return { ...started, ended };
}

describe('an execution that has ended', () => {
  it('holds little of the heap, and not its result', async () => {
    const { executions, streaming } = start();
    const run = async (count: number): Promise<void> => {
      for (let index = 0; index < count; index += 1) {
        const { done } = streaming.run((context) => {
          for (let token = 0; token < 50; token += 1) context.token('word ', { nodeId: 'agent' });
          return Array.from({ length: 1_000 }, () => index);
        });
        await done;
      }
    };
    const held = async (): Promise<number> => {
      await collectGarbage();
      await collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    await run(200);
    const before = await held();
    await run(1_000);
    expect(((await held()) - before) / 1_000).toBeLessThan(2_500);
    await executions.close();
  });

  it.each([
    ['completed', () => 'a result'],
    [
      'failed',
      () => {
        throw new Error('on purpose');
      },
    ],
    ['cancelled', () => new Promise(() => undefined)],
  ])('keeps its status, which is %s', async (state, source) => {
    const { executions, streaming } = start();
    const { done, cancel } = await streaming.start(source, { executionId: 'run' });
    if (state === 'cancelled') await cancel();
    await done.catch(() => undefined);
    const status = streaming.get('run');
    expect(status).toEqual({
      executionId: 'run',
      state,
      startedAt: expect.any(Number),
      endedAt: expect.any(Number),
    });
    await settled();
    expect(streaming.get('run')).toEqual(status);
    await executions.close();
  });

  it('is whole until its source has stopped', async () => {
    const { executions, streaming } = start();
    const cleanup = new Deferred();
    const { cancel } = await streaming.start(() => cleanup.promise, { executionId: 'run' });
    const execution = executions.getActive('run');
    await cancel();
    await settled();
    expect(executions.get('run')).toBe(execution);
    cleanup.resolve();
    await settled();
    expect(executions.get('run')).not.toBe(execution);
    await executions.close();
  });

  it('is not active, and its id is taken', async () => {
    const { executions, streaming } = await startEnded();
    expect(executions.getActive('run')).toBeUndefined();
    expect(executions.active()).toEqual([]);
    const notActive = expect.objectContaining({ code: 'EXECUTION_NOT_ACTIVE' });
    await expect(streaming.cancel('run')).rejects.toEqual(notActive);
    await expect(streaming.emit('run', 'custom', 'late')).rejects.toEqual(notActive);
    expect(() => streaming.run(() => 'another', { executionId: 'run' })).toThrow(
      expect.objectContaining({ code: 'EXECUTION_EXISTS' }),
    );
    await executions.close();
  });

  it('can be opened again, with its owner', async () => {
    const { executions, log, ended } = await startEnded();
    const first = await log.describe(ended.channel);
    const anew = executions.reopen(ended);
    await anew.complete();
    const second = await log.describe(ended.channel);
    expect(second?.owner).toEqual(owner);
    expect(second?.epoch).not.toBe(first?.epoch);
    await executions.close();
  });

  it('can be replaced, and then forgotten', async () => {
    const { executions, log, streaming } = await startEnded();
    const replace = { executionId: 'run', onExists: 'replace' } as const;
    const { done } = await streaming.start(() => 'another', replace);
    expect((await log.describe(executionChannel('run')))?.owner).toEqual(owner);
    await done;
    await settled();
    await executions.forget('run');
    expect(streaming.get('run')).toBeUndefined();
    expect(await log.describe(executionChannel('run'))).toBeUndefined();
    await executions.close();
  });
});
