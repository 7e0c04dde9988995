import { describe, expect, it } from '@jest/globals';
import { deferred } from '../../src/common/deferred.js';
import { manualRun } from '../support/manual-run.js';
import { accepted, Inbox, next, oneTo, refused } from '../support/plain-client.js';
import { startApp } from '../support/streaming-app.js';

describe('subscribe_execution', () => {
  it('answers before the first update, then delivers from the start', async () => {
    const app = await startApp();
    const client = app.connect();
    const run = await manualRun(app);
    run.context.token('a', { nodeId: 'n' });
    const order: string[] = [];
    client.onAny((event: string) => order.push(event));
    const inbox = new Inbox(client);
    const answered = deferred<unknown>();
    // A callback, since a promise would resolve later than the packets that came with the answer.
    client.emit('subscribe_execution', { executionId: run.executionId }, (ack) => {
      order.push('answer');
      answered.resolve(accepted(ack));
    });
    expect(await answered.promise).toEqual({
      executionId: run.executionId,
      state: 'running',
      head: expect.any(Number),
      cursor: { epoch: expect.any(String), sequence: 0 },
      recovered: true,
    });
    run.context.emit('custom', 1);
    await run.finish();
    await inbox.ended();
    expect(order.slice(order.indexOf('answer'))).toEqual([
      'answer',
      ...inbox.updates.map(() => 'stream_update'),
    ]);
    expect(inbox.sequences).toEqual(oneTo(4));
    expect(inbox.brief).toEqual([
      ['workflow:start', { state: 'running' }],
      ['token', { content: 'a' }],
      ['custom', 1],
      ['workflow:end', { state: 'completed' }],
    ]);
  });

  it('confirms with an event when the client gave no acknowledgement', async () => {
    const app = await startApp();
    const client = app.connect();
    const { executionId } = await manualRun(app);
    const confirmed = next(client, 'subscription_confirmed');
    client.emit('subscribe_execution', { executionId });
    expect(await confirmed).toMatchObject({
      type: 'execution',
      executionId,
      recovered: true,
      timestamp: expect.any(Number),
    });
  });

  it('goes on after a cursor', async () => {
    const app = await startApp();
    const client = app.connect();
    const inbox = new Inbox(client);
    const run = await manualRun(app);
    for (const value of [1, 2, 3]) run.context.emit('custom', value);
    await run.finish();
    const { cursor } = accepted(
      await app.connect().emitWithAck('subscribe_execution', { executionId: run.executionId }),
    );
    const answer = accepted(
      await client.emitWithAck('subscribe_execution', {
        executionId: run.executionId,
        options: { cursor: { ...cursor, sequence: 3 } },
      }),
    );
    await inbox.ended();
    expect(answer).toMatchObject({ state: 'completed', recovered: true, cursor: { sequence: 3 } });
    expect(inbox.sequences).toEqual([4, 5]);
  });

  it('says when the cursor cannot be served, and delivers what the log has', async () => {
    const app = await startApp({ gateway: {}, log: { maxEntries: 3 } });
    const run = await manualRun(app);
    for (const value of [1, 2, 3]) run.context.emit('custom', value);
    await run.finish();
    const client = app.connect();
    const inbox = new Inbox(client);
    const answer = accepted(
      await client.emitWithAck('subscribe_execution', {
        executionId: run.executionId,
        options: { cursor: { epoch: 'of an earlier life', sequence: 1 } },
      }),
    );
    await inbox.ended();
    expect(answer).toMatchObject({ recovered: false, cursor: { sequence: 2 } });
    expect(inbox.sequences).toEqual([3, 4, 5]);
  });

  it('delivers only what comes when asked to', async () => {
    const app = await startApp();
    const client = app.connect();
    const inbox = new Inbox(client);
    const run = await manualRun(app);
    run.context.emit('custom', 'before');
    await client.emitWithAck('subscribe_execution', {
      executionId: run.executionId,
      options: { from: 'live' },
    });
    run.context.emit('custom', 'after');
    await run.finish();
    await inbox.ended();
    expect(inbox.brief).toEqual([
      ['custom', 'after'],
      ['workflow:end', { state: 'completed' }],
    ]);
  });

  it('filters by type and node, but always tells the state', async () => {
    const app = await startApp();
    const run = await manualRun(app);
    const byType = app.connect();
    const byNode = app.connect();
    const inboxes = [new Inbox(byType), new Inbox(byNode)];
    expect(
      accepted(
        await byType.emitWithAck('subscribe_execution', {
          executionId: run.executionId,
          eventTypes: ['progress', 'event'],
        }),
      ),
    ).toMatchObject({ eventTypes: ['events', 'progress'] });
    await byNode.emitWithAck('subscribe_execution', {
      executionId: run.executionId,
      options: { nodeIds: ['b'] },
    });
    run.context.emit('events', 'e', { nodeId: 'a' });
    run.context.token('t', { nodeId: 'b' });
    run.context.progress(10);
    await run.finish();
    await Promise.all(inboxes.map(async (inbox) => inbox.ended()));
    expect(inboxes.map((inbox) => inbox.sequences)).toEqual([
      [1, 2, 4, 5],
      [1, 3, 5],
    ]);
  });

  it('understands the spellings of legacy clients', async () => {
    const app = await startApp();
    const client = app.connect();
    const { executionId } = await manualRun(app);
    const spellings = [
      'token',
      'progress',
      'event',
      'values',
      'updates',
      'node_start',
      'node_complete',
      'stream_update',
    ];
    const answer = accepted(
      await client.emitWithAck('subscribe_execution', { executionId, eventTypes: spellings }),
    );
    expect(answer.eventTypes).toEqual([
      'events',
      'node:complete',
      'node:start',
      'progress',
      'token',
      'updates',
      'values',
    ]);
    expect(
      accepted(
        await client.emitWithAck('subscribe_execution', {
          executionId,
          eventTypes: ['stream_update'],
        }),
      ).eventTypes,
    ).toBeUndefined();
  });

  it('answers the same for an execution that does not exist, to whoever asks', async () => {
    const app = await startApp();
    expect(
      refused(await app.connect().emitWithAck('subscribe_execution', { executionId: 'unknown' })),
    ).toBe('EXECUTION_NOT_FOUND');
  });

  it('holds at most so many subscriptions per client', async () => {
    const app = await startApp({ gateway: { maxSubscriptionsPerClient: 2 } });
    const client = app.connect();
    const runs = await Promise.all([1, 2, 3].map(() => manualRun(app)));
    const ids = runs.map(({ executionId }) => executionId);
    const subscribe = async (executionId = ''): Promise<boolean> =>
      (await client.emitWithAck('subscribe_execution', { executionId })).ok;
    expect([
      await subscribe(ids[0]),
      await subscribe(ids[1]),
      await subscribe(ids[2]),
      await subscribe(ids[1]),
    ]).toEqual([true, true, false, true]);
    await client.emitWithAck('unsubscribe_execution', { executionId: ids[0] ?? '' });
    expect(await subscribe(ids[2])).toBe(true);
  });

  it('serves ids with any characters', async () => {
    const app = await startApp();
    const client = app.connect();
    const inbox = new Inbox(client);
    const run = await manualRun(app, { executionId: 'domain|phase:activity:"é🙂"' });
    run.context.token('x', { nodeId: 'a:b|c' });
    await client.emitWithAck('subscribe_execution', {
      executionId: run.executionId,
      options: { nodeIds: ['a:b|c'] },
    });
    await run.finish();
    await inbox.ended();
    expect(inbox.sequences).toEqual(oneTo(3));
  });
});

