import { describe, expect, it } from '@jest/globals';
import { executionChannel } from '../protocol/channel.js';
import { channelLife } from './channel-life.js';
import { KeptText } from './kept-text.js';
import { draftUpdate, LogEntry } from './log-entry.js';

const LIFE = channelLife(executionChannel('run'), 'epoch');
const tokenOf = (sequence: number, content: string, nodeId = 'model'): LogEntry =>
  LogEntry.create(draftUpdate({ type: 'token', data: { content }, nodeId }), sequence, 0, LIFE);

/** `[from, to, text]` of what is kept. */
const rangesOf = (kept: KeptText): unknown[] =>
  kept.entries.map(({ fromSequence, sequence, update }) => [
    fromSequence,
    sequence,
    (update.data as { content: string }).content,
  ]);

describe('KeptText', () => {
  it('joins the text of a node, whatever was between', () => {
    const kept = new KeptText(10_000);
    for (const [sequence, text] of [
      [2, 'a'],
      [900, 'b'],
      [901, 'c'],
    ] as const)
      kept.add(tokenOf(sequence, text));
    kept.add(tokenOf(1_000, 'x', 'other'));
    expect(rangesOf(kept)).toEqual([
      [2, 901, 'abc'],
      [1_000, 1_000, 'x'],
    ]);
    expect(kept.first).toBe(2);
  });

  it('keeps a long text in few bytes, and the newest of it when it is too long', () => {
    const kept = new KeptText(200_000);
    for (let sequence = 1; sequence <= 60_000; sequence += 1) kept.add(tokenOf(sequence, 'word '));
    const text = rangesOf(kept).map((range) => (range as string[])[2]);
    expect(text.join('')).toMatch(/^(word )+$/);
    expect(text.join('').length).toBeGreaterThan(130_000);
    expect(text.join('').length).toBeLessThan(200_000);
    expect(kept.entries.at(-1)?.sequence).toBe(60_000);
  });

  it('keeps nothing larger than it may', () => {
    const kept = new KeptText(100);
    kept.add(tokenOf(1, 'x'.repeat(1_000)));
    expect([kept.entries, kept.first]).toEqual([[], undefined]);
  });
});
