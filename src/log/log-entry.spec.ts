import { describe, expect, it } from '@jest/globals';
import { StreamEventType, type StreamEventName } from '../protocol/stream-event-type.js';
import { executionChannel, roomChannel } from '../protocol/channel.js';
import { channelLife } from './channel-life.js';
import { joinTokens } from './join-tokens.js';
import { draftUpdate, LogEntry, type UpdateInput } from './log-entry.js';

const RUN = channelLife(executionChannel('run'), 'e');

const entryOf = (sequence: number, input: Partial<UpdateInput>): LogEntry =>
  LogEntry.create(
    draftUpdate({ type: StreamEventType.TOKEN, data: { content: `${sequence}` }, ...input }),
    sequence,
    1_000 + sequence,
    RUN,
  );

const summary = (entries: readonly LogEntry[]): unknown[] =>
  entries.map(({ update, fromSequence, sequence }) => [
    fromSequence,
    sequence,
    (update.data as { content?: string }).content,
  ]);

describe('an update in the log', () => {
  it('is encoded when it is emitted, so that later changes of its data do not change it', () => {
    const data = { state: 'before' };
    const draft = draftUpdate({ type: StreamEventType.VALUES, data });
    data.state = 'after';
    expect(LogEntry.create(draft, 1, 0, RUN).update.data).toEqual({ state: 'before' });
  });

  it('cannot be made of what JSON cannot say', () => {
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    for (const data of [cyclic, { big: 1n }]) {
      expect(() => draftUpdate({ type: StreamEventType.CUSTOM, data })).toThrow(
        expect.objectContaining({ code: 'UPDATE_NOT_SERIALIZABLE' }),
      );
    }
  });

  it('goes to those it was for when it was emitted', () => {
    const targets = ['ada'];
    const draft = draftUpdate({ type: StreamEventType.VALUES, data: 1, targets });
    targets.push('eve');
    expect(LogEntry.create(draft, 1, 0, RUN).targets).toEqual(['ada']);
  });

  it.each(['a"b', 'custom","metadata":{"sequenceNumber":9},"x":"', 'toString', '', undefined])(
    'cannot be of a type that the protocol does not have: %j',
    (type) => {
      expect(() => draftUpdate({ type: type as StreamEventName, data: 1 })).toThrow(
        expect.objectContaining({ code: 'INVALID_PAYLOAD' }),
      );
    },
  );

  it('carries null when there is no data', () => {
    expect(
      LogEntry.create(draftUpdate({ type: StreamEventType.CUSTOM, data: undefined }), 1, 0, RUN)
        .update.data,
    ).toBeNull();
  });

  it('survives any id, node and metadata key', () => {
    const odd = '"}\u2028\u0000🙂';
    const draft = draftUpdate({
      type: StreamEventType.CUSTOM,
      data: odd,
      nodeId: odd,
      metadata: { [odd]: odd },
    });
    expect(
      LogEntry.create({ ...draft, executionId: odd }, 7, 5, channelLife(roomChannel(odd), 'e'))
        .update,
    ).toEqual({
      type: 'custom',
      data: odd,
      metadata: {
        timestamp: 5,
        sequenceNumber: 7,
        executionId: odd,
        roomId: odd,
        nodeId: odd,
        [odd]: odd,
      },
    });
  });

  it('knows the size of its JSON in bytes', () => {
    const entry = entryOf(1, { data: { content: 'ä🙂' } });
    expect(entry.bytes).toBe(Buffer.byteLength(JSON.stringify(entry.update)));
  });
});

