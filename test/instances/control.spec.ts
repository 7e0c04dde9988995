import { expect, it } from '@jest/globals';
import {
  EventStreamProcessorService,
  TokenStreamingService,
  WebSocketBridgeService,
  type ExecutionHandle,
} from '../../src/index.js';
import { DecoratorRuntime } from '../../src/decorators/decorator-runtime.js';
import { manualRun } from '../support/manual-run.js';
import { Inbox, refused } from '../support/plain-client.js';
import type { StreamingApp } from '../support/streaming-app.js';
import { describeInstances, startTwo } from './support/backends.js';
import { connected } from './support/viewers.js';

const owner = { principalId: 'ada' };

/** A run that asks a question, and completes with the answer. */
function asks(app: StreamingApp): Promise<ExecutionHandle> {
  return app.streaming.start(
    {
      run: async () => ({ state: 'interrupted', interrupts: [{ id: 'q', value: 'Send it?' }] }),
      resume: async (_context, { value }) => ({ state: 'completed', result: value }),
    },
    { owner },
  );
}

describeInstances('an execution that runs in another instance', (instances) => {
  it('is cancelled by a client, and every viewer learns of it', async () => {
    const [one, other] = await startTwo(instances());
    const { executionId, context } = await manualRun(one, { owner });
    const clients = [await connected(one), await connected(other)];
    const inboxes = clients.map((client) => new Inbox(client));
    for (const client of clients) await client.emitWithAck('subscribe_execution', { executionId });
    const [, there] = clients;
    expect(
      await there?.emitWithAck('cancel_execution', { executionId, reason: 'enough' }),
    ).toMatchObject({ ok: true });
    for (const inbox of inboxes) {
      await inbox.ended();
      expect(inbox.brief).toEqual([
        ['workflow:start', { state: 'running' }],
        ['workflow:cancel', { state: 'cancelled', reason: 'enough' }],
      ]);
    }
    expect(context.signal.aborted).toBe(true);
    await expect(other.streaming.cancel(executionId)).rejects.toMatchObject({
      code: 'EXECUTION_NOT_ACTIVE',
    });
  });

  it('is answered by a client, once', async () => {
    const [one, other] = await startTwo(instances());
    const { executionId, done } = await asks(one);
    const client = await connected(other);
    const inbox = new Inbox(client);
    await client.emitWithAck('subscribe_execution', { executionId });
    await inbox.until((updates) => updates.some(({ type }) => type === 'interrupt'));
    const answer = { executionId, interruptId: 'q', value: 'yes' };
    const [first, second] = await Promise.all([
      client.emitWithAck('respond_interrupt', answer),
      client.emitWithAck('respond_interrupt', answer),
    ]);
    expect([first.ok, second.ok]).toEqual([true, false]);
    expect(await done).toEqual({ state: 'completed', result: 'yes' });
  });

  it('has a status, with its questions', async () => {
    const [one, other] = await startTwo(instances());
    const { executionId } = await asks(one);
    const client = await connected(other);
    const inbox = new Inbox(client);
    await client.emitWithAck('subscribe_execution', { executionId });
    await inbox.until((updates) => updates.some(({ type }) => type === 'interrupt'));
    const status = { state: 'interrupted', interrupts: [{ id: 'q', value: 'Send it?' }] };
    expect(await other.streaming.status(executionId)).toMatchObject(status);
    expect(await client.emitWithAck('get_status', { executionId })).toMatchObject({
      ok: true,
      execution: status,
    });
    await other.streaming.respond(executionId, { value: 'yes' });
    await inbox.ended();
    const ended = await other.streaming.status(executionId);
    expect(ended).toMatchObject({ state: 'completed', endedAt: expect.any(Number) });
    expect(ended).not.toHaveProperty('interrupts');
  });

  it('runs once, though both start it', async () => {
    const [one, other] = await startTwo(instances());
    const { finish } = await manualRun(one, { executionId: 'job' });
    let works = 0;
    await expect(
      other.streaming.start(() => (works += 1), { executionId: 'job' }),
    ).rejects.toMatchObject({ code: 'EXECUTION_EXISTS' });
    expect(await other.streaming.status('job')).toMatchObject({ state: 'running' });
    expect(works).toBe(0);
    await finish();
  });

  it('tells a foreign client nothing, whatever it asks', async () => {
    const [one, other] = await startTwo(instances());
    const { executionId, finish } = await manualRun(one, { owner });
    const eve = await connected(other, 'eve');
    for (const id of [executionId, 'missing'])
      expect(refused(await eve.emitWithAck('cancel_execution', { executionId: id }))).toBe(
        'EXECUTION_NOT_FOUND',
      );
    await finish();
  });

  it('takes tokens and events that are streamed by hand here, in its own order', async () => {
    const [one, other] = await startTwo(instances());
    const { executionId, context, finish } = await manualRun(one, { owner });
    const client = await connected(one);
    const inbox = new Inbox(client);
    await client.emitWithAck('subscribe_execution', { executionId });
    const tokens = other.app.get(TokenStreamingService);
    await tokens.initializeTokenStream({ executionId, nodeId: 'helper' });
    tokens.streamToken(executionId, 'helper', 'from elsewhere');
    await tokens.closeExecutionTokenStreams(executionId);
    await other.app
      .get(EventStreamProcessorService)
      .processEvent(executionId, { type: 'events', data: 'an event' });
    await other.app
      .get(WebSocketBridgeService)
      .broadcastToExecution(executionId, { type: 'events', data: 'a broadcast' });
    expect(context.signal.aborted).toBe(false);
    await finish();
    await inbox.ended();
    expect(inbox.brief).toEqual([
      ['workflow:start', { state: 'running' }],
      ['token', { content: 'from elsewhere' }],
      ['events', 'an event'],
      ['events', 'a broadcast'],
      ['workflow:end', { state: 'completed' }],
    ]);
  });

  it('takes what a decorated method streams here, and is not ended by it', async () => {
    const [one, other] = await startTwo(instances());
    const { executionId, finish } = await manualRun(one, { owner });
    const client = await connected(one);
    const inbox = new Inbox(client);
    await client.emitWithAck('subscribe_execution', { executionId });
    const { executions, leases } = other.app.get(DecoratorRuntime);
    const lease = leases.acquire([{ executionId }]);
    lease.execution.context.token('decorated');
    lease.release();
    await lease.execution.done;
    expect(await other.streaming.status(executionId)).toMatchObject({ state: 'running' });
    expect(executions.get(executionId)).toBeUndefined();
    await finish();
    await inbox.ended();
    expect(inbox.brief.map(([type, data]) => [type, data])).toEqual([
      ['workflow:start', { state: 'running' }],
      ['token', { content: 'decorated' }],
      ['workflow:end', { state: 'completed' }],
    ]);
  });

  it('says with a code that it has ended, whoever adds to it', async () => {
    const [one, other] = await startTwo(instances());
    const { executionId, finish } = await manualRun(one, { owner });
    await finish();
    const update = { type: 'events', data: 'late' } as const;
    const NOT_ACTIVE = { code: 'EXECUTION_NOT_ACTIVE' };
    await expect(
      other.app.get(EventStreamProcessorService).processEvent(executionId, update),
    ).rejects.toMatchObject(NOT_ACTIVE);
    await expect(
      other.app.get(WebSocketBridgeService).broadcastToExecution(executionId, update),
    ).rejects.toMatchObject(NOT_ACTIVE);
    await expect(
      other.app.get(TokenStreamingService).initializeTokenStream({ executionId, nodeId: 'a' }),
    ).rejects.toMatchObject({ code: 'EXECUTION_EXISTS' });
  });

  it('is told to a client in this process that was registered before it began', async () => {
    const [one, other] = await startTwo(instances());
    const subject = other.app
      .get(WebSocketBridgeService)
      .registerClient('early', { executionId: 'later' });
    const types: string[] = [];
    const ended = new Promise((resolve) => {
      subject.subscribe(({ type }) => {
        types.push(type);
        if (type === 'workflow:end') resolve(undefined);
      });
    });
    await (
      await one.streaming.start(() => 1, { executionId: 'later' })
    ).done;
    await ended;
    expect(types).toEqual(['workflow:start', 'workflow:end']);
  });
});
