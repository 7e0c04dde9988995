import { describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { type ErrorMessage } from '../../../src/index.js';
import { type ErrorBody } from '../../../src/client/index.js';
import { accepted, next } from '../../support/plain-client.js';
import { openTransport } from './raw-transport.js';
import { disconnected, secretRun, startSecureApp, tokenOf } from './secure-app.js';

const ALICE = { principalId: 'alice', tenant: 'acme' };

describe('a payload', () => {
  const nested = (depth: number): object =>
    JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`) as object;

  it.each<[string, string, unknown]>([
    ['nested too deeply', 'respond_interrupt', { executionId: 'run', value: nested(40) }],
    [
      'with a list of five thousand',
      'subscribe_events',
      { eventTypes: Array.from({ length: 5_000 }, () => 'token') },
    ],
    ['with a list of wrong types', 'subscribe_events', { eventTypes: [1, null, {}, []] }],
    ['with an id that is too long', 'subscribe_execution', { executionId: 'x'.repeat(257) }],
    ['with an empty id', 'subscribe_execution', { executionId: '' }],
    ['with an id that is an object', 'subscribe_execution', { executionId: { $gt: '' } }],
    ['with an id that is a list', 'join_room', { roomId: ['lobby'] }],
    ['with a binary id', 'subscribe_execution', { executionId: Buffer.from('run') }],
    ['that is binary', 'subscribe_execution', Buffer.from([0, 1, 2, 255])],
    ['that is a list', 'subscribe_execution', ['run']],
    ['that is a text', 'subscribe_execution', 'run'],
    ['that is null', 'cancel_execution', null],
    [
      'with a fractional cursor',
      'subscribe_execution',
      { executionId: 'run', options: { cursor: { epoch: 'e', sequence: 1.5 } } },
    ],
    [
      'with a negative cursor',
      'subscribe_execution',
      { executionId: 'run', options: { cursor: { epoch: 'e', sequence: -1 } } },
    ],
    [
      'with a cursor beyond counting',
      'subscribe_execution',
      { executionId: 'run', options: { cursor: { epoch: 'e', sequence: 2 ** 53 } } },
    ],
    [
      'with a reason of a novel',
      'cancel_execution',
      { executionId: 'run', reason: 'x'.repeat(513) },
    ],
  ])('%s is answered with a code and none of it', async (_, event, payload) => {
    const app = await startSecureApp();
    app.streaming.run(secretRun('x'), { executionId: 'run', owner: ALICE });
    const alice = await app.connectAs('alice');
    const answer = await (
      alice.emitWithAck as (name: string, payload: unknown) => Promise<{ error: ErrorBody }>
    ).call(alice, event, payload);
    expect(answer.error.code).toBe('INVALID_PAYLOAD');
    expect(answer.error.issues?.length).toBeLessThanOrEqual(10);
    expect(JSON.stringify(answer)).not.toMatch(/x{9}|\$gt/);
    expect(JSON.stringify(answer).length).toBeLessThan(2000);
    accepted(await alice.emitWithAck('ping', {}));
  });

  it('nested to exhaust the stack is answered too', async () => {
    const app = await startSecureApp();
    const raw = await openTransport(app.url);
    raw.send(`40/streaming,${JSON.stringify({ token: await tokenOf('alice') })}`);
    await raw.until(/^40\/streaming,/);
    const value = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    raw.send(`42/streaming,7["respond_interrupt",{"executionId":"run","value":${value}}]`);
    const [answer = ''] = await raw.until(/^43\/streaming,7/);
    expect(answer).toContain('"code":"INVALID_PAYLOAD"');
    expect(answer).toContain('is nested too deeply');
  });

  it('without an acknowledgement is answered by an error event', async () => {
    const app = await startSecureApp();
    const alice = await app.connectAs('alice');
    const error = next(alice, 'error');
    alice.emit('subscribe_execution', { executionId: 7 } as never);
    expect(await error).toMatchObject({
      event: 'subscribe_execution',
      code: 'INVALID_PAYLOAD',
      issues: [{ path: 'executionId' }],
    } satisfies Partial<Record<keyof ErrorMessage, unknown>>);
  });

  it.each([
    '{"executionId":"run","__proto__":{"polluted":true}}',
    '{"executionId":"run","constructor":{"prototype":{"polluted":true}}}',
    '{"executionId":"run","options":{"__proto__":{"from":"live","polluted":true}}}',
  ])('with pollution in its keys pollutes nothing: %s', async (json) => {
    const app = await startSecureApp();
    app.streaming.run(secretRun('x'), { executionId: 'run', owner: ALICE });
    const alice = await app.connectAs('alice');
    accepted(
      await alice.emitWithAck('subscribe_execution', JSON.parse(json) as { executionId: string }),
    );
    expect({}).not.toHaveProperty('polluted');
  });

  it('larger than allowed closes the connection of its sender only', async () => {
    const app = await startSecureApp({ maxPayloadBytes: 10_000 });
    const [mallory, alice] = [await app.connectAs('mallory'), await app.connectAs('alice')];
    const gone = disconnected(mallory);
    mallory.emit('ping', { bomb: 'x'.repeat(20_000) });
    expect(await gone).toMatch(/transport/);
    accepted(await alice.emitWithAck('ping', {}));
  });

  it('larger than allowed is logged once, however often it comes', async () => {
    const lines: unknown[] = [];
    const spy = jest
      .spyOn(Logger.prototype, 'warn')
      .mockImplementation((line: unknown) => void lines.push(line));
    const app = await startSecureApp({ maxPayloadBytes: 10_000 });
    for (let count = 0; count < 5; count += 1) {
      const mallory = await app.connectAs('mallory');
      const gone = disconnected(mallory);
      mallory.emit('ping', { bomb: 'x'.repeat(20_000) });
      await gone;
    }
    spy.mockRestore();
    expect(lines).toEqual([expect.stringContaining('larger than gateway.maxPayloadBytes (10000)')]);
  });

  it('with a long id is accepted when the limit says so', async () => {
    const app = await startSecureApp({ maxIdLength: 300 });
    const executionId = 'x'.repeat(300);
    app.streaming.run(secretRun('x'), { executionId, owner: ALICE });
    const alice = await app.connectAs('alice');
    accepted(await alice.emitWithAck('subscribe_execution', { executionId }));
  });
});
