import { describe, expect, it } from '@jest/globals';
import { BoundedMap } from './bounded-map.js';

describe('BoundedMap', () => {
  it('forgets what was not used for longest when it holds too many', () => {
    const map = new BoundedMap<string, number>(2, 100);
    map.set('a', 1);
    map.set('b', 2);
    expect(map.get('a')).toBe(1);
    map.set('c', 3);
    expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, undefined, 3]);
  });

  it('forgets what was not used for longest when it takes too much', () => {
    const map = new BoundedMap<string, number>(10, 100);
    map.set('a', 1, 60);
    map.set('b', 2, 30);
    map.set('c', 3, 20);
    expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([undefined, 2, 3]);
    map.set('d', 4, 51);
    expect([map.get('b'), map.get('c'), map.get('d')]).toEqual([undefined, 3, 4]);
  });

  it('counts what takes the place of something else once', () => {
    const map = new BoundedMap<string, number>(10, 100);
    for (let value = 0; value < 5; value += 1) map.set('a', value, 60);
    map.set('b', 1, 40);
    expect([map.get('a'), map.get('b'), map.size]).toEqual([4, 1, 2]);
  });

  it('does not remember what takes more than all may', () => {
    const map = new BoundedMap<string, number>(10, 100);
    map.set('a', 1, 101);
    expect([map.get('a'), map.size]).toEqual([undefined, 0]);
  });
});
