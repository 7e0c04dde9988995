import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { EntryBuffer } from './entry-buffer.js';
import { executionChannel } from '../protocol/channel.js';
import { channelLife } from './channel-life.js';
import { LogEntry } from './log-entry.js';

const LIFE = channelLife(executionChannel('run'), 'e');

const entry = (sequence: number, size = 10): LogEntry =>
  new LogEntry(LIFE, sequence, 'custom', undefined, undefined, 'x'.repeat(size));

const sequences = (entries: readonly LogEntry[]): number[] =>
  entries.map(({ sequence }) => sequence);

describe('EntryBuffer', () => {
  it('keeps the newest entries within its bounds, and one however large it is', () => {
    const buffer = new EntryBuffer({ maxEntries: 3, maxBytes: 100 });
    for (let sequence = 1; sequence <= 5; sequence += 1) buffer.push(entry(sequence));
    expect(sequences(buffer.after(0, 10))).toEqual([3, 4, 5]);
    buffer.push(entry(6, 85));
    expect([sequences(buffer.after(0, 10)), buffer.bytes]).toEqual([[5, 6], 95]);
    buffer.push(entry(7, 1_000));
    expect([sequences(buffer.after(0, 10)), buffer.first, buffer.size]).toEqual([[7], 7, 1]);
  });

  it('reads on after any sequence, across whatever has left', () => {
    const buffer = new EntryBuffer({ maxEntries: 100, maxBytes: 1e6 });
    for (let sequence = 1; sequence <= 5_000; sequence += 1) buffer.push(entry(sequence));
    expect(sequences(buffer.after(4_990, 3))).toEqual([4_991, 4_992, 4_993]);
    expect(sequences(buffer.after(0, 2))).toEqual([4_901, 4_902]);
    expect(buffer.after(5_000, 10)).toEqual([]);
  });

  it('lets go of an entry when it leaves, so that its bound on bytes bounds the memory', async () => {
    const buffer = new EntryBuffer({ maxEntries: 1_000, maxBytes: 1_000 });
    const left: WeakRef<LogEntry>[] = [];
    for (let sequence = 1; sequence <= 100; sequence += 1) {
      const one = entry(sequence, 600);
      left.push(new WeakRef(one));
      buffer.push(one);
    }
    await collectGarbage();
    expect(left.filter((ref) => ref.deref()).length).toBe(1);
    expect(sequences(buffer.after(0, 10))).toEqual([100]);
  });
});

/** A weak reference holds on to what it gave in a turn of the event loop. */
async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  await new Promise((resolve) => setImmediate(resolve));
  (runInNewContext('gc') as () => void)();
}
