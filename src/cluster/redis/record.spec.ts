import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { channelLife } from '../../log/channel-life.js';
import { draftUpdate } from '../../log/log-entry.js';
import { executionChannel, roomChannel } from '../../protocol/channel.js';
import { StreamEventType } from '../../protocol/stream-event-type.js';
import { decodeRecord, encodeRecord } from './record.js';

/** Records that were written by format 1. They are never written anew: what is stored must stay readable. */
const GOLDEN = JSON.parse(
  readFileSync('test/instances/fixtures/records-1.json', 'utf8'),
) as readonly {
  readonly record: string;
  readonly kind: 'execution' | 'room';
  readonly update: object;
}[];

const CHANNELS = { execution: executionChannel('run 🙂'), room: roomChannel('lobby') };

describe('records', () => {
  it.each(GOLDEN)('of format 1 are read: $update.type in a channel of kind $kind', (golden) => {
    const life = channelLife(CHANNELS[golden.kind], 'epoch');
    expect(decodeRecord(golden.record, 7, life).update).toEqual(golden.update);
  });

  it('are written as format 1 says', () => {
    const drafts = [
      draftUpdate({ type: StreamEventType.TOKEN, data: { content: 'Hi 🙂' }, nodeId: 'n"1' }),
      draftUpdate({
        type: StreamEventType.CUSTOM,
        data: { text: '\u001e\u001f' },
        metadata: { extra: true },
        targets: ['ada'],
      }),
    ];
    const records = drafts.map((draft) =>
      encodeRecord(draft, 1_700_000_000_000, CHANNELS.execution),
    );
    const room = {
      ...draftUpdate({ type: StreamEventType.EVENTS, data: null }),
      executionId: 'run',
    };
    records.push(encodeRecord(room, 1_700_000_000_000, CHANNELS.room));
    expect(records).toEqual(GOLDEN.map(({ record }) => record));
  });

  it('of a later version are refused, with what to do', () => {
    const life = channelLife(CHANNELS.execution, 'epoch');
    expect(() => decodeRecord('2token\u001f', 1, life)).toThrow(/later version/);
  });
});
