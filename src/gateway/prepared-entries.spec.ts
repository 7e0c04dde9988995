import { describe, expect, it } from '@jest/globals';
import { channelLife } from '../log/channel-life.js';
import { draftUpdate, LogEntry } from '../log/log-entry.js';
import { executionChannel } from '../protocol/channel.js';
import { PreparedEntries } from './prepared-entries.js';

/** An entry as a log decodes it anew at each reading. */
const decoded = (id: string, sequence: number, epoch = 'e', data: unknown = 'x'): LogEntry =>
  LogEntry.create(
    draftUpdate({ type: 'events', data }),
    sequence,
    0,
    channelLife(executionChannel(id), epoch),
  );

describe('PreparedEntries', () => {
  it('know an entry by its place, whatever object the log gives for it', () => {
    const prepared = new PreparedEntries();
    const other = decoded('a', 2, 'e', 'redacted');
    prepared.set(decoded('a', 1), 'withheld');
    prepared.set(decoded('a', 2), other);
    const asItIs = decoded('a', 3);
    prepared.set(asItIs, asItIs);
    expect(prepared.get(decoded('a', 1))).toBe('withheld');
    expect(prepared.get(decoded('a', 2))).toBe(other);
    const again = decoded('a', 3);
    expect(prepared.get(again)).toBe(again);
    // Another life of the channel, another channel, another place.
    for (const unknown of [decoded('a', 1, 'f'), decoded('b', 1), decoded('a', 4)])
      expect(prepared.get(unknown)).toBeUndefined();
  });

  it('forget the channel that was used longest ago when there are too many bytes', () => {
    const prepared = new PreparedEntries(4_000);
    const large = (id: string): void =>
      prepared.set(decoded(id, 1), decoded(id, 1, 'e', 'x'.repeat(1_500)));
    for (const id of ['a', 'b']) large(id);
    prepared.set(decoded('a', 2), 'withheld');
    large('c');
    expect(['a', 'b', 'c'].filter((id) => prepared.get(decoded(id, 1)) !== undefined)).toEqual([
      'a',
      'c',
    ]);
  });
});
