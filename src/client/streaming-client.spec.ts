import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { io } from 'socket.io-client';
import {
  control,
  ScriptedGateway,
  sendUpdate,
  token,
} from '../../test/e2e/client/scripted-gateway.js';
import type { ClientSocket } from './client-socket.js';
import {
  collectSequences,
  connection,
  iterate,
  once,
  reached,
  sequencesOf,
} from '../../test/e2e/client/waiters.js';
import { createStreamingClient, type StreamingClient } from './streaming-client.js';
import type { StreamingClientOptions } from './streaming-client-options.js';
import type { StreamingClientError } from './streaming-client.error.js';

let gateway: ScriptedGateway;
const clients: StreamingClient[] = [];

function connect(options: StreamingClientOptions = {}): StreamingClient {
  const client = createStreamingClient({
    url: gateway.url,
    reconnection: { minDelayMs: 1, maxDelayMs: 5 },
    ...options,
  });
  clients.push(client);
  return client;
}

function refusal(data?: object): Error & { data?: unknown } {
  return Object.assign(new Error('refused'), data && { data });
}

const END = { state: 'completed', result: 42 } as const;

beforeEach(async () => {
  gateway = await ScriptedGateway.start();
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await gateway.close();
});

describe('an execution subscription', () => {
  it('hands out each update once and in order: to listeners, to loops and as text', async () => {
    const run = connect().execution('run-1');
    const heard = collectSequences(run);
    const states: unknown[] = [];
    run.on('state', (state) => states.push(state));
    const looped = iterate(run);

    const { socket, payload } = await gateway.grant();
    sendUpdate(socket, control(1, 'workflow:start', { state: 'running' }));
    sendUpdate(socket, token(2, 'Hel'));
    sendUpdate(socket, token(2, 'Hel'));
    sendUpdate(socket, token(3, 'lo', { nodeId: 'other' }));
    sendUpdate(socket, control(4, 'workflow:end', END));

    expect(payload).toEqual({ executionId: 'run-1', options: {} });
    expect(await run.done).toEqual(END);
    expect(await run.finalText()).toBe('Hello');
    expect(await looped).toEqual([1, 2, 3, 4]);
    expect(heard).toEqual([1, 2, 3, 4]);
    expect(states).toEqual([{ state: 'running' }, END]);
    expect([...run.nodeTexts]).toEqual([
      ['model', 'Hel'],
      ['other', 'lo'],
    ]);
    expect(run.cursor).toEqual({ epoch: 'e1', sequence: 4 });
    expect(run.state).toBe('completed');
    expect(run.recovered).toBe(true);
  });

  it('sees updates that arrive in one packet with the acknowledgement', async () => {
    const run = connect({ transports: ['polling'] }).execution('run-1');
    const looped = iterate(run);
    const { socket } = await gateway.grant();
    sendUpdate(socket, token(1, 'a'));
    sendUpdate(socket, control(2, 'workflow:end', END));
    expect(await looped).toEqual([1, 2]);
  });

  it('asks for nothing before somebody wants its updates', async () => {
    const client = connect();
    client.execution('idle');
    client.execution('run-1').on('update', () => undefined);
    const { payload } = await gateway.next('subscribe_execution');
    expect(payload).toEqual({ executionId: 'run-1', options: {} });
  });

  it('sends the filter, and takes a filtered stream without asking for what it left out', async () => {
    const run = connect().execution('run-1', {
      eventTypes: ['token'],
      nodeIds: ['model'],
      from: 'live',
    });
    const heard = collectSequences(run);
    const { socket, payload } = await gateway.grant(10);
    sendUpdate(socket, token(15, 'a'));
    sendUpdate(socket, token(17, 'b'));
    sendUpdate(socket, control(20, 'workflow:end', END));
    await run.done;
    expect(payload).toEqual({
      executionId: 'run-1',
      options: { eventTypes: ['token'], nodeIds: ['model'], from: 'live' },
    });
    expect(heard).toEqual([15, 17, 20]);
    expect(run.recovered).toBe(true);
  });

  it('resumes after its cursor when the transport was cut, and takes the joined catch-up', async () => {
    const run = connect().execution('run-1');
    const heard = collectSequences(run);
    const first = await gateway.grant();
    sendUpdate(first.socket, token(1, 'a'));
    sendUpdate(first.socket, token(2, 'b'));
    await reached(run, 2);
    first.socket.conn.close();

    const second = await gateway.grant(2);
    sendUpdate(second.socket, token(2, 'b'));
    sendUpdate(second.socket, token(6, 'cdef', { fromSequence: 3 }));
    sendUpdate(second.socket, control(7, 'workflow:end', END));

    expect(await run.finalText()).toBe('abcdef');
    expect(second.payload).toEqual({
      executionId: 'run-1',
      options: { cursor: { epoch: 'e1', sequence: 2 } },
    });
    expect(heard).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('ignores what still arrives of a subscription that it gave up', async () => {
    const client = connect();
    const given = client.execution('run-1');
    given.on('update', () => undefined);
    const { socket } = await gateway.grant();
    given.close();
    const run = client.execution('run-1');
    const heard = collectSequences(run);
    await gateway.next('unsubscribe_execution');
    const request = await gateway.next('subscribe_execution');
    sendUpdate(socket, token(1, 'stale'));
    request.answer({
      ok: true,
      executionId: 'run-1',
      state: 'running',
      cursor: { epoch: 'e1', sequence: 0 },
      recovered: true,
    });
    sendUpdate(socket, token(1, 'fresh'));
    sendUpdate(socket, control(2, 'workflow:end', END));
    expect(await run.finalText()).toBe('fresh');
    expect(heard).toEqual([1, 2]);
  });

  it('asks again from its cursor when an update is missing', async () => {
    const run = connect().execution('run-1');
    const heard = collectSequences(run);
    const { socket } = await gateway.grant();
    sendUpdate(socket, token(1, 'a'));
    sendUpdate(socket, token(3, 'c'));

    const again = await gateway.grant(1);
    sendUpdate(socket, token(2, 'b'));
    sendUpdate(socket, token(3, 'c'));
    sendUpdate(socket, control(4, 'workflow:end', END));

    expect(await run.finalText()).toBe('abc');
    expect(again.payload).toEqual({
      executionId: 'run-1',
      options: { cursor: { epoch: 'e1', sequence: 1 } },
    });
    expect(heard).toEqual([1, 2, 3, 4]);
  });

  it('accepts a gap that the log confirms, and later ones without asking', async () => {
    const run = connect().execution('run-1');
    const heard = collectSequences(run);
    const { socket } = await gateway.grant();
    sendUpdate(socket, token(1, 'a'));
    sendUpdate(socket, token(3, 'c'));
    await gateway.grant(1);
    sendUpdate(socket, token(3, 'c'));
    sendUpdate(socket, token(5, 'e'));
    sendUpdate(socket, control(6, 'workflow:end', END));
    expect(await run.finalText()).toBe('ace');
    expect(heard).toEqual([1, 3, 5, 6]);
  });

  it('ends at once when there is nothing after the cursor of an execution that is over', async () => {
    const run = connect().execution('run-1', { cursor: { epoch: 'e1', sequence: 9 } });
    const looped = iterate(run);
    await gateway.grant(9, { state: 'cancelled', head: 9 });
    expect(await run.done).toEqual({ state: 'cancelled' });
    expect(await looped).toEqual([]);
  });

  it('goes on from a snapshot with the text it had', async () => {
    const client = connect();
    const before = client.execution('run-1');
    before.on('update', () => undefined);
    const { socket } = await gateway.grant();
    sendUpdate(socket, control(1, 'workflow:start', { state: 'running' }));
    sendUpdate(socket, token(2, 'half '));
    await reached(before, 2);
    const snapshot = JSON.parse(JSON.stringify(before.snapshot()));
    expect(snapshot).toEqual({
      cursor: { epoch: 'e1', sequence: 2 },
      text: 'half ',
      messages: [{ role: 'assistant', content: 'half ' }],
      nodeTexts: { model: 'half ' },
      state: { state: 'running' },
    });
    client.close();

    const after = connect().execution('run-1', { snapshot });
    const finalText = after.finalText();
    const resumed = await gateway.grant(2);
    sendUpdate(resumed.socket, token(3, 'done'));
    sendUpdate(resumed.socket, control(4, 'workflow:end', END));
    expect(resumed.payload).toEqual({
      executionId: 'run-1',
      options: { cursor: { epoch: 'e1', sequence: 2 } },
    });
    expect(await finalText).toBe('half done');
  });

  it('asks for nothing after a snapshot of the end', async () => {
    const cursor = { epoch: 'e1', sequence: 9 };
    const client = connect();
    await connection(client, 'connected');
    const run = client.execution('run-1', {
      snapshot: { cursor, text: 'all of it', nodeTexts: {}, state: { state: 'completed' } },
    });
    expect(await run.finalText()).toBe('all of it');
    expect(await iterate(run)).toEqual([]);
    client.room('next').on('update', () => undefined);
    await gateway.next('join_room');
  });

  it('shows the questions of an interrupted execution until it goes on', async () => {
    const run = connect().execution('run-1');
    const interrupts = [{ id: 'q1', value: 'Sure?' }];
    run.on('update', () => undefined);
    const { socket } = await gateway.grant();
    sendUpdate(socket, control(1, 'interrupt', { state: 'interrupted', interrupts }));
    await reached(run, 1);
    expect([run.state, run.interrupts]).toEqual(['interrupted', interrupts]);
    sendUpdate(socket, control(2, 'workflow:resume', { state: 'running' }));
    await reached(run, 2);
    expect([run.state, run.interrupts]).toEqual(['running', []]);
  });

  it('gives the text of a cancelled execution, and fails for that of a failed one', async () => {
    const client = connect();
    const cancelled = client.execution('run-1');
    const cancelledText = cancelled.finalText();
    const first = await gateway.grant();
    sendUpdate(first.socket, token(1, 'so far'));
    sendUpdate(
      first.socket,
      control(2, 'workflow:cancel', { state: 'cancelled', reason: 'enough' }),
    );
    expect(await cancelledText).toBe('so far');

    const failed = client.execution('run-1');
    const failedText = failed.finalText();
    const second = await gateway.grant();
    sendUpdate(
      second.socket,
      control(1, 'workflow:error', {
        state: 'failed',
        error: { code: 'SOURCE_FAILED', message: 'No model.' },
      }),
    );
    await expect(failedText).rejects.toMatchObject({ code: 'SOURCE_FAILED', message: 'No model.' });
  });

  it('rests while a loop is behind, and reads what it missed from the log', async () => {
    const run = connect().execution('run-1', { maxBufferedUpdates: 2 });
    const updates = run[Symbol.asyncIterator]();
    const { socket } = await gateway.grant();
    sendUpdate(socket, token(1, 'a'));
    sendUpdate(socket, token(2, 'b'));
    await gateway.next('unsubscribe_execution');
    sendUpdate(socket, token(3, 'dropped: it was on its way'));

    const looped = iterate(updates);
    const again = await gateway.grant(2);
    sendUpdate(socket, token(4, 'cd', { fromSequence: 3 }));
    sendUpdate(socket, control(5, 'workflow:end', END));

    expect(again.payload).toEqual({
      executionId: 'run-1',
      options: { cursor: { epoch: 'e1', sequence: 2 } },
    });
    expect(await looped).toEqual([1, 2, 3, 4, 5]);
    expect(run.text).toBe('abcd');
  });

  it('unsubscribes when the only loop is left', async () => {
    const run = connect().execution('run-1');
    const loop = (async () => {
      for await (const update of run) return update.metadata?.sequenceNumber;
      return undefined;
    })();
    const { socket } = await gateway.grant();
    sendUpdate(socket, token(1, 'a'));
    expect(await loop).toBe(1);
    expect((await gateway.next('unsubscribe_execution')).payload).toEqual({ executionId: 'run-1' });
  });

  it('stays when a loop is left but somebody listens', async () => {
    const run = connect().execution('run-1');
    const heard = collectSequences(run);
    const updates = run[Symbol.asyncIterator]();
    const { socket } = await gateway.grant();
    await updates.return?.();
    sendUpdate(socket, token(1, 'a'));
    sendUpdate(socket, control(2, 'workflow:end', END));
    await run.done;
    expect(heard).toEqual([1, 2]);
  });

  it('ends loops and rejects `done` when it is closed', async () => {
    const run = connect().execution('run-1');
    const looped = iterate(run);
    const { done } = run;
    await gateway.grant();
    run.close();
    expect(await looped).toEqual([]);
    await expect(done).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
    await gateway.next('unsubscribe_execution');
  });
});

describe('a position that the log cannot serve', () => {
  it('is told, and the text begins anew with what the log has', async () => {
    const run = connect().execution('run-1');
    const finalText = run.finalText();
    const { socket } = await gateway.grant();
    sendUpdate(socket, token(1, 'lost with its sequel'));
    await reached(run, 1);
    socket.conn.close();

    const reset = once(run, 'reset');
    const again = await gateway.grant(7, {
      recovered: false,
      cursor: { epoch: 'e2', sequence: 7 },
    });
    sendUpdate(again.socket, token(8, 'the rest'));
    sendUpdate(again.socket, control(9, 'workflow:end', END));

    expect(await reset).toEqual({
      recovered: false,
      cursor: { epoch: 'e2', sequence: 7 },
      previous: { epoch: 'e1', sequence: 1 },
    });
    await expect(finalText).rejects.toMatchObject({ code: 'NOT_RECOVERED' });
    expect(run.text).toBe('the rest');
    expect(run.recovered).toBe(false);
  });

  it('ends a loop with an error, after what it had', async () => {
    const run = connect().execution('run-1');
    const taken: number[] = [];
    const loop = (async () => {
      for await (const update of run) taken.push(...sequencesOf(update));
    })();
    const { socket } = await gateway.grant();
    sendUpdate(socket, token(1, 'a'));
    socket.emit('stream_reset', {
      executionId: 'run-1',
      cursor: { epoch: 'e1', sequence: 5 },
      recovered: false,
    });
    await expect(loop).rejects.toMatchObject({ code: 'NOT_RECOVERED', retryable: false });
    expect(taken).toEqual([1]);
  });

  it('closes the subscription with its last loop, so that another follows over the same connection', async () => {
    const client = connect();
    const run = client.execution('run-1');
    const loop = iterate(run);
    const { socket } = await gateway.grant();
    sendUpdate(socket, token(1, 'a'));
    const reset = { executionId: 'run-1', cursor: { epoch: 'e1', sequence: 5 }, recovered: false };
    socket.emit('stream_reset', reset);
    await expect(loop).rejects.toMatchObject({ code: 'NOT_RECOVERED' });
    await gateway.next('unsubscribe_execution');
    await expect(run.done).rejects.toMatchObject({ code: 'NOT_RECOVERED' });

    const anew = iterate(client.execution('run-1'));
    const again = await gateway.grant(5, { recovered: false });
    expect(again.socket.id).toBe(socket.id);
    expect(gateway.connections).toBe(1);
    sendUpdate(again.socket, control(6, 'workflow:end', END));
    expect(await anew).toEqual([6]);
  });

  it('closes it so as well when the answer to a subscribe request tells of the hole', async () => {
    const run = connect().execution('run-1', { cursor: { epoch: 'e1', sequence: 3 } });
    const loop = iterate(run);
    const hole = { recovered: false, cursor: { epoch: 'e2', sequence: 0 } };
    await gateway.grant(0, hole);
    await expect(loop).rejects.toMatchObject({ code: 'NOT_RECOVERED' });
    await gateway.next('unsubscribe_execution');
  });

  it('is told to a late joiner whose beginning is gone, and its loop goes on', async () => {
    const run = connect().execution('run-1');
    const reset = once(run, 'reset');
    const looped = iterate(run);
    const { socket } = await gateway.grant(500, { recovered: false });
    sendUpdate(socket, control(501, 'workflow:end', END));
    expect(await reset).toEqual({ recovered: false, cursor: { epoch: 'e1', sequence: 500 } });
    expect(await looped).toEqual([501]);
  });
});

describe('a refused subscription', () => {
  it('fails for good when asking again is pointless', async () => {
    const run = connect().execution('run-1');
    const { done } = run;
    const looped = iterate(run);
    const failure = once(run, 'error');
    const request = await gateway.next('subscribe_execution');
    request.answer({
      ok: false,
      error: { code: 'EXECUTION_NOT_FOUND', message: 'No such execution.', retryable: false },
    });
    expect(await failure).toMatchObject({
      code: 'EXECUTION_NOT_FOUND',
      message: 'No such execution.',
      retryable: false,
    });
    await expect(looped).rejects.toBe(await failure);
    await expect(done).rejects.toBe(await failure);
    await expect(iterate(run)).rejects.toBe(await failure);
  });

  it('is asked for again when that can help', async () => {
    const run = connect().execution('run-1');
    const { done } = run;
    const request = await gateway.next('subscribe_execution');
    request.answer({
      ok: false,
      error: { code: 'RATE_LIMITED', message: 'Slow down.', retryable: true, retryAfterMs: 2 },
    });
    const { socket } = await gateway.grant();
    sendUpdate(socket, control(1, 'workflow:end', END));
    expect(await done).toEqual(END);
  });

  it('fails when the answer is not of this protocol', async () => {
    const { done } = connect().execution('run-1');
    (await gateway.next('subscribe_execution')).answer('what?');
    await expect(done).rejects.toMatchObject({ code: 'INVALID_ANSWER' });
  });
});

describe('a subscription that the server cuts off', () => {
  const cutOff = (code: string, retryable: boolean, channel: object): object => ({
    type: 'error',
    code,
    message: 'cut off',
    retryable,
    ...channel,
    data: { code, message: 'cut off' },
  });

  it('is asked for again from its cursor, however often, and its connection goes on', async () => {
    const client = connect();
    const errors: unknown[] = [];
    client.on('error', (error) => errors.push(error));
    const run = client.execution('run-1');
    const looped = iterate(run);
    const { socket } = await gateway.grant();
    sendUpdate(socket, token(1, 'a'));
    await reached(run, 1);
    for (let round = 0; round < 3; round += 1) {
      socket.emit('error', cutOff('INTERNAL_ERROR', true, { executionId: 'run-1' }));
      const { payload } = await gateway.grant(1);
      expect(payload).toEqual({
        executionId: 'run-1',
        options: { cursor: { epoch: 'e1', sequence: 1 } },
      });
    }
    sendUpdate(socket, control(2, 'workflow:end', END));
    expect(await looped).toEqual([1, 2]);
    expect(gateway.connections).toBe(1);
    expect(errors).toEqual([]);
  });

  it('fails when asking again is pointless, and others do not notice', async () => {
    const client = connect();
    const [run, room] = [client.execution('run-1'), client.room('run-1')];
    const { done } = run;
    const heard = once(room, 'update');
    const { socket } = await gateway.grant();
    const join = await gateway.next('join_room');
    join.answer({
      ok: true,
      roomId: 'run-1',
      cursor: { epoch: 'r', sequence: 0 },
      recovered: true,
    });
    await once(room, 'subscribed');
    socket.emit('error', cutOff('EXECUTION_NOT_FOUND', false, { executionId: 'run-1' }));
    await expect(done).rejects.toMatchObject({ code: 'EXECUTION_NOT_FOUND' });
    sendUpdate(socket, token(1, 'a', { roomId: 'run-1' }));
    expect((await heard).data).toEqual({ content: 'a' });
    expect(client.connection.state).toBe('connected');
  });

  it('fails after as many attempts as there may be without an update', async () => {
    const run = connect({ reconnection: { minDelayMs: 1, maxDelayMs: 5, maxAttempts: 2 } }).room(
      'r',
    );
    const { done } = run;
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const join = await gateway.next('join_room');
      join.answer({ ok: true, roomId: 'r', cursor: { epoch: 'r', sequence: 0 }, recovered: true });
      join.socket.emit('error', cutOff('CHANNEL_GONE', true, { roomId: 'r' }));
    }
    await expect(done).rejects.toMatchObject({ code: 'CHANNEL_GONE', retryable: true });
  });

  it('is not when the error comes before the answer, for it is about the one before', async () => {
    const run = connect().execution('run-1');
    const looped = iterate(run);
    const request = await gateway.next('subscribe_execution');
    request.socket.emit('error', cutOff('CHANNEL_GONE', true, { executionId: 'run-1' }));
    request.answer({
      ok: true,
      executionId: 'run-1',
      state: 'running',
      head: 0,
      cursor: { epoch: 'e1', sequence: 0 },
      recovered: true,
    });
    sendUpdate(request.socket, control(1, 'workflow:end', END));
    expect(await looped).toEqual([1]);
  });
});

describe('several subscriptions', () => {
  it('share one connection, executions and rooms of the same name apart', async () => {
    const client = connect();
    const run = client.execution('same');
    const room = client.room('same');
    const runText = run.finalText();
    const { socket } = await gateway.grant();
    const roomUpdate = once(room, 'update');
    const join = await gateway.next('join_room');
    join.answer({ ok: true, roomId: 'same', cursor: { epoch: 'r', sequence: 0 }, recovered: true });
    expect(join.payload).toEqual({ roomId: 'same', options: {} });

    sendUpdate(socket, token(1, 'for the room', { executionId: 'other', roomId: 'same' }));
    sendUpdate(socket, token(1, 'for the viewer', { executionId: 'same' }));
    sendUpdate(socket, {
      type: 'workflow:end',
      data: END,
      metadata: { timestamp: 1, sequenceNumber: 2, executionId: 'same' },
    });

    expect((await roomUpdate).data).toEqual({ content: 'for the room' });
    expect(await runText).toBe('for the viewer');
    expect(room.text).toBe('for the room');
    expect(gateway.connections).toBe(1);
    room.close();
    expect((await gateway.next('leave_room')).payload).toEqual({ roomId: 'same' });
  });

  it('does not end a room when an execution that streams to it ends', async () => {
    const room = connect().room('lobby');
    const heard = collectSequences(room);
    const join = await gateway.next('join_room');
    join.answer({
      ok: true,
      roomId: 'lobby',
      cursor: { epoch: 'r', sequence: 0 },
      recovered: true,
    });
    const metadata = { timestamp: 1, executionId: 'run-1', roomId: 'lobby' };
    sendUpdate(join.socket, {
      type: 'workflow:end',
      data: END,
      metadata: { ...metadata, sequenceNumber: 1 },
    });
    sendUpdate(join.socket, {
      type: 'custom',
      data: 'next',
      metadata: { ...metadata, sequenceNumber: 2 },
    });
    await reached(room, 2);
    expect(heard).toEqual([1, 2]);
    expect(room.state).toBeUndefined();
  });

  it('of one execution share a connection, and each gets what it lacks', async () => {
    const client = connect();
    const first = client.execution('run-1');
    const heard: string[] = [];
    first.on('update', ({ type, data }) => type === 'token' && heard.push(data.content));
    const firstText = first.finalText();
    const { socket } = await gateway.grant();
    sendUpdate(socket, token(1, 'a'));
    await reached(first, 1);

    const second = client.execution('run-1', { eventTypes: ['token'] });
    const secondText = second.finalText();
    const { payload } = await gateway.grant();
    expect(payload).toEqual({ executionId: 'run-1', options: {} });
    // The log is read again, and joins what the first one has in part.
    sendUpdate(socket, token(2, 'ab', { fromSequence: 1 }));
    sendUpdate(socket, token(3, 'c'));
    sendUpdate(socket, control(4, 'workflow:end', END));
    expect(await Promise.all([firstText, secondText])).toEqual(['abc', 'abc']);
    expect(heard).toEqual(['a', 'b', 'c']);
    expect(gateway.connections).toBe(1);
  });

  it('that are opened in one turn ask once', async () => {
    const client = connect();
    const runs = [client.execution('run-1'), client.execution('run-1')];
    const texts = runs.map((run) => run.finalText());
    const { socket } = await gateway.grant();
    sendUpdate(socket, token(1, 'a'));
    sendUpdate(socket, control(2, 'workflow:end', END));
    expect(await Promise.all(texts)).toEqual(['a', 'a']);
    const status = client.status();
    (await gateway.next('get_status')).answer({ ok: true, connectionId: 'c1' });
    await status;
  });

  it('of one execution need a second connection to begin before the first', async () => {
    const client = connect();
    const first = client.execution('run-1', { cursor: { epoch: 'e1', sequence: 5 } });
    const firstHeard = collectSequences(first);
    const { socket: firstSocket } = await gateway.grant(5);
    sendUpdate(firstSocket, token(6, 'f'));
    await reached(first, 6);

    const second = client.execution('run-1');
    const secondText = second.finalText();
    const { socket: secondSocket } = await gateway.grant();
    expect(gateway.connections).toBe(2);
    const left = new Promise((resolve) => secondSocket.once('disconnect', resolve));
    sendUpdate(secondSocket, token(6, 'abcdef', { fromSequence: 1 }));
    for (const socket of [firstSocket, secondSocket])
      sendUpdate(socket, control(7, 'workflow:end', END));
    expect(await secondText).toBe('abcdef');
    await first.done;
    expect(firstHeard).toEqual([6, 7]);
    await left;
    expect(gateway.connections).toBe(1);
  });
});

describe('requests', () => {
  it('are sent with their payload as soon as there is a connection', async () => {
    const client = connect();
    const cancelled = client.cancel('run-1', 'enough');
    const request = await gateway.next('cancel_execution');
    request.answer({ ok: true, executionId: 'run-1' });
    await cancelled;
    const responded = client.respond('run-1', { approve: true }, 'q1');
    const response = await gateway.next('respond_interrupt');
    response.answer({ ok: true, executionId: 'run-1' });
    await responded;
    const status = client.status('run-1');
    const statusRequest = await gateway.next('get_status');
    statusRequest.answer({ ok: true, connectionId: 'c1' });

    expect(await status).toMatchObject({ connectionId: 'c1' });
    expect([request.payload, response.payload, statusRequest.payload]).toEqual([
      { executionId: 'run-1', reason: 'enough' },
      { executionId: 'run-1', value: { approve: true }, interruptId: 'q1' },
      { executionId: 'run-1' },
    ]);
  });

  it('fail with the coded error of the server', async () => {
    const cancelled = connect().cancel('run-1');
    const error = {
      code: 'FORBIDDEN',
      message: 'Not yours.',
      retryable: false,
      correlationId: 'abc',
    };
    (await gateway.next('cancel_execution')).answer({ ok: false, error });
    await expect(cancelled).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: 'Not yours.',
      retryable: false,
      body: error,
    });
  });

  it('fail when the answer does not come in time', async () => {
    const client = connect({ requestTimeoutMs: 50 });
    await connection(client, 'connected');
    await expect(client.status()).rejects.toMatchObject({
      code: 'REQUEST_TIMEOUT',
      retryable: true,
    });
  });

  it('fail when the connection ends before the answer', async () => {
    const status = connect().status();
    (await gateway.next('get_status')).socket.conn.close();
    await expect(status).rejects.toMatchObject({ code: 'CONNECTION_LOST', retryable: true });
  });

  it('fail when there is no connection in time, and at once when the client is closed', async () => {
    const client = connect({ url: 'http://127.0.0.1:1', requestTimeoutMs: 20 });
    await expect(client.status()).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT' });
    const status = client.status();
    client.close();
    await expect(status).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
    await expect(client.status()).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
    expect(() => client.execution('run-1')).toThrow(
      expect.objectContaining({ code: 'CLIENT_CLOSED' }),
    );
  });
});