describe('unsubscribe_execution', () => {
  it('stops delivery at once', async () => {
    const app = await startApp();
    const client = app.connect();
    const inbox = new Inbox(client);
    const run = await manualRun(app);
    await client.emitWithAck('subscribe_execution', { executionId: run.executionId });
    await inbox.until((updates) => updates.length === 1);
    expect(
      accepted(await client.emitWithAck('unsubscribe_execution', { executionId: run.executionId })),
    ).toEqual({ executionId: run.executionId });
    run.context.emit('custom', 'nobody hears this');
    await client.emitWithAck('ping', {});
    expect(inbox.sequences).toEqual([1]);
    expect(accepted(await client.emitWithAck('get_status', {})).subscriptions).toEqual([]);
  });
});

describe('subscribe_events', () => {
  it('changes present subscriptions and the default of later ones', async () => {
    const app = await startApp();
    const client = app.connect();
    const inbox = new Inbox(client);
    const [first, second] = [await manualRun(app), await manualRun(app)];
    await client.emitWithAck('subscribe_execution', {
      executionId: first.executionId,
      options: { from: 'live' },
    });
    expect(
      accepted(await client.emitWithAck('subscribe_events', { eventTypes: ['events'] })),
    ).toEqual({ eventTypes: ['events'] });
    await client.emitWithAck('subscribe_execution', {
      executionId: second.executionId,
      options: { from: 'live' },
    });
    for (const run of [first, second]) {
      run.context.emit('custom', 'filtered');
      run.context.emit('events', 'passed');
      await run.finish();
      await inbox.ended(run.executionId);
    }
    expect(inbox.brief.map(([type]) => type)).toEqual([
      'events',
      'workflow:end',
      'events',
      'workflow:end',
    ]);
  });

  it('changes one subscription only when it is told which', async () => {
    const app = await startApp();
    const client = app.connect();
    const inbox = new Inbox(client);
    const [first, second] = [await manualRun(app), await manualRun(app)];
    for (const { executionId } of [first, second])
      await client.emitWithAck('subscribe_execution', { executionId, options: { from: 'live' } });
    await client.emitWithAck('subscribe_events', {
      eventTypes: ['events'],
      scope: { executionId: first.executionId },
    });
    for (const run of [first, second]) {
      run.context.emit('custom', 'c');
      await run.finish();
      await inbox.ended(run.executionId);
    }
    expect(inbox.brief.map(([type]) => type)).toEqual(['workflow:end', 'custom', 'workflow:end']);
  });
});

