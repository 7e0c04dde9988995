import { describe, expect, it } from '@jest/globals';
import { MemorySignInStore } from './sign-in-store.js';

describe('MemorySignInStore', () => {
  it('keeps the first secret of a name', async () => {
    const store = new MemorySignInStore();
    expect(await store.secret('one', 'first')).toBe('first');
    expect(await store.secret('one', 'second')).toBe('first');
    expect(await store.secret('other', 'third')).toBe('third');
  });

  it('knows the ids of a group within its bound, whatever other groups do', async () => {
    const store = new MemorySignInStore(3);
    for (const id of ['a', 'b', 'c']) expect(await store.use('quiet', id, 60_000)).toBe(true);
    for (const id of ['a', 'b', 'c', 'd']) expect(await store.use('busy', id, 60_000)).toBe(true);
    expect(await store.use('busy', 'd', 60_000)).toBe(false);
    expect(await store.use('busy', 'a', 60_000)).toBe(true);
    for (const id of ['a', 'b', 'c']) expect(await store.use('quiet', id, 60_000)).toBe(false);
  });
});
