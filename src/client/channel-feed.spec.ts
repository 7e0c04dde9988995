import { describe, expect, it } from '@jest/globals';
import {
  control,
  ScriptedGateway,
  sendUpdate,
  token,
} from '../../test/e2e/client/scripted-gateway.js';
import {
  collectSequences,
  iterate,
  once,
  reached,
  sequencesOf,
} from '../../test/e2e/client/waiters.js';

const gateway = ScriptedGateway.forTests();

const END = { state: 'completed', result: 42 } as const;

describe('a position that the log cannot serve', () => {
  it('is told, and the text begins anew with what the log has', async () => {
    const run = gateway.connect().execution('run-1');
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
    const run = gateway.connect().execution('run-1');
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
    const client = gateway.connect();
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
    const run = gateway.connect().execution('run-1', { cursor: { epoch: 'e1', sequence: 3 } });
    const loop = iterate(run);
    const hole = { recovered: false, cursor: { epoch: 'e2', sequence: 0 } };
    await gateway.grant(0, hole);
    await expect(loop).rejects.toMatchObject({ code: 'NOT_RECOVERED' });
    await gateway.next('unsubscribe_execution');
  });

  it('is told to a late joiner whose beginning is gone, and its loop goes on', async () => {
    const run = gateway.connect().execution('run-1');
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
    const run = gateway.connect().execution('run-1');
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
    const run = gateway.connect().execution('run-1');
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
    const { done } = gateway.connect().execution('run-1');
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
    const client = gateway.connect();
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
    const client = gateway.connect();
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
    const run = gateway
      .connect({ reconnection: { minDelayMs: 1, maxDelayMs: 5, maxAttempts: 2 } })
      .room('r');
    const { done } = run;
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const join = await gateway.next('join_room');
      join.answer({ ok: true, roomId: 'r', cursor: { epoch: 'r', sequence: 0 }, recovered: true });
      join.socket.emit('error', cutOff('CHANNEL_GONE', true, { roomId: 'r' }));
    }
    await expect(done).rejects.toMatchObject({ code: 'CHANNEL_GONE', retryable: true });
  });

  it('is asked for as often again after each update', async () => {
    const run = gateway
      .connect({ reconnection: { minDelayMs: 1, maxDelayMs: 5, maxAttempts: 2 } })
      .execution('run-1');
    const looped = iterate(run);
    const { socket } = await gateway.grant();
    for (let sequence = 1; sequence <= 4; sequence += 1) {
      sendUpdate(socket, token(sequence, 'a'));
      await reached(run, sequence);
      socket.emit('error', cutOff('CHANNEL_GONE', true, { executionId: 'run-1' }));
      await gateway.grant(sequence);
    }
    sendUpdate(socket, control(5, 'workflow:end', END));
    expect(await looped).toEqual([1, 2, 3, 4, 5]);
  });

  it('is not when the error comes before the answer, for it is about the one before', async () => {
    const run = gateway.connect().execution('run-1');
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
    const client = gateway.connect();
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
    const room = gateway.connect().room('lobby');
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
    const client = gateway.connect();
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
    const client = gateway.connect();
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
    const client = gateway.connect();
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