describe('rooms', () => {
  it('deliver to who is in, from the moment of joining, numbered per room', async () => {
    const app = await startApp();
    const [ada, bob] = [app.connect(), app.connect()];
    const [toAda, toBob] = [new Inbox(ada), new Inbox(bob)];
    await app.streaming.publish('lobby', 'events', 'before');
    expect(accepted(await ada.emitWithAck('join_room', { roomId: 'lobby' }))).toMatchObject({
      roomId: 'lobby',
      recovered: true,
      cursor: { sequence: 1 },
    });
    await bob.emitWithAck('join_room', { roomId: 'lobby', options: { from: 'start' } });
    await app.streaming.publish('lobby', 'events', 'hello');
    await app.streaming.publish('elsewhere', 'events', 'not here');
    await toAda.until((updates) => updates.length === 1);
    await toBob.until((updates) => updates.length === 2);
    expect(toAda.updates[0]).toMatchObject({
      type: 'events',
      data: 'hello',
      metadata: { roomId: 'lobby', sequenceNumber: 2 },
    });
    expect(toBob.sequences).toEqual([1, 2]);
  });

  it('can be left', async () => {
    const app = await startApp();
    const client = app.connect();
    const inbox = new Inbox(client);
    const joined = next(client, 'room_joined');
    client.emit('join_room', { roomId: 'lobby' });
    expect(await joined).toMatchObject({ roomId: 'lobby' });
    expect(accepted(await client.emitWithAck('get_status', {})).rooms).toEqual(['lobby']);
    const left = next(client, 'room_left');
    client.emit('leave_room', { roomId: 'lobby' });
    expect(await left).toMatchObject({ roomId: 'lobby' });
    await app.streaming.publish('lobby', 'events', 'gone');
    await client.emitWithAck('ping', {});
    expect(inbox.updates).toEqual([]);
  });

  it('are limited per client', async () => {
    const app = await startApp({ gateway: { maxRoomsPerClient: 1 } });
    const client = app.connect();
    await client.emitWithAck('join_room', { roomId: 'one' });
    expect(refused(await client.emitWithAck('join_room', { roomId: 'two' }))).toBe(
      'LIMIT_EXCEEDED',
    );
  });
});
