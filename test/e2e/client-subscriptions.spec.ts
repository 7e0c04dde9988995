import { describe, expect, it } from '@jest/globals';
import { DrivenSource, startClientApp } from './client/client-app.js';
import { collectSequences, iterate, once, reached, sequencesOf } from './client/waiters.js';

describe('viewers of one execution', () => {
  it('end with the same text, whenever and however they come', async () => {
    const { streaming, network, client } = await startClientApp();
    const source = new DrivenSource();
    streaming.run(source.run, { executionId: 'run' });
    const context = await source.context();
    const early = client().execution('run');
    const cut = client().execution('run');
    const [earlyText, cutText] = [early.finalText(), cut.finalText()];
    context.token('one ');
    await Promise.all([reached(early, 2), reached(cut, 2)]);
    network.cut();
    context.token('two ');
    const late = client().execution('run');
    const lateText = late.finalText();
    await reached(late, 3);
    context.token('three');
    source.end();
    expect(await Promise.all([earlyText, cutText, lateText])).toEqual(
      Array.from({ length: 3 }, () => 'one two three'),
    );
  });

  it('are independent of each other within one client', async () => {
    const { streaming, client } = await startClientApp();
    const source = new DrivenSource();
    streaming.run(source.run, { executionId: 'run' });
    const context = await source.context();
    const page = client();
    const whole = page.execution('run');
    const wholeHeard = collectSequences(whole);
    const wholeText = whole.finalText();
    for (const word of ['a', 'b', 'c']) context.token(word);
    context.progress(50);
    await reached(whole, 5);
    const progress = page.execution('run', { eventTypes: ['progress'] });
    const progressHeard = collectSequences(progress);
    await reached(progress, 5);
    context.token('d');
    context.progress(100);
    source.end();
    expect(await wholeText).toBe('abcd');
    await progress.done;
    expect(wholeHeard).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(progressHeard).toEqual([1, 5, 7, 8]);
  });
});

describe('a filter', () => {
  it('lets through its types, its nodes and control updates', async () => {
    const { streaming, client } = await startClientApp();
    const source = new DrivenSource();
    streaming.run(source.run, { executionId: 'run' });
    const context = await source.context();
    context.token('model ', { nodeId: 'model' });
    context.token('other ', { nodeId: 'other' });
    context.emit('custom', 1, { nodeId: 'model' });
    source.end();
    const run = client().execution('run', { eventTypes: ['token'], nodeIds: ['model'] });
    expect(await iterate(run)).toEqual([1, 2, 5]);
    expect(run.text).toBe('model ');
    expect(run.recovered).toBe(true);
  });

  it('with a type that does not exist is refused', async () => {
    const { streaming, client } = await startClientApp();
    streaming.run(new DrivenSource().run, { executionId: 'run' });
    const run = client().execution('run', { eventTypes: ['tokenz'] });
    await expect(run.done).rejects.toMatchObject({
      code: 'INVALID_PAYLOAD',
      body: { issues: [expect.objectContaining({ path: 'options.eventTypes.0' })] },
    });
  });
});

describe('an execution that does not exist', () => {
  it('fails its subscription for good', async () => {
    const { client } = await startClientApp();
    await expect(client().execution('nothing').done).rejects.toMatchObject({
      code: 'EXECUTION_NOT_FOUND',
      retryable: false,
    });
  });
});

