import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { FlushClock } from '../../src/executions/joining/flush-clock.js';
import { wellFormed } from '../../src/executions/joining/growing-text.js';
import { TokenCoalescer } from '../../src/executions/joining/token-coalescer.js';
import { executionChannel } from '../../src/protocol/channel.js';
import { joinTokens } from '../../src/log/join-tokens.js';
import { draftUpdate, type LogEntry, type UpdateDraft } from '../../src/log/log-entry.js';
import { MemoryStreamLog } from '../../src/entries/log.js';
import { StreamEventType, type Cursor } from '../../src/index.js';

const channel = executionChannel('run');
const MAX_ENTRIES = 12;

/** What can happen to a running execution and to a reader of it, in any order. */
type Step =
  | { readonly do: 'token'; readonly node: string; readonly text: string; readonly high: boolean }
  | { readonly do: 'event'; readonly node: string }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'flush' }
  | { readonly do: 'read'; readonly limit: number };

const node = fc.constantFrom('a', 'b');
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('🙂', '👩‍👩‍👧', '\ud83d', '\ude42', 'é', '\u0000'),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('token' as const), node, text, high: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('event' as const), node }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 60 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'flush' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('read' as const),
      limit: fc.integer({ min: 1, max: 8 }),
    }),
  },
);

/** A log with its coalescer, and a reader with nothing but a cursor. */
class Model {
  readonly sent: UpdateDraft[] = [];
  readonly followed: LogEntry[] = [];
  readonly read: LogEntry[] = [];
  readonly losses: number[] = [];
  readonly #coalescer = new TokenCoalescer(
    () => 40,
    (draft) => this.#append(draft),
    new FlushClock(),
  );
  #appending: Promise<unknown> = Promise.resolve();
  cursor: Cursor | undefined;

  private constructor(private readonly log: MemoryStreamLog) {}

  static async create(): Promise<Model> {
    const log = new MemoryStreamLog({
      maxEntries: MAX_ENTRIES,
      maxBytes: 1_000_000,
      retentionMs: 1,
      roomIdleMs: 1_000,
    });
    const { epoch } = await log.open(channel);
    const model = new Model(log);
    model.cursor = { epoch, sequence: 0 };
    await log.follow(channel, (event) => {
      if (event.type === 'entries') model.followed.push(...event.entries);
    });
    return model;
  }

  async take(next: Step): Promise<void> {
    if (next.do === 'token')
      this.#coalescer.push(next.text, {
        nodeId: next.node,
        priority: next.high ? 'high' : 'normal',
      });
    if (next.do === 'event') {
      this.#coalescer.flush();
      const data = this.sent.length;
      this.#append(draftUpdate({ type: StreamEventType.EVENTS, data, nodeId: next.node }));
    }
    if (next.do === 'wait') jest.advanceTimersByTime(next.ms);
    if (next.do === 'flush') this.#coalescer.flush();
    if (next.do === 'read') await this.#readAfterCursor(next.limit);
    await this.#appending;
  }

  async finish(): Promise<void> {
    this.#coalescer.close();
    await this.#appending;
    await this.#readAfterCursor(Number.POSITIVE_INFINITY);
  }

  #append(draft: UpdateDraft): void {
    this.sent.push(draft);
    this.#appending = this.log.append(channel, [draft]);
  }

  async #readAfterCursor(limit: number): Promise<void> {
    await this.#appending;
    const read = await this.log.read(channel, this.cursor, limit);
    if (!read) throw new Error('the channel is there');
    if (!read.recovered) this.losses.push(read.entries[0]?.sequence ?? 0);
    this.read.push(...read.entries);
    this.cursor = {
      epoch: read.epoch,
      sequence: read.entries.at(-1)?.sequence ?? this.cursor?.sequence ?? 0,
    };
  }
}

const textOf = (
  entries: readonly { type: string; nodeId?: string | undefined; content: unknown }[],
  nodeId: string,
): string =>
  entries
    .filter((entry) => entry.type === 'token' && entry.nodeId === nodeId)
    .map(({ content }) => String(content))
    .join('');

const contents = (
  entries: readonly LogEntry[],
): { type: string; nodeId: string | undefined; content: unknown }[] =>
  entries.map(({ type, nodeId, update }) => ({
    type,
    nodeId,
    content: (update.data as { content?: unknown } | null)?.content,
  }));

describe('log and coalescer, whatever happens in whatever order', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('lose, double and reorder nothing, and preserve text exactly', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const model = await Model.create();
        for (const next of steps) await model.take(next);
        await model.finish();

        // A follower got every sequence number once, in order.
        expect(model.followed.map(({ sequence }) => sequence)).toEqual(
          model.sent.map((_, index) => index + 1),
        );

        // The text of each node is exactly what was pushed.
        for (const nodeId of ['a', 'b']) {
          const pushed = steps
            .map((one) => (one.do === 'token' && one.node === nodeId ? one.text : ''))
            .join('');
          expect(textOf(contents(model.followed), nodeId)).toBe(wellFormed(pushed));
          expect(textOf(contents(joinTokens(model.followed)), nodeId)).toBe(wellFormed(pushed));
        }

        // Joined updates cover the sequence without gap or overlap.
        let covered = 0;
        for (const entry of joinTokens(model.followed)) {
          expect(entry.fromSequence).toBe(covered + 1);
          covered = entry.sequence;
        }

        // A reader with a cursor has a gap exactly where the log said so, and never a duplicate.
        let expected = 1;
        const losses = [...model.losses];
        for (const { sequence } of model.read) {
          if (sequence !== expected) expect(losses.shift()).toBe(sequence);
          expected = sequence + 1;
        }
        expect(losses).toEqual([]);
        expect(expected).toBe(model.sent.length + 1);
      }),
      { numRuns: 500 },
    );
  });
});
