import { describe, expect, it } from '@jest/globals';
import { draftUpdate, STREAM_LOG, type StreamLog } from '../../src/entries/log.js';
import { type AccessRequest } from '../../src/index.js';
import { type Ack } from '../../src/client/index.js';
import { accepted, Inbox, next, oneTo, refused } from '../support/plain-client.js';
import { startApp, type PlainClient } from '../support/streaming-app.js';
import { startSecureApp } from './security/secure-app.js';

const WAIT_MS = 300;
const LONG_MS = 60_000;

/** Subscribes with a wait. @returns the answer, and how long it took in ms */
async function waitFor(
  client: PlainClient,
  executionId: string,
  waitForMs: number,
): Promise<{ answer: Ack<{ state: string }>; tookMs: number }> {
  const start = performance.now();
  const answer = await client.emitWithAck('subscribe_execution', { executionId, waitForMs });
  return { answer, tookMs: performance.now() - start };
}

const words = async function* () {
  yield* ['Nothing ', 'is ', 'lost.'];
};

describe('waiting for an execution that does not exist yet', () => {
  it('is answered when it opens, and gets all of it', async () => {
    const { connect, streaming } = await startApp();
    const client = connect();
    const inbox = new Inbox(client);
    const answer = waitFor(client, 'later', LONG_MS);
    // Its messages are handled in their order: the server waits when this is answered.
    await client.emitWithAck('ping', {});
    streaming.run(words, { executionId: 'later' });
    expect(accepted((await answer).answer)).toMatchObject({
      executionId: 'later',
      recovered: true,
    });
    await inbox.ended();
    expect(inbox.text).toBe('Nothing is lost.');
    expect(inbox.sequences).toEqual(oneTo(inbox.sequences.length));
  });

  it('is answered by a confirmation event without an acknowledgement', async () => {
    const { connect, streaming } = await startApp();
    const client = connect();
    client.emit('subscribe_execution', { executionId: 'later', waitForMs: LONG_MS });
    await client.emitWithAck('ping', {});
    const confirmed = next(client, 'subscription_confirmed');
    streaming.run(words, { executionId: 'later' });
    expect(await confirmed).toMatchObject({ executionId: 'later' });
    client.emit('subscribe_execution', { executionId: 'never', waitForMs: 1 });
    expect(await next(client, 'error')).toMatchObject({
      code: 'EXECUTION_NOT_FOUND',
      event: 'subscribe_execution',
    });
  });

  it('is answered when another instance opened it, which only the log knows', async () => {
    const { app, connect } = await startApp();
    const log = app.get<StreamLog>(STREAM_LOG);
    const client = connect();
    const inbox = new Inbox(client);
    const answer = waitFor(client, 'elsewhere', LONG_MS);
    await client.emitWithAck('ping', {});
    const channel = { kind: 'execution', id: 'elsewhere' } as const;
    await log.open(channel, { state: 'running' });
    accepted((await answer).answer);
    const drafts = [draftUpdate({ type: 'custom', data: 'from elsewhere' })];
    await log.append(channel, drafts);
    await inbox.until((updates) => updates.length === 1);
    expect(inbox.brief).toEqual([['custom', 'from elsewhere']]);
  });

  it('answers the same, after the full wait, when it is missing and when it is not yours', async () => {
    const { connectAs, streaming } = await startSecureApp();
    streaming.run(() => new Promise<void>(() => undefined), {
      executionId: 'of-bob',
      owner: { principalId: 'bob', tenant: 'acme' },
    });
    await streaming.opened('of-bob');
    const alice = await connectAs('alice');
    const answers = [
      waitFor(alice, 'of-bob', WAIT_MS),
      waitFor(alice, 'missing', WAIT_MS),
      waitFor(alice, 'opened-later-for-bob', WAIT_MS),
    ];
    await alice.emitWithAck('ping', {});
    streaming.run(words, {
      executionId: 'opened-later-for-bob',
      owner: { principalId: 'bob', tenant: 'acme' },
    });
    for (const { answer, tookMs } of await Promise.all(answers)) {
      // The correlation id alone differs.
      expect(answer).toEqual({
        ok: false,
        error: {
          code: 'EXECUTION_NOT_FOUND',
          message: expect.any(String),
          retryable: false,
          correlationId: expect.any(String),
        },
      });
      expect(tookMs).toBeGreaterThanOrEqual(WAIT_MS - 1);
    }
  });

  it('asks the policy when it opens, and of what is missing once, as of what is not yours', async () => {
    const asked: string[] = [];
    const accessPolicy = {
      authorize: ({ action, channel, owner }: AccessRequest) => {
        asked.push(`${action} ${channel.id} of ${owner?.principalId}`);
        return true;
      },
    };
    const { connect, streaming } = await startApp({ gateway: { accessPolicy } });
    const client = connect();
    const answer = waitFor(client, 'later', LONG_MS);
    await client.emitWithAck('ping', {});
    expect(asked.splice(0)).toEqual(['subscribe later of undefined', 'replay later of undefined']);
    streaming.run(words, { executionId: 'later', owner: { principalId: 'ada' } });
    accepted((await answer).answer);
    expect(asked).toEqual(['subscribe later of ada', 'replay later of ada']);
  });

  it('does not hold up what the client sends next', async () => {
    const { connect, streaming } = await startApp();
    const client = connect();
    const waiting = waitFor(client, 'later', LONG_MS);
    streaming.run(words, { executionId: 'now' });
    const now = await client.emitWithAck('subscribe_execution', { executionId: 'now' });
    expect(accepted(now)).toMatchObject({ executionId: 'now' });
    await client.emitWithAck('unsubscribe_execution', { executionId: 'later' });
    expect(refused((await waiting).answer)).toBe('EXECUTION_NOT_FOUND');
  });

  it('ends when the client unsubscribes, subscribes again, or leaves', async () => {
    const asked: unknown[] = [];
    const accessPolicy = { authorize: (request: unknown) => Boolean(asked.push(request)) };
    const { connect, streaming } = await startApp({ gateway: { accessPolicy } });
    const client = connect();
    const first = waitFor(client, 'later', LONG_MS);
    const second = waitFor(client, 'later', LONG_MS);
    expect(refused((await first).answer)).toBe('EXECUTION_NOT_FOUND');
    await client.emitWithAck('unsubscribe_execution', { executionId: 'later' });
    expect(refused((await second).answer)).toBe('EXECUTION_NOT_FOUND');

    const gone = connect();
    gone.emit('subscribe_execution', { executionId: 'later', waitForMs: LONG_MS });
    await gone.emitWithAck('ping', {});
    gone.disconnect();
    await client.emitWithAck('ping', {});
    asked.length = 0;
    await streaming.run(words, { executionId: 'later' }).done;
    expect(asked).toEqual([]);
  });

  it('is limited per connection, and ended waits do not count', async () => {
    const { connect } = await startApp({ gateway: { maxWaitsPerClient: 2 } });
    const client = connect();
    const held = [waitFor(client, 'a', LONG_MS), waitFor(client, 'b', WAIT_MS)] as const;
    expect(refused((await waitFor(client, 'c', LONG_MS)).answer)).toBe('LIMIT_EXCEEDED');
    expect(refused((await waitFor(connect(), 'c', 1)).answer)).toBe('EXECUTION_NOT_FOUND');
    const [a, b] = held;
    expect(refused((await b).answer)).toBe('EXECUTION_NOT_FOUND');
    expect(refused((await waitFor(client, 'c', 1)).answer)).toBe('EXECUTION_NOT_FOUND');
    await client.emitWithAck('unsubscribe_execution', { executionId: 'a' });
    expect(refused((await a).answer)).toBe('EXECUTION_NOT_FOUND');
  });

  it('is bounded, and the bound is told at the beginning', async () => {
    const { connect } = await startApp({ gateway: { maxWaitForMs: 50, maxPayloadBytes: 9_999 } });
    const client = connect();
    expect(await next(client, 'connection_status')).toMatchObject({
      status: 'connected',
      limits: { maxPayloadBytes: 9_999, maxWaitForMs: 50 },
    });
    for (const waitForMs of [LONG_MS, Number.MAX_SAFE_INTEGER, 0]) {
      const { answer } = await waitFor(client, 'later', waitForMs);
      expect(refused(answer)).toBe('EXECUTION_NOT_FOUND');
    }
    for (const waitForMs of [-1, 0.5, '1']) {
      const { answer } = await waitFor(client, 'later', waitForMs as number);
      expect(answer).toMatchObject({ ok: false, error: { code: 'INVALID_PAYLOAD' } });
    }
  });
});
