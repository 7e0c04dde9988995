import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { HeldLog, settled } from '../../test/support/held-log.js';
import { smallRegistry } from '../../test/support/small-registry.js';
import type { ExecutionContext } from './execution-source.js';

const KILOBYTE = 'x'.repeat(1_024);
const WIDE = { highWaterMarkBytes: 1e6, maxQueuedBytes: 1e7, maxActive: 1_000 };

afterEach(() => {
  jest.restoreAllMocks();
});

describe('a log that is away while many executions stream', () => {
  it('holds sources back that can wait, though each keeps within its own bounds', async () => {
    const log = new HeldLog();
    const { streaming } = smallRegistry(log, { ...WIDE, maxWaitingBytes: 102_400 });
    let produced = 0;
    const runs = Array.from({ length: 20 }, () =>
      streaming.run(async ({ emit, ready }: ExecutionContext) => {
        for (let index = 0; index < 25; index += 1) {
          await ready();
          produced += 1;
          emit('custom', KILOBYTE);
        }
      }),
    );
    await settled();
    expect(produced).toBeGreaterThan(20);
    expect(produced).toBeLessThan(90);
    log.release();
    for (const { done } of runs) expect(await done).toEqual({ state: 'completed' });
    expect(produced).toBe(500);
  });

  it('fails sources that go on beyond what may wait in the instance', async () => {
    jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const log = new HeldLog();
    const { streaming } = smallRegistry(log, { ...WIDE, maxWaitingBytes: 20_480 });
    const flood = ({ emit }: ExecutionContext): void => {
      for (let index = 0; index < 15; index += 1) emit('custom', KILOBYTE);
    };
    const runs = [streaming.run(flood), streaming.run(flood)];
    await settled();
    log.release();
    const outcomes = await Promise.allSettled(runs.map(({ done }) => done));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    // What was held is let go, so that the next one has room.
    expect(await streaming.run(flood).done).toEqual({ state: 'completed' });
  });
});
