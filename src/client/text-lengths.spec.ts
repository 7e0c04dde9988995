import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ScriptedGateway, sendUpdate, token } from '../../test/e2e/client/scripted-gateway.js';
import { reached } from '../../test/e2e/client/waiters.js';
import { MAX_JOINED_UPDATES } from '../protocol/max-joined-updates.js';
import { TextLengths } from './text-lengths.js';
import { createChannelClient, type ChannelClient } from './channel-client.js';

const UPDATES = 100_000;

describe('the lengths of the texts of an execution', () => {
  it('are known of its last updates only, however many there are', () => {
    const lengths = new TextLengths();
    for (let sequence = 1; sequence <= UPDATES; sequence += 1)
      lengths.add(token(sequence, 'word '));
    const known = Array.from({ length: UPDATES }, (_, index) => index + 1).filter((sequence) =>
      lengths.has(sequence),
    );
    expect(known.length).toBeLessThanOrEqual(MAX_JOINED_UPDATES);
    expect(known.at(-1)).toBe(UPDATES);
    expect(known).toEqual(known.map((_, index) => UPDATES - known.length + index + 1));
  });

  it('tell what is new of a joined update', () => {
    const lengths = new TextLengths();
    for (let sequence = 1; sequence <= UPDATES; sequence += 1)
      lengths.add(token(sequence, `${sequence % 10}`));
    const joined = token(UPDATES + 1, '890!', { fromSequence: UPDATES - 2 });
    const cursor = { epoch: 'e', sequence: UPDATES };
    expect(lengths.after(cursor, joined)).toMatchObject({
      data: { content: '!' },
      metadata: { fromSequence: UPDATES + 1, sequenceNumber: UPDATES + 1 },
    });
  });

  it('stay the same while the log is read again from its start', () => {
    const lengths = new TextLengths();
    for (let sequence = 1; sequence <= 2_000; sequence += 1) lengths.add(token(sequence, 'a'));
    for (let from = 1; from <= 2_000; from += 500)
      lengths.add(token(from + 499, 'a'.repeat(500), { fromSequence: from }));
    expect([lengths.has(1), lengths.has(1_488), lengths.has(1_489), lengths.has(2_000)]).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });
});

describe('a subscription that begins late in a long run', () => {
  const gateway = ScriptedGateway.forTests();
  let client: ChannelClient;

  beforeEach(() => {
    client = createChannelClient({ url: gateway.url });
  });
  afterEach(() => client.close());

  it.each([
    ['at a position that is known', 2_990, 1],
    ['at a position that is not known any more', 10, 2],
  ])('%s asks the server for what follows', async (_, sequence, connections) => {
    const first = client.execution('run-1');
    const firstText = first.finalText();
    const { socket } = await gateway.grant();
    for (let at = 1; at <= 3_000; at += 1) sendUpdate(socket, token(at, `${at} `));
    await reached(first, 3_000);
    const late = client.execution('run-1', { cursor: { epoch: 'e1', sequence } });
    const lateText = late.finalText();
    const request = await gateway.grant(sequence);
    expect(request.payload).toMatchObject({ options: { cursor: { epoch: 'e1', sequence } } });
    expect(gateway.connections).toBe(connections);
    const words = (from: number, to: number): string =>
      Array.from({ length: to - from + 1 }, (__, index) => `${from + index} `).join('');
    // Joined as the server joins what it reads from its log.
    for (let from = sequence + 1; from <= 3_001; from += 512) {
      const to = Math.min(from + 511, 3_001);
      sendUpdate(request.socket, token(to, words(from, to), { fromSequence: from }));
    }
    if (connections === 2) sendUpdate(socket, token(3_001, '3001 '));
    for (const one of new Set([socket, request.socket]))
      sendUpdate(one, {
        type: 'workflow:end',
        data: { state: 'completed' },
        metadata: { timestamp: 1, sequenceNumber: 3_002, executionId: 'run-1' },
      });
    expect(await firstText).toBe(words(1, 3_001));
    expect(await lateText).toBe(words(sequence + 1, 3_001));
  });
});
