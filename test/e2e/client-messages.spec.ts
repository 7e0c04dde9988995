import { describe, expect, it } from '@jest/globals';
import { manualRun } from '../support/manual-run.js';
import { accepted, Inbox, next, refused } from '../support/plain-client.js';
import { startApp, type PlainClient } from '../support/streaming-app.js';

/** Sends an event in a form that the types forbid. */
const sendRaw = async (client: PlainClient, event: string, ...args: unknown[]): Promise<never> =>
  (client.emitWithAck as (...all: unknown[]) => Promise<never>).call(client, event, ...args);

describe('cancel_execution', () => {
  it('aborts the run and ends every viewer’s stream', async () => {
    const app = await startApp();
    const [one, other] = [app.connect(), app.connect()];
    const inboxes = [new Inbox(one), new Inbox(other)];
    const run = await manualRun(app);
    for (const client of [one, other])
      await client.emitWithAck('subscribe_execution', { executionId: run.executionId });
    expect(
      accepted(
        await one.emitWithAck('cancel_execution', {
          executionId: run.executionId,
          reason: 'changed my mind',
        }),
      ),
    ).toEqual({ executionId: run.executionId });
    await Promise.all(inboxes.map(async (inbox) => inbox.ended()));
    expect(run.context.signal.aborted).toBe(true);
    for (const inbox of inboxes)
      expect(inbox.brief.at(-1)).toEqual([
        'workflow:cancel',
        { state: 'cancelled', reason: 'changed my mind' },
      ]);
    expect(
      refused(await one.emitWithAck('cancel_execution', { executionId: run.executionId })),
    ).toBe('EXECUTION_NOT_ACTIVE');
    expect(refused(await one.emitWithAck('cancel_execution', { executionId: 'unknown' }))).toBe(
      'EXECUTION_NOT_FOUND',
    );
  });

  it('is not what a disconnect does', async () => {
    const app = await startApp();
    const client = app.connect();
    const run = await manualRun(app);
    await client.emitWithAck('subscribe_execution', { executionId: run.executionId });
    client.disconnect();
    run.context.emit('custom', 'nobody watches');
    expect(await run.finish()).toEqual({ state: 'completed' });
  });
});

describe('respond_interrupt', () => {
  it('resumes the execution for every viewer; the first answer wins', async () => {
    const app = await startApp();
    const [one, other] = [app.connect(), app.connect()];
    const inbox = new Inbox(other);
    const { executionId, done } = app.streaming.run({
      run: async () => ({ state: 'interrupted', interrupts: [{ id: 'q', value: 'Sure?' }] }),
      resume: async (context, { value }) => {
        context.token(String(value));
        return { state: 'completed' };
      },
    });
    for (const client of [one, other])
      await client.emitWithAck('subscribe_execution', { executionId });
    await inbox.until((updates) => updates.some(({ type }) => type === 'interrupt'));
    expect(
      accepted(
        await one.emitWithAck('respond_interrupt', { executionId, interruptId: 'q', value: 'yes' }),
      ),
    ).toEqual({ executionId });
    expect(
      refused(
        await other.emitWithAck('respond_interrupt', {
          executionId,
          interruptId: 'q',
          value: 'no',
        }),
      ),
    ).toMatch(/EXECUTION_NOT_(INTERRUPTED|ACTIVE)/);
    await done;
    await inbox.ended();
    expect(inbox.brief.map(([type]) => type)).toEqual([
      'workflow:start',
      'interrupt',
      'workflow:resume',
      'token',
      'workflow:end',
    ]);
    expect(inbox.text).toBe('yes');
  });
});

describe('get_status and ping', () => {
  it('tell about the connection and an execution', async () => {
    const app = await startApp();
    const client = app.connect();
    const run = await manualRun(app);
    await client.emitWithAck('subscribe_execution', { executionId: run.executionId });
    const status = accepted(
      await client.emitWithAck('get_status', { executionId: run.executionId }),
    );
    expect(status).toMatchObject({
      connectionId: client.id,
      status: 'connected',
      serverTime: expect.any(Number),
      uptime: expect.any(Number),
      subscriptions: [run.executionId],
      rooms: [],
      execution: { executionId: run.executionId, state: 'running', startedAt: expect.any(Number) },
    });
    expect(refused(await client.emitWithAck('get_status', { executionId: 'unknown' }))).toBe(
      'EXECUTION_NOT_FOUND',
    );
  });

  it('answer without a payload, by acknowledgement or event', async () => {
    const client = (await startApp()).connect();
    expect(await sendRaw(client, 'ping')).toMatchObject({
      ok: true,
      timestamp: expect.any(Number),
    });
    expect(await sendRaw(client, 'get_status')).toMatchObject({
      ok: true,
      connectionId: client.id,
    });
    const pong = next(client, 'pong');
    client.emit('ping');
    expect(await pong).toMatchObject({ timestamp: expect.any(Number) });
  });
});

describe('the connection', () => {
  it('is greeted with its status, in the shapes that both legacy generations read', async () => {
    const client = (await startApp()).connect();
    const status: unknown = await next(client, 'connection_status');
    expect(status).toEqual({
      status: 'connected',
      connectionId: client.id,
      serverTime: expect.any(Number),
      connection: { id: client.id, serverTime: expect.any(Number) },
      limits: { maxPayloadBytes: 65_536, maxWaitForMs: 60_000 },
    });
  });
});

describe('bad input', () => {
  it.each([
    ['no payload', 'subscribe_execution', []],
    ['a payload that is no object', 'subscribe_execution', ['run']],
    ['an id that is no text', 'subscribe_execution', [{ executionId: 7 }]],
    ['an empty id', 'join_room', [{ roomId: '' }]],
    ['an id that is too long', 'cancel_execution', [{ executionId: 'x'.repeat(257) }]],
    ['an unknown event type', 'subscribe_events', [{ eventTypes: ['tokem'] }]],
    [
      'a cursor that is none',
      'subscribe_execution',
      [{ executionId: 'run', options: { cursor: { epoch: 'e', sequence: -1 } } }],
    ],
  ])('is answered with INVALID_PAYLOAD and where the fault is: %s', async (_name, event, args) => {
    const client = (await startApp()).connect();
    expect(await sendRaw(client, event, ...args)).toMatchObject({
      ok: false,
      error: {
        code: 'INVALID_PAYLOAD',
        retryable: false,
        correlationId: expect.any(String),
        issues: [{ path: expect.any(String), message: expect.any(String) }],
      },
    });
  });

  it('is answered with an error event when there is no acknowledgement', async () => {
    const client = (await startApp()).connect();
    const error = next(client, 'error');
    (client.emit as (...args: unknown[]) => unknown).call(client, 'subscribe_execution', {
      executionId: 7,
    });
    expect(await error).toMatchObject({
      type: 'error',
      event: 'subscribe_execution',
      code: 'INVALID_PAYLOAD',
      data: { code: 'INVALID_PAYLOAD', message: expect.any(String) },
    });
  });
});
