import { describe, expect, it } from '@jest/globals';
import { accepted, Inbox, refused } from '../../support/plain-client.js';
import { startSecureApp } from './secure-app.js';

describe('a room', () => {
  const rooms = ['lobby', 'user:{principalId}', 'tenant:{tenant}/*'];

  it('is closed unless it was configured', async () => {
    const app = await startSecureApp();
    const alice = await app.connectAs('alice');
    for (const roomId of ['lobby', 'user:alice', 'alice', 'acme']) {
      expect(refused(await alice.emitWithAck('join_room', { roomId }))).toBe('ROOM_NOT_FOUND');
    }
  });

  it('is open to those that its pattern names', async () => {
    const app = await startSecureApp({ rooms });
    const alice = await app.connectAs('alice');
    const inbox = new Inbox(alice);
    for (const roomId of ['lobby', 'user:alice', 'tenant:acme/news'])
      accepted(await alice.emitWithAck('join_room', { roomId }));
    await app.streaming.publish('user:alice', 'custom', 'hello');
    await inbox.until((updates) => updates.length === 1);
    expect(inbox.brief).toEqual([['custom', 'hello']]);
  });

  it('shows whoever may join what was said in it', async () => {
    const app = await startSecureApp({ rooms });
    await app.streaming.publish('lobby', 'custom', 'hello');
    const alice = await app.connectAs('alice');
    const inbox = new Inbox(alice);
    const options = { from: 'start' } as const;
    accepted(await alice.emitWithAck('join_room', { roomId: 'lobby', options }));
    await inbox.until((updates) => updates.length === 1);
    expect(inbox.brief).toEqual([['custom', 'hello']]);
  });

  it.each([
    'user:bob',
    'user:',
    'user:*',
    'user:{principalId}',
    'user:mallory/../bob',
    'user:mallory\n',
    'USER:mallory',
    'tenant:other/news',
    'tenant:acme',
    'tenant:acme/',
    'tenant:acme/a/b',
    'tenant:acme/../other/news',
    'tenant:*/news',
    'lobby/',
    'lobby2',
    ' lobby',
    'lobby\u0000',
    '.*',
    '^lobby$',
    '__proto__',
    'constructor',
    '*',
    '../lobby',
  ])('is not entered by the crafted name %j', async (roomId) => {
    const app = await startSecureApp({ rooms });
    const mallory = await app.connectAs('mallory');
    const inbox = new Inbox(mallory);
    expect(
      refused(await mallory.emitWithAck('join_room', { roomId, options: { from: 'start' } })),
    ).toBe('ROOM_NOT_FOUND');
    await app.streaming.publish('user:bob', 'custom', 'for bob');
    await app.streaming.publish(roomId, 'custom', 'for nobody');
    accepted(await mallory.emitWithAck('ping', {}));
    expect(inbox.updates).toEqual([]);
  });

  it('is not entered by an id that reads as a pattern', async () => {
    const app = await startSecureApp({ rooms });
    for (const [id, roomId] of [
      ['*', 'user:bob'],
      ['{tenant}', 'user:acme'],
      ['bob/../alice', 'user:bob/../alice'],
    ] as const) {
      const mallory = await app.connectAs(id);
      expect(refused(await mallory.emitWithAck('join_room', { roomId }))).toBe('ROOM_NOT_FOUND');
    }
  });
});
