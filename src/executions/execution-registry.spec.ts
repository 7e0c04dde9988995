import { describe, expect, it } from '@jest/globals';
import { HeldLog, settled } from '../../test/support/held-log.js';
import { smallRegistry } from '../../test/support/small-registry.js';
import { WIDE_BOUNDS } from '../../test/support/wide-bounds.js';
import { MemoryStreamLog } from '../log/memory-stream-log.js';
import type { StreamLog } from '../log/stream-log.js';
import type { ExecutionRegistry } from './execution-registry.js';

const registryOf = (log: StreamLog, maxActive = 10): ExecutionRegistry =>
  smallRegistry(log, { flushIntervalMs: 40, maxActive }).executions;

const typesOf = async (
  log: StreamLog,
  channel: Parameters<StreamLog['read']>[0],
): Promise<string[] | undefined> => (await log.read(channel))?.entries.map(({ type }) => type);

describe('ExecutionRegistry', () => {
  it('waits for what has ended and is still being written when it is closed', async () => {
    const log = new HeldLog();
    const executions = registryOf(log);
    const execution = executions.open();
    void execution.complete();
    let isClosed = false;
    const closing = executions.close().then(() => (isClosed = true));
    await settled();
    expect(isClosed).toBe(false);

    log.release();
    await closing;
    expect(await typesOf(log, execution.channel)).toEqual(['workflow:start', 'workflow:end']);
    expect(await log.describe(execution.channel)).toHaveProperty('endedAt');
  });

  it('keeps what an execution streamed when it cannot be opened anew', async () => {
    const log = new MemoryStreamLog(WIDE_BOUNDS);
    const executions = registryOf(log, 1);
    const ended = executions.open({ executionId: 'run' });
    await ended.complete();
    const other = executions.open();
    expect(() => executions.reopen(ended)).toThrow(
      expect.objectContaining({ code: 'LIMIT_EXCEEDED' }),
    );
    await settled();
    expect(executions.get('run')?.status).toEqual(ended.status);
    expect(await typesOf(log, ended.channel)).toEqual(['workflow:start', 'workflow:end']);

    await other.complete();
    const anew = executions.reopen(ended);
    await anew.complete();
    expect(executions.get('run')).toBe(anew);
    await executions.close();
    await log.close();
  });

  it('forgets an execution only when all of it is written', async () => {
    const log = new HeldLog();
    const executions = registryOf(log);
    const execution = executions.open({ executionId: 'run' });
    void execution.complete();
    const forgetting = executions.forget('run');
    log.release();
    await forgetting;
    expect(await execution.done).toEqual({ state: 'completed' });
    expect(await log.describe(execution.channel)).toBeUndefined();
  });
});
