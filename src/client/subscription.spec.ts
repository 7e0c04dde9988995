import { describe, expect, it, jest } from '@jest/globals';
import {
  control,
  ScriptedGateway,
  sendUpdate,
  token,
} from '../../test/e2e/client/scripted-gateway.js';
import { collectSequences, connection, iterate, reached } from '../../test/e2e/client/waiters.js';

const gateway = ScriptedGateway.forTests();

const END = { state: 'completed', result: 42 } as const;

describe('an execution subscription', () => {
  it('hands out each update once and in order: to listeners, to loops and as text', async () => {
    const run = gateway.connect().execution('run-1');
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
    const run = gateway.connect({ transports: ['polling'] }).execution('run-1');
    const looped = iterate(run);
    const { socket } = await gateway.grant();
    sendUpdate(socket, token(1, 'a'));
    sendUpdate(socket, control(2, 'workflow:end', END));
    expect(await looped).toEqual([1, 2]);
  });

  it('asks for nothing before somebody wants its updates', async () => {
    const client = gateway.connect();
    client.execution('idle');
    client.execution('run-1').on('update', () => undefined);
    const { payload } = await gateway.next('subscribe_execution');
    expect(payload).toEqual({ executionId: 'run-1', options: {} });
  });

  it('sends the filter, and takes a filtered stream without asking for what it left out', async () => {
    const run = gateway.connect().execution('run-1', {
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
    const run = gateway.connect().execution('run-1');
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
    const client = gateway.connect();
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
    const run = gateway.connect().execution('run-1');
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
    const run = gateway.connect().execution('run-1');
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
    const run = gateway.connect().execution('run-1', { cursor: { epoch: 'e1', sequence: 9 } });
    const looped = iterate(run);
    await gateway.grant(9, { state: 'cancelled', head: 9 });
    expect(await run.done).toEqual({ state: 'cancelled' });
    expect(await looped).toEqual([]);
  });

  it('goes on from a snapshot with the text it had', async () => {
    const client = gateway.connect();
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

    const after = gateway.connect().execution('run-1', { snapshot });
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
    const client = gateway.connect();
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
    const run = gateway.connect().execution('run-1');
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
    const client = gateway.connect();
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
    const run = gateway.connect().execution('run-1', { maxBufferedUpdates: 2 });
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
    const run = gateway.connect().execution('run-1');
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
    const run = gateway.connect().execution('run-1');
    const heard = collectSequences(run);
    const updates = run[Symbol.asyncIterator]();
    const { socket } = await gateway.grant();
    await updates.return?.();
    sendUpdate(socket, token(1, 'a'));
    sendUpdate(socket, control(2, 'workflow:end', END));
    await run.done;
    expect(heard).toEqual([1, 2]);
  });

  it('may have a `done` that nobody awaits', async () => {
    const unhandled = jest.fn();
    process.on('unhandledRejection', unhandled);
    const run = gateway.connect().execution('run-1');
    void run.done;
    await gateway.grant();
    run.close();
    await gateway.next('unsubscribe_execution');
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it('ends loops and rejects `done` when it is closed', async () => {
    const run = gateway.connect().execution('run-1');
    const looped = iterate(run);
    const { done } = run;
    await gateway.grant();
    run.close();
    expect(await looped).toEqual([]);
    await expect(done).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
    await gateway.next('unsubscribe_execution');
  });
});
