import { describe, expect, it } from '@jest/globals';
import { collectGarbage } from '../../test/support/collect-garbage.js';
import { EntryBuffer } from './entry-buffer.js';
import { executionChannel, roomChannel } from '../protocol/channel.js';
import { channelLife } from './channel-life.js';
import type { StoredEntry } from './entry-chunk.js';
import { LogEntry, type UpdateDraft } from './log-entry.js';

const LIFE = channelLife(executionChannel('run'), 'e');

const stored = (sequence: number, draft: Partial<UpdateDraft>, life = LIFE): StoredEntry => {
  const whole: UpdateDraft = {
    type: 'custom',
    nodeId: undefined,
    dataJson: 'null',
    metadataJson: '',
    targets: undefined,
    executionId: undefined,
    ...draft,
  };
  const timestamp = 1_700_000_000_000 + sequence;
  return { draft: whole, timestamp, entry: LogEntry.create(whole, sequence, timestamp, life) };
};

const sized = (sequence: number, size = 10): StoredEntry =>
  stored(sequence, { dataJson: 'x'.repeat(size) });

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
    const one = sized(index + 1, 600);
    buffer.push(one);
    return new WeakRef(one.entry);
  });
}

describe('EntryBuffer', () => {
  it('keeps the newest entries within its bounds, and one however large it is', () => {
    const few = sized(1).entry.bytes;
    const many = sized(1, 200).entry.bytes;
    const buffer = new EntryBuffer({ maxEntries: 3, maxBytes: few + many }, LIFE);
    for (let sequence = 1; sequence <= 5; sequence += 1) buffer.push(sized(sequence));
    expect(sequences(buffer.after(0, 10))).toEqual([3, 4, 5]);
    buffer.push(sized(6, 200));
    expect([sequences(buffer.after(0, 10)), buffer.bytes]).toEqual([[5, 6], few + many]);
    buffer.push(sized(7, 1_000));
    expect([sequences(buffer.after(0, 10)), buffer.first, buffer.size]).toEqual([[7], 7, 1]);
  });

  it('reads on after any sequence, across whatever has left', () => {
    const buffer = new EntryBuffer({ maxEntries: 100, maxBytes: 1e6 }, LIFE);
    for (let sequence = 1; sequence <= 5_000; sequence += 1) buffer.push(sized(sequence));
    expect(sequences(buffer.after(4_990, 3))).toEqual([4_991, 4_992, 4_993]);
    expect(sequences(buffer.after(0, 2))).toEqual([4_901, 4_902]);
    expect(buffer.after(5_000, 10)).toEqual([]);
  });

  it('gives back what it was given', () => {
    const buffer = new EntryBuffer({ maxEntries: 1_000, maxBytes: 1e6 }, LIFE);
    const given = [
      stored(1, { type: 'workflow:start', dataJson: '{"state":"running"}' }),
      stored(2, { type: 'token', nodeId: 'agent', dataJson: '{"content":"ascii"}' }),
      stored(3, {
        type: 'token',
        nodeId: 'agent',
        targets: ['alice', 'bob'],
        dataJson: '{"content":"Größe → 🎉"}',
        metadataJson: ',"taskId":"é"',
      }),
      stored(4, { nodeId: 'tools', dataJson: `"${'é'.repeat(100_000)}"` }),
      stored(5, { type: 'progress', nodeId: 'agent', metadataJson: ',"step":1' }),
      stored(6, { type: 'token', nodeId: '', dataJson: '""' }),
    ];
    for (const one of given) buffer.push(one);
    const entries = given.map(({ entry }) => entry);
    expect(buffer.after(0, 10).map(plain)).toEqual(entries.map(plain));
    expect(buffer.bytes).toBe(entries.reduce((sum, { bytes }) => sum + bytes, 0));
  });

  it('gives back which execution an update of a room came from', () => {
    const room = channelLife(roomChannel('lobby'), 'e');
    const buffer = new EntryBuffer({ maxEntries: 1_000, maxBytes: 1e6 }, room);
    const given = ['one', 'two', undefined, 'one'].map((executionId, index) =>
      stored(index + 1, { executionId }, room),
    );
    for (const one of given) buffer.push(one);
    expect(buffer.after(0, 10).map(plain)).toEqual(given.map(({ entry }) => plain(entry)));
  });

  it('takes less memory than the JSON of its entries', () => {
    const buffer = new EntryBuffer({ maxEntries: 1e6, maxBytes: 1e9 }, LIFE);
    for (let sequence = 1; sequence <= 10_000; sequence += 1)
      buffer.push(stored(sequence, { type: 'token', dataJson: '{"content":"some words "}' }));
    expect(buffer.capacity).toBeLessThan(buffer.bytes * 0.6);
  });

  it('tells many nodes apart', () => {
    const buffer = new EntryBuffer({ maxEntries: 1e6, maxBytes: 1e9 }, LIFE);
    const nodeIds = Array.from({ length: 3_000 }, (_, index) => `node ${index}`);
    for (const [index, nodeId] of nodeIds.entries())
      buffer.push(stored(index + 1, { type: 'token', nodeId }));
    expect(buffer.after(0, 1e6).map(({ nodeId }) => nodeId)).toEqual(nodeIds);
  });

  it('holds no entry, and memory for what it may hold', async () => {
    const buffer = new EntryBuffer({ maxEntries: 1_000, maxBytes: 200_000 }, LIFE);
    const pushed = pushAll(buffer, 10_000);
    await collectGarbage();
    expect(pushed.filter((ref) => ref.deref())).toEqual([]);
    expect(buffer.size).toBe(Math.floor(200_000 / sized(9_999, 600).entry.bytes));
    expect(buffer.capacity).toBeLessThan(200_000 + 2 * 65_536);
    buffer.push(sized(10_001, 100_000));
    for (let sequence = 10_002; sequence <= 11_000; sequence += 1)
      buffer.push(sized(sequence, 600));
    expect(buffer.capacity).toBeLessThan(200_000 + 2 * 65_536);
  });

  it('takes little for a channel with little', () => {
    const buffer = new EntryBuffer({ maxEntries: 1_000, maxBytes: 1e6 }, LIFE);
    buffer.push(sized(1, 100));
    expect(buffer.capacity).toBeLessThanOrEqual(1_024);
  });

  it('does not need memory for all channels at the same moment, although they grow alike', () => {
    const bounds = { maxEntries: 10_000, maxBytes: 1e7 };
    const buffers = Array.from({ length: 200 }, () => new EntryBuffer(bounds, LIFE));
    const growing = Array.from({ length: 1_000 }, (_, index) => {
      const before = buffers.map(({ capacity }) => capacity);
      for (const buffer of buffers) buffer.push(sized(index + 1, 100));
      return buffers.filter(({ capacity }, at) => capacity > (before[at] ?? 0)).length;
    });
    expect(growing[0]).toBe(200);
    expect(Math.max(...growing.slice(1))).toBeLessThan(100);
  });
});
