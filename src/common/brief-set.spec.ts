import { describe, expect, it } from '@jest/globals';
import { bytesMadeOld } from '../../test/support/collect-garbage.js';
import { BriefSet } from './brief-set.js';

const of = (...members: string[]): BriefSet<string> => {
  const set = new BriefSet<string>();
  for (const member of members) set.add(member);
  return set;
};

describe('BriefSet', () => {
  it('keeps its members in the order in which they came', () => {
    const set = of('a', 'b', 'c', 'a');
    set.delete('b');
    expect([set.size, [...set]]).toEqual([2, ['a', 'c']]);
  });

  it('loses no member if another one is deleted that it does not have', () => {
    const set = of('a');
    set.delete('b');
    expect([...set]).toEqual(['a']);
  });

  it('can lose each member while it is read', () => {
    const set = of('a', 'b', 'c');
    const read: string[] = [];
    for (const member of set) {
      read.push(member);
      set.delete(member);
    }
    expect([read, set.size]).toEqual([['a', 'b', 'c'], 0]);
  });

  it('gives its members away and continues without them', () => {
    const set = of('a', 'b');
    const taken = set.take();
    set.add('c');
    expect([[...taken], [...set]]).toEqual([['a', 'b'], ['c']]);
  });

  it('holds no former member until a major garbage collection', async () => {
    const set = new BriefSet<object>();
    const old = await bytesMadeOld(2_000, async () => {
      const member = { text: 'x'.repeat(10), list: Array.from({ length: 50 }, () => 0) };
      set.add(member);
      set.delete(member);
    });
    expect(old).toBeLessThan(2_000 * 60);
  });
});
