import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MessageWindow } from './message-window.js';

describe('MessageWindow', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const LIMIT = { max: 2, windowMs: 1_000 };

  it('counts the messages of a window, also those beyond the limit', () => {
    const window = new MessageWindow();
    const states = [1, 2, 3].map(() => window.consume(LIMIT));
    expect(states).toEqual([
      { consumed: 1, exceeded: false, retryAfterMs: 1_000 },
      { consumed: 2, exceeded: false, retryAfterMs: 1_000 },
      { consumed: 3, exceeded: true, retryAfterMs: 1_000 },
    ]);
  });

  it('says when the window ends, and counts anew then', () => {
    const window = new MessageWindow();
    window.consume(LIMIT);
    jest.advanceTimersByTime(400);
    expect(window.consume(LIMIT)).toMatchObject({ consumed: 2, retryAfterMs: 600 });
    jest.advanceTimersByTime(600);
    expect(window.consume(LIMIT)).toMatchObject({ consumed: 1, retryAfterMs: 1_000 });
  });
});