describe('joining tokens for a catch-up', () => {
  it('joins neighbours of one node and says what they cover', () => {
    const joined = joinTokens([
      entryOf(1, { nodeId: 'a' }),
      entryOf(2, { nodeId: 'a' }),
      entryOf(3, { nodeId: 'a' }),
    ]);
    expect(joined.map(({ update }) => update)).toEqual([
      {
        type: 'token',
        data: { content: '123' },
        metadata: {
          timestamp: 1_003,
          sequenceNumber: 3,
          fromSequence: 1,
          executionId: 'run',
          nodeId: 'a',
        },
      },
    ]);
  });

  it('leaves a single token as it is', () => {
    const entry = entryOf(1, {});
    expect(joinTokens([entry])[0]).toBe(entry);
  });

  it('does not join over another node, another message, another role or another kind of update', () => {
    const entries = [
      entryOf(1, { nodeId: 'a' }),
      entryOf(2, { nodeId: 'b' }),
      entryOf(3, { nodeId: 'b', data: { content: '3', messageId: 'm' } }),
      entryOf(4, { nodeId: 'b', data: { content: '4', messageId: 'm', role: 'tool' } }),
      entryOf(5, { type: StreamEventType.PROGRESS, nodeId: 'b' }),
      entryOf(6, { nodeId: 'b' }),
      entryOf(7, { nodeId: 'b', metadata: { namespace: ['sub'] } }),
    ];
    expect(summary(joinTokens(entries))).toEqual(
      entries.map(({ sequence }) => [sequence, sequence, `${sequence}`]),
    );
  });

  it('does not join what is for different viewers', () => {
    const entries = [
      entryOf(1, { targets: ['ada'] }),
      entryOf(2, { targets: ['bob'] }),
      entryOf(3, {}),
    ];
    expect(joinTokens(entries)).toHaveLength(3);
  });

  it('can join what is joined already', () => {
    const once = joinTokens([entryOf(1, {}), entryOf(2, {})]);
    expect(summary(joinTokens([...once, entryOf(3, {})]))).toEqual([[1, 3, '123']]);
  });

  it.each([
    ['plain text', 'x'.repeat(1_000)],
    ['text of several bytes', 'ä🙂'.repeat(150)],
    ['text that JSON escapes', '\u0000"'.repeat(100)],
  ])('joins no more than a slow client can be sent at once: %s', (_kind, content) => {
    const entries = Array.from({ length: 512 }, (_, index) =>
      entryOf(index + 1, { data: { content, index } }),
    );
    const joined = joinTokens(entries);
    const text = joined.map(({ update }) => (update.data as { content: string }).content).join('');
    expect(text).toBe(content.repeat(512));
    expect(joined.map(({ fromSequence }) => fromSequence)).toEqual([
      1,
      ...joined.slice(0, -1).map(({ sequence }) => sequence + 1),
    ]);
    expect(joined.at(-1)?.sequence).toBe(512);
    // As much as may be, but no more; what was left for the last one may be anything.
    for (const { bytes } of joined) expect(bytes).toBeLessThanOrEqual(65_536);
    for (const { bytes } of joined.slice(0, -1)) expect(bytes).toBeGreaterThan(62_000);
  });

  it('leaves a token that is larger by itself as it is, next to its neighbours', () => {
    const large = entryOf(2, { data: { content: 'x'.repeat(100_000) } });
    const joined = joinTokens([entryOf(1, {}), large, entryOf(3, {}), entryOf(4, {})]);
    expect(joined.map(({ fromSequence, sequence }) => [fromSequence, sequence])).toEqual([
      [1, 1],
      [2, 2],
      [3, 4],
    ]);
    expect(joined[1]).toBe(large);
  });

  it('leaves a token update without text as it is', () => {
    const odd = [null, 'text', { content: 1 }, {}].map((data, index) =>
      entryOf(index + 1, { data }),
    );
    expect(joinTokens(odd)).toEqual(odd);
  });

  it('puts surrogate pairs that were split between tokens together again', () => {
    const [high = '', low = ''] = '🙂'.split('');
    const [joined] = joinTokens([
      entryOf(1, { data: { content: high } }),
      entryOf(2, { data: { content: low } }),
    ]);
    expect(joined?.update.data).toEqual({ content: '🙂' });
  });
});
