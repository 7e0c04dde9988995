import { afterEach, describe, expect, it } from '@jest/globals';
import { Frames } from './frames.js';

const page = globalThis as { requestAnimationFrame?: (callback: () => void) => unknown };

afterEach(() => {
  delete page.requestAnimationFrame;
});

describe('Frames', () => {
  it('asks for one frame for all tasks, however often they are scheduled', () => {
    const asked: (() => void)[] = [];
    page.requestAnimationFrame = (callback) => asked.push(callback);
    const frames = new Frames();
    const ran: string[] = [];
    const [one, other] = ['one', 'other'].map((name) => (): void => void ran.push(name));
    if (!one || !other) throw new Error('There are two tasks.');
    for (const task of [one, one, other, one, other]) frames.schedule(task);
    expect(asked.length).toBe(1);
    asked[0]?.();
    expect(ran).toEqual(['one', 'other']);
    frames.schedule(one);
    expect(asked.length).toBe(2);
  });
});
