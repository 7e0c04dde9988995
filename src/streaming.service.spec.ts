import { smallRegistry } from '../test/support/small-registry.js';
import { WIDE_BOUNDS } from '../test/support/wide-bounds.js';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { firstValueFrom, from, lastValueFrom, toArray } from 'rxjs';
import { deferred } from './common/deferred.js';
import type { ExecutionRegistryOptions } from './executions/execution-registry.js';
import type { ExecutionContext, ExecutionSource } from './executions/execution-source.js';
import { MemoryStreamLog } from './log/memory-stream-log.js';
import type { StreamUpdate } from './protocol/stream-update.js';
import type { StreamingService } from './streaming.service.js';

const serviceOver = (
  log: MemoryStreamLog,
  options: Partial<ExecutionRegistryOptions> = {},
): StreamingService =>
  smallRegistry(log, { flushIntervalMs: 40, maxQueuedBytes: 1e7, maxActive: 3, ...options })
    .streaming;

describe('StreamingService', () => {
  let log: MemoryStreamLog;
  let streaming: StreamingService;
  let logged: jest.SpiedFunction<typeof Logger.prototype.error>;

  beforeEach(() => {
    log = new MemoryStreamLog(WIDE_BOUNDS);
    streaming = serviceOver(log);
    logged = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await log.close();
  });

  const everything = async (executionId: string): Promise<StreamUpdate[]> => {
    const updates: StreamUpdate[] = [];
    for await (const update of streaming.follow(executionId)) updates.push(update);
    return updates;
  };
  const brief = (updates: readonly StreamUpdate[]): [string, unknown][] =>
    updates.map(({ type, data }) => [type, data]);
  const untilState = async (executionId: string, type: string): Promise<StreamUpdate> => {
    for await (const update of streaming.follow(executionId))
      if (update.type === type) return update;
    throw new Error(`the execution ended without ${type}`);
  };

  describe('running a source', () => {
    it('announces the start, what the source streams, and the end, numbered without a gap', async () => {
      const { executionId, done } = streaming.run(from(['Hel', 'lo']));
      expect(await done).toEqual({ state: 'completed' });
      const updates = await everything(executionId);
      expect(brief(updates)).toEqual([
        ['workflow:start', { state: 'running' }],
        ['token', { content: 'Hel' }],
        ['token', { content: 'lo' }],
        ['workflow:end', { state: 'completed' }],
      ]);
      expect(
        updates.map(({ metadata }) => [metadata?.sequenceNumber, metadata?.executionId]),
      ).toEqual([1, 2, 3, 4].map((n) => [n, executionId]));
    });

    it('gives a function source a context whose parts work on their own', async () => {
      const { executionId, done } = streaming.run(
        async ({ emit, token, progress, signal, ready, executionId: own }: ExecutionContext) => {
          token('text', { nodeId: 'n' });
          emit(
            'custom',
            { own, aborted: signal.aborted },
            { nodeId: 'n', metadata: { executionId: 'forged', extra: 1 } },
          );
          progress(50, 'half');
          await ready();
          return 'result';
        },
      );
      expect(await done).toEqual({ state: 'completed', result: 'result' });
      const updates = await everything(executionId);
      expect(brief(updates).slice(1, -1)).toEqual([
        ['token', { content: 'text' }],
        ['custom', { own: executionId, aborted: false }],
        ['progress', { progress: 50, message: 'half' }],
      ]);
      expect(updates[2]?.metadata).toMatchObject({ executionId, nodeId: 'n', extra: 1 });
    });

    it('sends waiting text before any other update', async () => {
      const { executionId, done } = streaming.run(({ token, emit }: ExecutionContext) => {
        for (const text of ['a', 'b', 'c']) token(text);
        emit('events', 'after the text');
        token('d');
      });
      await done;
      expect(brief(await everything(executionId)).slice(1)).toEqual([
        ['token', { content: 'a' }],
        ['token', { content: 'bc' }],
        ['events', 'after the text'],
        ['token', { content: 'd' }],
        ['workflow:end', { state: 'completed' }],
      ]);
    });

    it('shows viewers the result only when asked to', async () => {
      const quiet = streaming.run(() => 'secret');
      const open = streaming.run(() => ({ answer: 42 }), { publishResult: true });
      await Promise.all([quiet.done, open.done]);
      expect((await everything(quiet.executionId)).at(-1)?.data).toEqual({ state: 'completed' });
      expect((await everything(open.executionId)).at(-1)?.data).toEqual({
        state: 'completed',
        result: { answer: 42 },
      });
    });

    it('goes on without viewers', async () => {
      const { done } = streaming.run(from(['a', 'b']));
      expect(await done).toEqual({ state: 'completed' });
    });

    it('tells an unsupported source at once', () => {
      expect(() => streaming.run(42 as never)).toThrow(
        expect.objectContaining({ code: 'UNSUPPORTED_SOURCE' }),
      );
    });

    it('refuses an id that is taken, by a running or a kept execution', async () => {
      const first = streaming.run(from(['a']), { executionId: 'mine' });
      expect(() => streaming.run(from(['b']), { executionId: 'mine' })).toThrow(
        expect.objectContaining({ code: 'EXECUTION_EXISTS' }),
      );
      await first.done;
      expect(() => streaming.run(from(['c']), { executionId: 'mine' })).toThrow(
        expect.objectContaining({ code: 'EXECUTION_EXISTS' }),
      );
    });

    it('fails when only the log knows that the id is taken, as after another instance used it', async () => {
      await log.open({ kind: 'execution', id: 'elsewhere' });
      await expect(
        streaming.run(from(['a']), { executionId: 'elsewhere' }).done,
      ).rejects.toMatchObject({ code: 'EXECUTION_EXISTS' });
    });

    describe('on several instances that share a log', () => {
      const instance = (): StreamingService => serviceOver(log);

      it('does the work of an id once, and tells the others that it exists', async () => {
        let works = 0;
        const source = (): unknown => new Promise((resolve) => setImmediate(resolve, (works += 1)));
        const started = await Promise.allSettled(
          [instance(), instance(), instance()].map((one) =>
            one.start(source, { executionId: 'job' }),
          ),
        );
        const codes = started.map((one) =>
          one.status === 'fulfilled' ? 'started' : (one.reason as { code: string }).code,
        );
        expect(codes.sort()).toEqual(['EXECUTION_EXISTS', 'EXECUTION_EXISTS', 'started']);
        for (const one of started) if (one.status === 'fulfilled') await one.value.done;
        expect(works).toBe(1);
      });

      it('does no work for a run that was refused, and knows nothing of it afterwards', async () => {
        await instance().start(() => new Promise(() => undefined), { executionId: 'job' });
        let works = 0;
        const refused = streaming.run(() => (works += 1), { executionId: 'job' });
        await expect(refused.opened).rejects.toMatchObject({ code: 'EXECUTION_EXISTS' });
        await expect(refused.done).rejects.toMatchObject({ code: 'EXECUTION_EXISTS' });
        expect(streaming.get('job')).toBeUndefined();
        expect(works).toBe(0);
      });

      it('does no work for a run that is cancelled before its id is claimed', async () => {
        let works = 0;
        const { done, cancel } = streaming.run(() => (works += 1));
        await cancel();
        expect(await done).toEqual({ state: 'cancelled' });
        expect(works).toBe(0);
      });
    });

    it('refuses more active executions than it may have, and takes one again when one ended', async () => {
      const gate = deferred<undefined>();
      const running = [1, 2, 3].map(() => streaming.run(() => gate.promise));
      expect(() => streaming.run(from(['a']))).toThrow(
        expect.objectContaining({ code: 'LIMIT_EXCEEDED', retryable: true }),
      );
      gate.resolve(undefined);
      await Promise.all(running.map(({ done }) => done));
      await expect(streaming.run(from(['a'])).done).resolves.toEqual({ state: 'completed' });
    });
  });

  describe('a source that fails', () => {
    it('shows viewers a safe message, the caller the error, and the log the error without secrets', async () => {
      const error = new Error('db.internal is down, password=hunter2');
      const { executionId, done } = streaming.run(async function* () {
        yield 'a';
        throw error;
      });
      await expect(done).rejects.toBe(error);
      expect(brief(await everything(executionId)).at(-1)).toEqual([
        'workflow:error',
        { state: 'failed', error: { code: 'SOURCE_FAILED', message: 'The streamed work failed.' } },
      ]);
      expect(JSON.stringify(await everything(executionId))).not.toMatch(/hunter2|db\.internal/);
      expect(logged).toHaveBeenCalledWith(
        `Execution ${executionId} failed`,
        expect.stringContaining('db.internal is down, password=[redacted]'),
      );
      expect(streaming.get(executionId)?.state).toBe('failed');
    });

    it('causes no unhandled rejection when nobody looks at `done`', async () => {
      const unhandled = jest.fn();
      process.on('unhandledRejection', unhandled);
      const { executionId } = streaming.run(() => Promise.reject(new Error('nobody looks')));
      await untilState(executionId, 'workflow:error');
      await new Promise((resolve) => setImmediate(resolve));
      process.off('unhandledRejection', unhandled);
      expect(unhandled).not.toHaveBeenCalled();
    });

    it('tells the source, and nobody else, when an update cannot be sent', async () => {
      const { executionId, done } = streaming.run(({ emit, token }: ExecutionContext) => {
        token('a');
        token('b');
        expect(() => emit('custom', 1n)).toThrow(
          expect.objectContaining({ code: 'UPDATE_NOT_SERIALIZABLE' }),
        );
        token('c');
      });
      await done;
      expect(brief(await everything(executionId)).slice(1, -1)).toEqual([
        ['token', { content: 'a' }],
        ['token', { content: 'bc' }],
      ]);
    });

    it('cannot announce a state that only the execution knows', async () => {
      const { executionId, done } = streaming.run(({ emit }: ExecutionContext) => {
        for (const type of ['workflow:end', 'workflow:cancel', 'interrupt'] as const) {
          expect(() => emit(type, { state: 'completed' })).toThrow(
            expect.objectContaining({ code: 'RESERVED_EVENT_TYPE' }),
          );
        }
        emit('custom', 'goes on');
      });
      await done;
      expect(brief(await everything(executionId)).map(([type]) => type)).toEqual([
        'workflow:start',
        'custom',
        'workflow:end',
      ]);
    });

    it('stops the work when the log refuses', async () => {
      const broken = new Error('the log is down');
      jest.spyOn(log, 'append').mockRejectedValue(broken);
      const aborted = deferred<unknown>();
      const { done } = streaming.run(({ signal }: ExecutionContext) => {
        signal.addEventListener('abort', () => aborted.resolve(signal.reason));
        return new Promise(() => undefined);
      });
      await expect(done).rejects.toBe(broken);
      expect(await aborted.promise).toBe(broken);
    });
  });

  describe('cancelling', () => {
    it('aborts the signal, ends every stream as cancelled and resolves `done`', async () => {
      const { executionId, done, cancel } = streaming.run(async function* ({
        signal,
      }: ExecutionContext) {
        yield 'a';
        yield 'b';
        await new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason as Error)),
        );
      });
      await untilState(executionId, 'token');
      await cancel('enough');
      expect(await done).toEqual({ state: 'cancelled', reason: 'enough' });
      expect(brief(await everything(executionId)).slice(1)).toEqual([
        ['token', { content: 'a' }],
        ['token', { content: 'b' }],
        ['workflow:cancel', { state: 'cancelled', reason: 'enough' }],
      ]);
      expect(logged).not.toHaveBeenCalled();
    });

    it('drops what a source that does not listen still emits', async () => {
      const gate = deferred<undefined>();
      const finished = deferred<undefined>();
      const { executionId, cancel } = await streaming.start(
        async ({ token, emit }: ExecutionContext) => {
          await gate.promise;
          token('late');
          emit('custom', 'late');
          finished.resolve(undefined);
        },
      );
      await cancel();
      gate.resolve(undefined);
      await finished.promise;
      expect(brief(await everything(executionId))).toEqual([
        ['workflow:start', { state: 'running' }],
        ['workflow:cancel', { state: 'cancelled' }],
      ]);
    });

    it('happens when the caller’s signal aborts', async () => {
      const caller = new AbortController();
      const { done } = streaming.run(() => new Promise(() => undefined), { signal: caller.signal });
      caller.abort();
      expect(await done).toEqual({ state: 'cancelled', reason: 'The caller cancelled.' });
    });

    it('is answered with a code when there is nothing to cancel', async () => {
      const { executionId, done } = streaming.run(from(['a']));
      await done;
      await expect(streaming.cancel(executionId)).rejects.toMatchObject({
        code: 'EXECUTION_NOT_ACTIVE',
      });
      await expect(streaming.cancel('unknown')).rejects.toMatchObject({
        code: 'EXECUTION_NOT_FOUND',
      });
    });
  });

  describe('interrupts', () => {
    const asking = (interrupts = [{ id: 'q1', value: 'Sure?' }]): ExecutionSource => ({
      run: async () => ({ state: 'interrupted', interrupts }),
      resume: async (context, { value, interruptId }) => {
        context.token(`answered ${JSON.stringify(value)} to ${interruptId ?? 'the question'}`);
        return { state: 'completed', result: value };
      },
    });

    it('announces the question, waits, and goes on with the first answer', async () => {
      const { executionId, done } = streaming.run(asking());
      expect((await untilState(executionId, 'interrupt')).data).toEqual({
        state: 'interrupted',
        interrupts: [{ id: 'q1', value: 'Sure?' }],
      });
      expect(streaming.get(executionId)).toMatchObject({
        state: 'interrupted',
        interrupts: [{ id: 'q1' }],
      });
      const answers = [{ value: 'yes' }, { value: 'no' }];
      const sent = answers.map((answer) => streaming.respond(executionId, answer));
      expect(await Promise.allSettled(sent)).toEqual([
        { status: 'fulfilled', value: undefined },
        {
          status: 'rejected',
          reason: expect.objectContaining({ code: 'EXECUTION_NOT_INTERRUPTED' }),
        },
      ]);
      expect(await done).toEqual({ state: 'completed', result: 'yes' });
      expect(brief(await everything(executionId)).slice(2)).toEqual([
        ['workflow:resume', { state: 'running', answered: [{ id: 'q1' }] }],
        ['token', { content: 'answered "yes" to the question' }],
        ['workflow:end', { state: 'completed' }],
      ]);
    });

    it('needs to know which question is answered when several are open', async () => {
      const questions = ['q1', 'q2'].map((id) => ({ id, value: id }));
      const { executionId, done } = streaming.run(asking(questions));
      await untilState(executionId, 'interrupt');
      for (const response of [{ value: 1 }, { interruptId: 'q3', value: 1 }]) {
        await expect(streaming.respond(executionId, response)).rejects.toEqual(
          expect.objectContaining({ code: 'EXECUTION_NOT_INTERRUPTED' }),
        );
      }
      await streaming.respond(executionId, { interruptId: 'q2', value: 2 });
      expect(await done).toEqual({ state: 'completed', result: 2 });
    });

    it('can be cancelled while it waits', async () => {
      const { executionId, done, cancel } = streaming.run(asking());
      await untilState(executionId, 'interrupt');
      await cancel();
      expect(await done).toEqual({ state: 'cancelled' });
      await expect(streaming.respond(executionId, { value: 1 })).rejects.toEqual(
        expect.objectContaining({ code: 'EXECUTION_NOT_ACTIVE' }),
      );
    });

    it('is cancelled when nobody answers in time', async () => {
      const impatient = serviceOver(log, { interruptTimeoutMs: 1 });
      await expect(impatient.run(asking()).done).resolves.toEqual({
        state: 'cancelled',
        reason: 'The interrupt was not answered in time.',
      });
    });

    it('fails when the source cannot be resumed', async () => {
      const { executionId, done } = streaming.run({
        run: async () => ({ state: 'interrupted', interrupts: [{ id: 'q', value: 1 }] }),
      });
      await untilState(executionId, 'interrupt');
      await streaming.respond(executionId, { value: 1 });
      await expect(done).rejects.toThrow('has no `resume`');
    });
  });

  describe('following in the process', () => {
    it('goes on after a cursor, without what was seen', async () => {
      const { executionId, done } = streaming.run(from(['a', { type: 'events', data: 1 }, 'b']));
      await done;
      const all = await everything(executionId);
      const { epoch } = (await log.describe({ kind: 'execution', id: executionId })) ?? {
        epoch: '',
      };
      const rest: StreamUpdate[] = [];
      for await (const update of streaming.follow(executionId, { cursor: { epoch, sequence: 2 } }))
        rest.push(update);
      expect(rest).toEqual(all.slice(2));
    });

    it('waits for what comes, and ends with the execution', async () => {
      const gate = deferred<undefined>();
      const { executionId } = streaming.run(async function* () {
        yield 'a';
        await gate.promise;
        yield 'b';
      });
      const seen: string[] = [];
      for await (const { type } of streaming.follow(executionId)) {
        seen.push(type);
        if (type === 'token') gate.resolve(undefined);
      }
      expect(seen).toEqual(['workflow:start', 'token', 'token', 'workflow:end']);
    });

    it('tells when the log no longer reaches back', async () => {
      const small = new MemoryStreamLog({ ...WIDE_BOUNDS, maxEntries: 2 });
      const service = serviceOver(small);
      const { executionId, done } = service.run(from([1, 2, 3]));
      await done;
      const resets: unknown[] = [];
      const seen: unknown[] = [];
      for await (const { metadata } of service.follow(executionId, {
        onReset: ({ sequence }) => resets.push(sequence),
      }))
        seen.push(metadata?.sequenceNumber);
      expect([resets, seen]).toEqual([[3], [4, 5]]);
    });

    it('ends when its signal aborts, and at once when there is no such execution', async () => {
      const stop = new AbortController();
      const { executionId } = streaming.run(() => new Promise(() => undefined));
      const seen: string[] = [];
      for await (const { type } of streaming.follow(executionId, { signal: stop.signal })) {
        seen.push(type);
        stop.abort();
      }
      expect(seen).toEqual(['workflow:start']);
      expect(await everything('unknown')).toEqual([]);
    });

    it('is an Observable too', async () => {
      const { executionId } = streaming.run(from(['a']));
      expect(
        (await lastValueFrom(streaming.observe(executionId).pipe(toArray()))).map(
          ({ type }) => type,
        ),
      ).toEqual(['workflow:start', 'token', 'workflow:end']);
      expect((await firstValueFrom(streaming.observe(executionId))).type).toBe('workflow:start');
    });
  });

  it('numbers what is published to a room, and says which room', async () => {
    await streaming.publish('lobby', 'events', 'hello');
    await streaming.publish('lobby', 'events', 'again', { metadata: { roomId: 'forged' } });
    const read = await log.read({ kind: 'room', id: 'lobby' });
    expect(
      read?.entries.map(({ update }) => [
        update.data,
        update.metadata?.sequenceNumber,
        update.metadata?.roomId,
      ]),
    ).toEqual([
      ['hello', 1, 'lobby'],
      ['again', 2, 'lobby'],
    ]);
  });
});