describe('the connection', () => {
  it('is closed by a refusal that will not change', async () => {
    gateway.refusals.push(
      refusal({ code: 'AUTHENTICATION_FAILED', message: 'Bad token.', retryable: false }),
    );
    const client = connect();
    const { done } = client.execution('run-1');
    const change = await connection(client, 'closed');
    expect(change.error).toMatchObject({ code: 'AUTHENTICATION_FAILED', message: 'Bad token.' });
    await expect(done).rejects.toBe(change.error);
  });

  it('is closed by a refusal without a code, such as a wrong namespace', async () => {
    const client = connect({ namespace: '/nowhere' });
    const { error } = await connection(client, 'closed');
    expect(error).toMatchObject({ code: 'CONNECTION_REFUSED', retryable: false });
    expect(error?.message).toContain('Invalid namespace');
  });

  it('is tried again after a refusal that may change', async () => {
    gateway.refusals.push(
      refusal({ code: 'TOO_MANY_CONNECTIONS', message: 'Full.', retryable: true, retryAfterMs: 3 }),
    );
    const client = connect();
    expect((await connection(client, 'connecting')).error).toMatchObject({
      code: 'TOO_MANY_CONNECTIONS',
    });
    await connection(client, 'connected');
    expect(gateway.handshakes).toHaveLength(2);
  });

  it('is given up after as many attempts as there may be', async () => {
    const client = connect({
      url: 'http://127.0.0.1:1',
      reconnection: { minDelayMs: 1, maxAttempts: 2 },
    });
    const { error } = await connection(client, 'closed');
    expect(error).toMatchObject({ code: 'CONNECTION_FAILED' });
  });

  it.each([
    ['slow client', { code: 'SLOW_CLIENT', message: 'Too slow.', retryable: true }],
    ['shutdown', { code: 'SERVER_SHUTDOWN', message: 'Bye.', retryable: true }],
    ['no reason', undefined],
  ])('is made again when the server ended it: %s', async (_name, notice) => {
    const client = connect();
    const run = client.execution('run-1');
    const { done } = run;
    const errors: StreamingClientError[] = [];
    client.on('error', (error) => errors.push(error));
    const { socket } = await gateway.grant();
    if (notice) socket.emit('error', { type: 'error', ...notice });
    socket.disconnect(true);
    const again = await gateway.grant();
    sendUpdate(again.socket, control(1, 'workflow:end', END));
    expect(await done).toEqual(END);
    expect(errors.map(({ code }) => code)).toEqual(notice ? [notice.code] : []);
  });

  it('stays closed when the server withdrew the session', async () => {
    const client = connect();
    const { done } = client.execution('run-1');
    const { socket } = await gateway.grant();
    socket.emit('error', {
      type: 'error',
      code: 'AUTHENTICATION_REVOKED',
      message: 'Withdrawn.',
      retryable: false,
    });
    socket.disconnect(true);
    await expect(done).rejects.toMatchObject({ code: 'AUTHENTICATION_REVOKED' });
    expect(client.connection.state).toBe('closed');
  });

  it('presents a fresh credential of the `auth` function each time, after it expired too', async () => {
    let issued = 0;
    const client = connect({ auth: () => Promise.resolve({ token: `t${++issued}` }) });
    client.execution('run-1').on('update', () => undefined);
    const { socket } = await gateway.grant();
    socket.emit('error', {
      type: 'error',
      code: 'AUTHENTICATION_EXPIRED',
      message: 'Expired.',
      retryable: false,
    });
    socket.disconnect(true);
    await gateway.grant();
    expect(gateway.handshakes).toEqual([{ token: 't1' }, { token: 't2' }]);
  });

  it('renews the credential when the server says that it expires', async () => {
    let issued = 0;
    const client = connect({ auth: () => ({ token: `t${++issued}` }) });
    client.execution('run-1').on('update', () => undefined);
    const { socket } = await gateway.grant();
    socket.emit('authentication_expiring', { expiresAt: 1 });
    expect((await gateway.next('authentication')).payload).toEqual({ token: 't2' });
  });

  it('presents a renewed static credential from then on', async () => {
    const client = connect({ auth: { token: 'old' } });
    const renewed = client.authenticate({ token: 'new' });
    const request = await gateway.next('authentication');
    request.answer({ ok: true, connectionId: 'c1', expiresAt: 99 });
    expect(await renewed).toMatchObject({ connectionId: 'c1', expiresAt: 99 });
    request.socket.conn.close();
    await connection(client, 'connected');
    expect(gateway.handshakes).toEqual([{ token: 'old' }, { token: 'new' }]);
  });

  it('is tried again when the `auth` function failed', async () => {
    const cause = new Error('offline');
    const answers = [() => Promise.reject(cause), () => Promise.resolve({ token: 'ok' })];
    const client = connect({ auth: () => answers.shift()?.() ?? {} });
    expect((await connection(client, 'connecting')).error).toMatchObject({
      code: 'CREDENTIAL_UNAVAILABLE',
      cause,
    });
    await connection(client, 'connected');
    expect(gateway.handshakes).toEqual([{ token: 'ok' }]);
  });

  it('can be a socket of your own, which then carries each execution once', async () => {
    const socket: ClientSocket = io(`${gateway.url}/streaming`, {
      autoConnect: false,
      reconnectionDelay: 1,
    });
    const client = connect({ socket });
    const run = client.execution('run-1');
    const finalText = run.finalText();
    const first = await gateway.grant();
    const earlier = client.execution('run-1', { cursor: { epoch: 'e0', sequence: 9 } });
    await expect(earlier.done).rejects.toMatchObject({ code: 'ALREADY_FOLLOWED' });
    sendUpdate(first.socket, token(1, 'a'));
    await reached(run, 1);
    first.socket.conn.close();
    const second = await gateway.grant(1);
    sendUpdate(second.socket, token(2, 'b'));
    sendUpdate(second.socket, control(3, 'workflow:end', END));
    expect(await finalText).toBe('ab');
  });
});
