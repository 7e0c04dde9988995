import { describe, expect, it } from '@jest/globals';
import { deferred } from '../../common/deferred.js';
import type { AppendPosition } from '../../log/stream-log.js';
import { roomChannel } from '../../protocol/channel.js';
import { WrittenChannel, type Batch } from './written-channel.js';

const CHANNEL = roomChannel('lobby');
const KEYS = { partition: 0, meta: 'meta', list: 'list', kept: 'kept' };

function take(written: WrittenChannel, number: number): Batch {
  const { resolve, reject } = deferred<AppendPosition>();
  written.push({ records: ['record'], options: {}, resolve, reject });
  return written.take(number, 60_000);
}

describe('the spare epoch of a channel', () => {
  it('is offered again if Redis had no use for it', () => {
    const written = new WrittenChannel(CHANNEL, KEYS);
    const first = take(written, 1);
    written.keepSpareEpoch(first);
    expect(take(written, 2).spareEpoch).toBe(first.spareEpoch);
  });

  it('is another one while Redis may have used it', () => {
    const written = new WrittenChannel(CHANNEL, KEYS);
    const epochs = [1, 2, 3].map((number) => {
      const batch = take(written, number);
      written.appended(batch, number, { epoch: 'other', head: number });
      return batch.spareEpoch;
    });
    expect(new Set(epochs).size).toBe(3);
  });
});
