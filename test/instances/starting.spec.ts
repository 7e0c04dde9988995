import { expect, it } from '@jest/globals';
import { manualRun } from '../support/manual-run.js';
import { accepted, Inbox, next, refused } from '../support/plain-client.js';
import type { StreamingApp } from '../support/streaming-app.js';
import { by, connected } from './support/viewers.js';
import { describeInstances } from './support/backends.js';

const owner = { principalId: 'ada' };
const EXISTS = { code: 'EXECUTION_EXISTS' };

describeInstances('starting an execution', (instances) => {
  const two = async (): Promise<[StreamingApp, StreamingApp]> => {
    const { start } = instances();
    return [await start(by()), await start(by())];
  };

  it('runs the work of one of two starts, a hundred times', async () => {
    const apps = await two();
    const works: string[] = [];
    for (let index = 0; index < 100; index += 1) {
      const executionId = `job-${index}`;
      const started = await Promise.allSettled(
        apps.map(({ streaming }) =>
          streaming.start(() => works.push(executionId), { executionId }),
        ),
      );
      expect(started.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      for (const one of started)
        if (one.status === 'rejected') expect(one.reason).toMatchObject(EXISTS);
        else await one.value.done;
    }
    expect(works).toEqual(Array.from({ length: 100 }, (_, index) => `job-${index}`));
  });

  it('takes the place of another by `replace`, which stops it and keeps the owner', async () => {
    const [one, other] = await two();
    const first = await manualRun(one, { executionId: 'job', owner });
    const stopped = new Promise((resolve) => {
      first.context.signal.addEventListener('abort', resolve);
    });
    const viewer = await connected(other);
    await viewer.emitWithAck('subscribe_execution', { executionId: 'job' });
    const gone = next(viewer, 'error');
    const second = await other.streaming.start(() => 'again', {
      executionId: 'job',
      onExists: 'replace',
    });
    expect(await second.done).toEqual({ state: 'completed', result: 'again' });
    expect(await gone).toMatchObject({ code: 'CHANNEL_GONE', executionId: 'job' });
    const inbox = new Inbox(viewer);
    expect(
      accepted(await viewer.emitWithAck('subscribe_execution', { executionId: 'job' })),
    ).toMatchObject({ state: 'completed' });
    await inbox.ended();
    expect(inbox.brief.map(([type]) => type)).toEqual(['workflow:start', 'workflow:end']);
    first.context.token('late');
    await stopped;
    await expect(first.finish()).rejects.toMatchObject({ code: 'EXECUTION_TAKEN_OVER' });
    expect((await other.streaming.status('job'))?.state).toBe('completed');
  });

  it('takes the place of what has ended by `replace`, also in its own instance', async () => {
    const [one] = await two();
    await (
      await one.streaming.start(() => 1, { executionId: 'job' })
    ).done;
    await expect(async () =>
      one.streaming.start(() => 2, { executionId: 'job' }),
    ).rejects.toMatchObject(EXISTS);
    const again = await one.streaming.start(() => 3, { executionId: 'job', onExists: 'replace' });
    expect(await again.done).toEqual({ state: 'completed', result: 3 });
  });
});

describeInstances('a reserved execution', (instances) => {
  const two = async (): Promise<[StreamingApp, StreamingApp]> => {
    const { start } = instances();
    return [await start(by()), await start(by())];
  };

  it('is followed before a worker starts it, for the owner that the reservation named', async () => {
    const [api, worker] = await two();
    await api.streaming.reserve('job', { owner });
    expect(await worker.streaming.status('job')).toMatchObject({ state: 'queued' });
    const [viewer, eve] = [await connected(api), await connected(worker, 'eve')];
    const inbox = new Inbox(viewer);
    expect(
      accepted(await viewer.emitWithAck('subscribe_execution', { executionId: 'job' })),
    ).toMatchObject({ state: 'queued', head: 0 });
    const { done } = await worker.streaming.start((context) => context.token('hello'), {
      executionId: 'job',
      onExists: 'adopt',
      owner: { principalId: 'somebody else' },
    });
    await done;
    await inbox.ended();
    expect(inbox.brief).toEqual([
      ['workflow:start', { state: 'running' }],
      ['token', { content: 'hello' }],
      ['workflow:end', { state: 'completed' }],
    ]);
    expect(refused(await eve.emitWithAck('subscribe_execution', { executionId: 'job' }))).toBe(
      'EXECUTION_NOT_FOUND',
    );
  });

  it('is cancelled by a viewer, and its work never begins', async () => {
    const [api, worker] = await two();
    await api.streaming.reserve('job', { owner });
    const viewer = await connected(worker);
    const inbox = new Inbox(viewer);
    await viewer.emitWithAck('subscribe_execution', { executionId: 'job' });
    accepted(
      await viewer.emitWithAck('cancel_execution', {
        executionId: 'job',
        reason: 'changed my mind',
      }),
    );
    await inbox.ended();
    expect(inbox.brief).toEqual([
      ['workflow:cancel', { state: 'cancelled', reason: 'changed my mind' }],
    ]);
    let works = 0;
    await expect(
      worker.streaming.start(() => (works += 1), { executionId: 'job', onExists: 'adopt' }),
    ).rejects.toMatchObject({ code: 'EXECUTION_NOT_ACTIVE' });
    expect(works).toBe(0);
  });

  it('is adopted by one of several workers', async () => {
    const { start } = instances();
    const [api, ...workers] = [await start(), await start(), await start()];
    await api?.streaming.reserve('job');
    let works = 0;
    const started = await Promise.allSettled(
      workers.map(({ streaming }) =>
        streaming.start(() => (works += 1), { executionId: 'job', onExists: 'adopt' }),
      ),
    );
    expect(started.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    for (const one of started)
      if (one.status === 'rejected') expect(one.reason).toMatchObject(EXISTS);
      else await one.value.done;
    expect(works).toBe(1);
  });

  it('refuses whoever does not say that it adopts', async () => {
    const [api, worker] = await two();
    await api.streaming.reserve('job');
    await expect(worker.streaming.start(() => 1, { executionId: 'job' })).rejects.toMatchObject(
      EXISTS,
    );
    await expect(worker.streaming.reserve('job')).rejects.toMatchObject(EXISTS);
  });

  it('is cancelled when nobody starts it in time', async () => {
    const [api, other] = await two();
    const viewer = await connected(other);
    const inbox = new Inbox(viewer);
    await api.streaming.reserve('job', { owner, ttlMs: 50 });
    await viewer.emitWithAck('subscribe_execution', { executionId: 'job' });
    await inbox.ended();
    expect(inbox.brief).toEqual([
      ['workflow:cancel', { state: 'cancelled', reason: 'It was not started in time.' }],
    ]);
  });

  it('outlives the instance that reserved it', async () => {
    const { start, vanish } = instances();
    const [api, other] = [await start(by()), await start(by())];
    await api.streaming.reserve('kept', { owner });
    await api.streaming.reserve('late', { owner, ttlMs: 1_000 });
    const viewer = await connected(other);
    const inbox = new Inbox(viewer);
    await viewer.emitWithAck('subscribe_execution', { executionId: 'late' });
    await vanish(api);
    await inbox.ended();
    expect(inbox.brief.at(-1)).toEqual([
      'workflow:cancel',
      { state: 'cancelled', reason: 'It was not started in time.' },
    ]);
    const { done } = await other.streaming.start(() => 1, {
      executionId: 'kept',
      onExists: 'adopt',
    });
    expect(await done).toEqual({ state: 'completed', result: 1 });
  });
});
