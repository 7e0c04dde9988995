import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { HeldLog, settled } from '../../test/support/held-log.js';
import { smallRegistry } from '../../test/support/small-registry.js';
import { WIDE_BOUNDS } from '../../test/support/wide-bounds.js';
import { MemoryStreamLog } from '../log/memory-stream-log.js';
import type { StreamLog } from '../log/stream-log.js';
import { executionChannel, roomChannel, type Channel } from '../protocol/channel.js';
import type { StreamingService } from '../streaming.service.js';
import type { ExecutionContext } from './execution-source.js';
import type { ExecutionRegistry } from './execution-registry.js';

const KILOBYTE = 'x'.repeat(1_024);
const DOWN = new Error('the log is down');
const FAILED = {
  state: 'failed',
  error: { code: 'SOURCE_FAILED', message: 'The streamed work failed.' },
};

/** A log whose calls can be made to fail. */
class FailingLog extends MemoryStreamLog {
  /** Whether an append to this channel fails. */
  refuses: (channel: Channel) => boolean = () => false;
  endFails = false;

  constructor() {
    super(WIDE_BOUNDS);
  }

  override async append(
    ...[channel, drafts, options]: Parameters<StreamLog['append']>
  ): ReturnType<StreamLog['append']> {
    if (this.refuses(channel)) throw DOWN;
    return super.append(channel, drafts, options);
  }

  override async end(channel: Channel): Promise<void> {
    if (this.endFails) throw DOWN;
    return super.end(channel);
  }
}