describe('rooms and executions', () => {
  it('share one connection, and a room goes on after its cursor', async () => {
    const { streaming, network, client } = await startClientApp();
    const page = client();
    const rooms = ['same', 'other room'].map((id) => page.room(id));
    await Promise.all(rooms.map((room) => once(room, 'subscribed')));
    const heard = rooms.map((room) => collectSequences(room));
    const source = new DrivenSource();
    streaming.run(source.run, { executionId: 'same' });
    const run = page.execution('same');
    const text = run.finalText();
    (await source.context()).token('of the execution');

    for (const id of ['same', 'other room', 'same']) {
      await streaming.publish(id, 'custom', id);
    }
    await Promise.all(rooms.map((room, index) => reached(room, index === 0 ? 2 : 1)));
    network.cut();
    await streaming.publish('same', 'token', { content: 'of the room' });
    source.end();

    expect(await text).toBe('of the execution');
    await Promise.all(rooms.slice(0, 1).map((room) => reached(room, 3)));
    expect(heard).toEqual([[1, 2, 3], [1]]);
    expect(rooms.map((room) => room.text)).toEqual(['of the room', '']);
    expect(rooms.every((room) => room.recovered)).toBe(true);
    expect(await page.status()).toMatchObject({ rooms: ['same', 'other room'] });
  });

  it('have ends of their own: an execution that ends in a room does not end the room', async () => {
    const { streaming, client } = await startClientApp();
    const room = client().room('room');
    await once(room, 'subscribed');
    const heard = collectSequences(room);
    await streaming.publish('room', 'workflow:end', { state: 'completed' });
    await streaming.publish('room', 'custom', 'next');
    await reached(room, 2);
    expect(heard).toEqual([1, 2]);
  });

  it('are left when they are closed', async () => {
    const { streaming, client } = await startClientApp();
    streaming.run(new DrivenSource().run, { executionId: 'run' });
    const page = client();
    const [run, room] = [page.execution('run'), page.room('room')];
    await Promise.all([once(run, 'subscribed'), once(room, 'subscribed')]);
    expect(await page.status()).toMatchObject({ subscriptions: ['run'], rooms: ['room'] });
    run.close();
    room.close();
    expect(await page.status()).toMatchObject({ subscriptions: [], rooms: [] });
  });
});

describe('a subscription that is closed and opened again at once', () => {
  it('gets every update once', async () => {
    const { streaming, client } = await startClientApp();
    const source = new DrivenSource();
    streaming.run(source.run, { executionId: 'run' });
    const context = await source.context();
    for (let index = 0; index < 100; index += 1) context.emit('custom', index);
    const page = client();
    await page.status();
    for (let mount = 0; mount < 5; mount += 1) {
      const unmounted = page.execution('run');
      unmounted.on('update', () => undefined);
      await Promise.resolve();
      unmounted.close();
    }
    const run = page.execution('run');
    const received: number[] = [];
    run.on('update', (update) => received.push(...sequencesOf(update)));
    source.end();
    await run.done;
    expect(received).toEqual(Array.from({ length: 102 }, (_, index) => index + 1));
  });

  it('is not followed any more when it was closed last', async () => {
    const { streaming, client } = await startClientApp();
    streaming.run(new DrivenSource().run, { executionId: 'run' });
    const page = client();
    await page.status();
    const run = page.execution('run');
    run.on('update', () => undefined);
    await Promise.resolve();
    run.close();
    // Each answer comes after the server has handled what was sent before.
    await page.status();
    expect(await page.status()).toMatchObject({ subscriptions: [] });
  });
});

describe('a slow loop', () => {
  it('holds the server back, and misses nothing', async () => {
    const { streaming, client } = await startClientApp();
    const source = new DrivenSource();
    streaming.run(source.run, { executionId: 'run' });
    const context = await source.context();
    const page = client();
    const run = page.execution('run', { maxBufferedUpdates: 10 });
    const updates = run[Symbol.asyncIterator]();
    for (let index = 0; index < 500; index += 1) context.emit('custom', index);
    await reached(run, 10);
    expect(await page.status()).toMatchObject({ subscriptions: [] });
    expect(run.cursor).toMatchObject({ sequence: 10 });
    source.end();
    expect(await iterate(updates)).toEqual(Array.from({ length: 502 }, (_, index) => index + 1));
  });
});

describe('updates for others', () => {
  it('leave gaps that are asked about once', async () => {
    const { streaming, client } = await startClientApp();
    const source = new DrivenSource();
    streaming.run(source.run, { executionId: 'run' });
    const context = await source.context();
    const run = client().execution('run');
    const heard = collectSequences(run);
    let subscribed = 0;
    run.on('subscribed', () => (subscribed += 1));
    await reached(run, 1);
    for (let index = 0; index < 10; index += 1) {
      context.emit('custom', 'secret', { targets: ['somebody else'] });
      context.emit('custom', 'for all');
    }
    source.end();
    await run.done;
    expect(heard).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 22]);
    expect(subscribed).toBe(2);
    expect(run.recovered).toBe(true);
  });
});
