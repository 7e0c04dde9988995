import { describe, expect, it } from '@jest/globals';
import { Turns } from './turns.js';

/** Keeps the event loop busy. */
function work(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

describe('Turns', () => {
  it('lets those who wait go first come, first served', async () => {
    const turns = new Turns();
    const served: number[] = [];
    const jobs = Array.from({ length: 100 }, async (_, index) => {
      await turns.next();
      served.push(index);
    });
    await Promise.all(jobs);
    expect(served).toEqual(Array.from({ length: 100 }, (_, index) => index));
  });

  it('lets the first one go at once, and the others in later turns of the event loop', async () => {
    const turns = new Turns();
    let turn = 0;
    setImmediate(() => (turn += 1));
    const servedIn = [1, 2].map(async () => {
      await turns.next();
      return turn;
    });
    expect(await Promise.all(servedIn)).toEqual([0, 1]);
  });

  it('lets others have the event loop in between', async () => {
    const turns = new Turns();
    let active = true;
    let done = 0;
    const doneBetween: number[] = [];
    const others = (): void => {
      doneBetween.push(done);
      if (active) setImmediate(others);
    };
    setImmediate(others);
    const jobs = Array.from({ length: 30 }, async () => {
      await turns.next();
      work(2);
      done += 1;
    });
    await Promise.all(jobs);
    active = false;
    const most = Math.max(
      ...doneBetween.map((count, index) => count - (doneBetween[index - 1] ?? 0)),
    );
    expect(done).toBe(30);
    expect(most).toBeLessThanOrEqual(3);
  });
});