describe('an execution that fails by the way its updates take', () => {
  let log: FailingLog;
  let executions: ExecutionRegistry;
  let streaming: StreamingService;
  let logged: jest.SpiedFunction<typeof Logger.prototype.error>;

  beforeEach(() => {
    log = new FailingLog();
    ({ executions, streaming } = smallRegistry(log));
    logged = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await log.close();
  });

  /** What a viewer gets until its stream ends. */
  const followed = async (executionId: string): Promise<[string, unknown][]> => {
    const updates: [string, unknown][] = [];
    for await (const { type, data } of streaming.follow(executionId)) updates.push([type, data]);
    return updates;
  };
  const expectLoggedOnce = (executionId: string, text: string): void => {
    expect(logged.mock.calls).toEqual([
      [`Execution ${executionId} failed`, expect.stringContaining(text)],
    ]);
  };

  it('is logged once when its source overflows', async () => {
    const { done, executionId } = streaming.run(({ emit }: ExecutionContext) => {
      for (let index = 0; index < 100; index += 1) emit('custom', KILOBYTE);
    });
    await expect(done).rejects.toMatchObject({ code: 'SOURCE_OVERFLOW' });
    expectLoggedOnce(executionId, 'executions.maxQueuedBytes');
  });

  it('is logged once, and its channel ends, when the log refuses', async () => {
    const execution = executions.open();
    await execution.written();
    const { executionId, done, signal } = execution;
    log.refuses = () => true;
    execution.context.emit('custom', 'lost');
    await expect(done).rejects.toBe(DOWN);
    expect(signal.reason).toBe(DOWN);
    expect(await followed(executionId)).toEqual([['workflow:start', { state: 'running' }]]);
    expect(await log.describe(executionChannel(executionId))).toHaveProperty('endedAt');
    expectLoggedOnce(executionId, 'the log is down');
  });

  it('tells viewers that it failed when the log takes that again', async () => {
    const execution = executions.open();
    await execution.written();
    const { executionId, done } = execution;
    let refusals = 1;
    log.refuses = () => (refusals -= 1) === 0;
    execution.context.emit('custom', 'lost');
    await expect(done).rejects.toBe(DOWN);
    expect(await followed(executionId)).toEqual([
      ['workflow:start', { state: 'running' }],
      ['workflow:error', FAILED],
    ]);
    expect(await log.describe(executionChannel(executionId))).toMatchObject({ state: 'failed' });
  });

  it('leaves a channel alone that is not its own, and logs no error of it', async () => {
    const channel = executionChannel('taken');
    await log.open(channel, { state: 'running' });
    const { done } = streaming.run(() => new Promise(() => undefined), { executionId: 'taken' });
    await expect(done).rejects.toMatchObject({ code: 'EXECUTION_EXISTS' });
    await settled();
    expect(await log.describe(channel)).toMatchObject({ state: 'running', head: 0 });
    expect(await log.describe(channel)).not.toHaveProperty('endedAt');
    expect(logged.mock.calls).toEqual([]);
  });

  it('fails before its own viewers when a room does not take its updates', async () => {
    log.refuses = ({ kind }) => kind === 'room';
    const { done, executionId } = streaming.run(({ emit, signal }: ExecutionContext) => {
      emit('custom', 'for all', { rooms: ['lobby'] });
      return new Promise((resolve) => signal.addEventListener('abort', resolve));
    });
    await expect(done).rejects.toBe(DOWN);
    expect(await followed(executionId)).toEqual([
      ['workflow:start', { state: 'running' }],
      ['custom', 'for all'],
      ['workflow:error', FAILED],
    ]);
    expect(await log.describe(executionChannel(executionId))).toHaveProperty('endedAt');
    expectLoggedOnce(executionId, 'the log is down');
  });

  it('does not resolve when a room refuses the last of it', async () => {
    log.refuses = ({ kind }) => kind === 'room';
    const execution = executions.open();
    execution.context.emit('custom', 'for all', { rooms: ['lobby'] });
    void execution.complete();
    await expect(execution.done).rejects.toBe(DOWN);
    expect((await followed(execution.executionId)).map(([type]) => type)).toEqual([
      'workflow:start',
      'custom',
      'workflow:end',
    ]);
    expectLoggedOnce(execution.executionId, 'the log is down');
  });

  it('is logged when its channel cannot be ended', async () => {
    log.endFails = true;
    const { done, executionId } = streaming.run(() => undefined);
    await expect(done).rejects.toBe(DOWN);
    expectLoggedOnce(executionId, 'the log is down');
  });

  it('tells viewers that it failed when its result cannot be published', async () => {
    const { done, executionId } = streaming.run(() => 1n, { publishResult: true });
    await expect(done).rejects.toMatchObject({ code: 'UPDATE_NOT_SERIALIZABLE' });
    expect((await followed(executionId)).at(-1)).toEqual(['workflow:error', FAILED]);
    expectLoggedOnce(executionId, 'cannot be sent as JSON');
  });
});

describe('a room whose log is behind', () => {
  it('holds a source back that waits until the execution is ready', async () => {
    const log = new HeldLog(({ kind }) => kind === 'room');
    let produced = 0;
    const { done } = smallRegistry(log).streaming.run(async ({ emit, ready }: ExecutionContext) => {
      for (; produced < 200; produced += 1) {
        await ready();
        emit('custom', KILOBYTE, { rooms: ['lobby', 'hall'] });
      }
    });
    await settled();
    expect(produced).toBeGreaterThan(0);
    expect(produced).toBeLessThan(30);

    log.release();
    expect(await done).toEqual({ state: 'completed' });
    expect((await log.describe(roomChannel('lobby')))?.head).toBe(200);
  });

  it('has tokens joined', async () => {
    const log = new HeldLog(({ kind }) => kind === 'room');
    const { done } = smallRegistry(log).streaming.run(
      async ({ token, ready }: ExecutionContext) => {
        for (let index = 0; index < 1_000; index += 1) {
          token('some text ', { rooms: ['lobby'] });
          if (index % 100 === 0) await new Promise(setImmediate);
        }
        await ready();
      },
    );
    await settled();
    log.release();
    expect(await done).toEqual({ state: 'completed' });
    expect((await log.describe(roomChannel('lobby')))?.head).toBeLessThan(600);
  });
});
