import { describe, expect, it } from '@jest/globals';
import { collectGarbage } from '../../test/support/collect-garbage.js';
import { EntryBuffer } from './entry-buffer.js';
import { executionChannel } from '../protocol/channel.js';
import { channelLife } from './channel-life.js';
import { LogEntry } from './log-entry.js';

const LIFE = channelLife(executionChannel('run'), 'e');

const entry = (sequence: number, size = 10): LogEntry =>
  new LogEntry(LIFE, sequence, 'custom', undefined, undefined, 'x'.repeat(size));

const sequences = (entries: readonly LogEntry[]): number[] =>
  entries.map(({ sequence }) => sequence);

const plain = ({ sequence, type, nodeId, targets, json }: LogEntry): object => ({
  sequence,
  type,
  nodeId,
  targets,
  json,
});

/** A function of its own, since a function holds what its variables held until it returns. */
function pushAll(buffer: EntryBuffer, count: number): WeakRef<LogEntry>[] {
  return Array.from({ length: count }, (_, index) => {
    const one = entry(index + 1, 600);
    buffer.push(one);
    return new WeakRef(one);
  });
}

describe('EntryBuffer', () => {
  it('keeps the newest entries within its bounds, and one however large it is', () => {
    const buffer = new EntryBuffer({ maxEntries: 3, maxBytes: 100 }, LIFE);
    for (let sequence = 1; sequence <= 5; sequence += 1) buffer.push(entry(sequence));
    expect(sequences(buffer.after(0, 10))).toEqual([3, 4, 5]);
    buffer.push(entry(6, 85));
    expect([sequences(buffer.after(0, 10)), buffer.bytes]).toEqual([[5, 6], 95]);
    buffer.push(entry(7, 1_000));
    expect([sequences(buffer.after(0, 10)), buffer.first, buffer.size]).toEqual([[7], 7, 1]);
  });

  it('reads on after any sequence, across whatever has left', () => {
    const buffer = new EntryBuffer({ maxEntries: 100, maxBytes: 1e6 }, LIFE);
    for (let sequence = 1; sequence <= 5_000; sequence += 1) buffer.push(entry(sequence));
    expect(sequences(buffer.after(4_990, 3))).toEqual([4_991, 4_992, 4_993]);
    expect(sequences(buffer.after(0, 2))).toEqual([4_901, 4_902]);
    expect(buffer.after(5_000, 10)).toEqual([]);
  });

  it('gives back what it was given', () => {
    const buffer = new EntryBuffer({ maxEntries: 1_000, maxBytes: 1e6 }, LIFE);
    const given = [
      new LogEntry(LIFE, 1, 'workflow:start', undefined, undefined, '{"state":"running"}'),
      new LogEntry(LIFE, 2, 'token', 'agent', undefined, '{"content":"ascii"}'),
      new LogEntry(LIFE, 3, 'token', 'agent', ['alice', 'bob'], '{"content":"Größe → 🎉"}'),
      new LogEntry(LIFE, 4, 'custom', 'tools', undefined, `"${'é'.repeat(100_000)}"`),
      new LogEntry(LIFE, 5, 'progress', 'agent', ['carol'], '{"progress":1}'),
      new LogEntry(LIFE, 6, 'token', '', undefined, ''),
    ];
    for (const one of given) buffer.push(one);
    expect(buffer.after(0, 10).map(plain)).toEqual(given.map(plain));
    expect(buffer.bytes).toBe(given.reduce((sum, { bytes }) => sum + bytes, 0));
  });

  it('tells many nodes apart', () => {
    const buffer = new EntryBuffer({ maxEntries: 1e6, maxBytes: 1e9 }, LIFE);
    const nodeIds = Array.from({ length: 3_000 }, (_, index) => `node ${index}`);
    for (const [index, nodeId] of nodeIds.entries())
      buffer.push(new LogEntry(LIFE, index + 1, 'token', nodeId, undefined, '{}'));
    expect(buffer.after(0, 1e6).map(({ nodeId }) => nodeId)).toEqual(nodeIds);
  });

  it('holds no entry, and memory for what it may hold', async () => {
    const buffer = new EntryBuffer({ maxEntries: 1_000, maxBytes: 200_000 }, LIFE);
    const pushed = pushAll(buffer, 10_000);
    await collectGarbage();
    expect(pushed.filter((ref) => ref.deref())).toEqual([]);
    expect(buffer.size).toBe(333);
    expect(buffer.capacity).toBeLessThan(200_000 + 2 * 65_536);
    buffer.push(entry(10_001, 100_000));
    for (let sequence = 10_002; sequence <= 11_000; sequence += 1)
      buffer.push(entry(sequence, 600));
    expect(buffer.capacity).toBeLessThan(200_000 + 2 * 65_536);
  });

  it('takes little for a channel with little', () => {
    const buffer = new EntryBuffer({ maxEntries: 1_000, maxBytes: 1e6 }, LIFE);
    buffer.push(entry(1, 100));
    expect(buffer.capacity).toBeLessThanOrEqual(1_024);
  });

  it('does not need memory for all channels at the same moment, although they grow alike', () => {
    const bounds = { maxEntries: 10_000, maxBytes: 1e7 };
    const buffers = Array.from({ length: 200 }, () => new EntryBuffer(bounds, LIFE));
    const growing = Array.from({ length: 1_000 }, (_, index) => {
      const before = buffers.map(({ capacity }) => capacity);
      for (const buffer of buffers) buffer.push(entry(index + 1, 100));
      return buffers.filter(({ capacity }, at) => capacity > (before[at] ?? 0)).length;
    });
    expect(growing[0]).toBe(200);
    expect(Math.max(...growing.slice(1))).toBeLessThan(100);
  });
});
