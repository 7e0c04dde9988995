import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { FlushClock } from './flush-clock.js';
import { FlushPace } from './flush-pace.js';
import { TokenCoalescer } from './token-coalescer.js';

const FLUSH_INTERVAL_MS = 50;

/** A fan-out of a graph: branches of a node, each with a message that grows at a steady pace. */
interface FanOut {
  readonly messages: number;
  readonly tokens: number;
  readonly everyMs: number;
}

/** The updates that a fan-out costs, and how many of them came in the turn of a message's first token. */
function updatesOf({ messages, tokens, everyMs }: FanOut, maxFlushIntervalMs: number) {
  const pace = new FlushPace(maxFlushIntervalMs);
  let updates = 0;
  const coalescer = new TokenCoalescer(
    (growing) => pace.stretched(FLUSH_INTERVAL_MS, growing),
    () => (updates += 1),
    new FlushClock(pace),
  );
  let first = 0;
  for (let token = 0; token < tokens; token += 1) {
    for (let message = 0; message < messages; message += 1) {
      const options = { nodeId: 'n', messageId: `m${message}`, metadata: { taskId: `${message}` } };
      coalescer.push('token ', options);
    }
    if (token === 0) first = updates;
    jest.advanceTimersByTime(everyMs);
  }
  coalescer.close();
  return { first, updates };
}

describe('the updates of messages that grow in parallel', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  // A model of the benchmark speaks every 5 ms, a quick one every 20 ms.
  it.each([5, 20, 40])(
    'are at most half as many again for 100 of 50 tokens as for 10 of 500, a token every %i ms',
    (everyMs) => {
      const ten = updatesOf({ messages: 10, tokens: 500, everyMs }, 1_000);
      const hundred = updatesOf({ messages: 100, tokens: 50, everyMs }, 1_000);
      expect(ten.first).toBe(10);
      expect(hundred.first).toBe(100);
      expect(hundred.updates / ten.updates).toBeLessThanOrEqual(1.5);
    },
  );

  it('are two for each message that is over within its interval: its first token and the rest', () => {
    const fanOut = { messages: 100, tokens: 50, everyMs: 5 };
    expect(updatesOf(fanOut, 1_000)).toEqual({ first: 100, updates: 200 });
  });

  it('are as many as the bound of the interval asks for', () => {
    const fanOut = { messages: 100, tokens: 50, everyMs: 5 };
    expect(updatesOf(fanOut, FLUSH_INTERVAL_MS).updates).toBeGreaterThanOrEqual(500);
  });
});
