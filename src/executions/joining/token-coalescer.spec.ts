import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { bytesMadeOld } from '../../../test/support/collect-garbage.js';
import type { UpdateDraft } from '../../log/log-entry.js';
import type { TokenOptions } from '../emitter.js';
import { FlushClock } from './flush-clock.js';
import { TokenCoalescer } from './token-coalescer.js';

const INTERVAL_MS = 40;

describe('TokenCoalescer', () => {
  let emitted: { at: number; node: string | undefined; text: string }[];
  let facts: Pick<UpdateDraft & TokenOptions, 'metadataJson' | 'targets' | 'rooms'>[];
  let coalescer: TokenCoalescer;
  let startedAt: number;

  const make = (intervalMs = INTERVAL_MS): TokenCoalescer =>
    new TokenCoalescer(
      () => intervalMs,
      ({ nodeId, dataJson, metadataJson, targets }: UpdateDraft, rooms) => {
        facts.push({ metadataJson, targets, rooms });
        emitted.push({
          at: Math.round(performance.now() - startedAt),
          node: nodeId,
          text: (JSON.parse(dataJson) as { content: string }).content,
        });
      },
      new FlushClock(undefined, 0),
    );

  const texts = (): string[] => emitted.map(({ text }) => text);

  beforeEach(() => {
    jest.useFakeTimers();
    emitted = [];
    facts = [];
    startedAt = performance.now();
    coalescer = make();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('leaves nothing behind that only a major garbage collection frees', async () => {
    jest.useRealTimers();
    coalescer = new TokenCoalescer(
      () => INTERVAL_MS,
      () => undefined,
      new FlushClock(),
    );
    const texts = 2_000;
    const old = await bytesMadeOld(texts, async () => {
      for (const text of ['a', 'b']) coalescer.push(text, { nodeId: 'n' });
      coalescer.flush();
    });
    coalescer.close();
    expect(old).toBeLessThan(texts * 75);
  });

  it('sends the first token of a node at once', () => {
    coalescer.push('a', { nodeId: 'n' });
    expect(emitted).toEqual([{ at: 0, node: 'n', text: 'a' }]);
  });

  it.each([0, INTERVAL_MS])('sends no half of a character: joined for %d ms', (intervalMs) => {
    coalescer = make(intervalMs);
    const text = 'a👋b👍🏽';
    for (const unit of text.split('')) coalescer.push(unit, { nodeId: 'n' });
    jest.advanceTimersByTime(INTERVAL_MS);
    expect(texts().join('')).toBe(text);
    expect(texts().filter((part) => /\p{Surrogate}/u.test(part))).toEqual([]);
  });

  it('keeps the halves of messages that grow at the same time apart', () => {
    const [wave, thumb] = ['👋', '👍'];
    const push = (content: string | undefined, messageId: string): void =>
      coalescer.push(content ?? '', { nodeId: 'n', messageId });
    push(wave[0], 'one');
    push(thumb[0], 'two');
    push(wave[1], 'one');
    push(thumb[1], 'two');
    coalescer.close();
    expect(texts().sort()).toEqual([wave, thumb].sort());
  });

  it('replaces the half of a character that nothing follows, and one that nothing precedes', () => {
    coalescer.push('a\ud83d', { nodeId: 'n' });
    coalescer.push('b\udc4b', { nodeId: 'n' });
    coalescer.push('c\ud83d', { nodeId: 'n' });
    coalescer.close();
    expect(texts().join('')).toBe('a\uFFFDb\uFFFDc\uFFFD');
  });

  it('joins what follows within the interval', () => {
    for (const text of ['a', 'b', 'c']) coalescer.push(text, { nodeId: 'n' });
    jest.advanceTimersByTime(INTERVAL_MS);
    expect(emitted).toEqual([
      { at: 0, node: 'n', text: 'a' },
      { at: INTERVAL_MS, node: 'n', text: 'bc' },
    ]);
  });

  it('sends a burst without anything following it, and leaves no timer', () => {
    for (let index = 0; index < 20; index += 1) coalescer.push('x', { nodeId: 'n' });
    jest.advanceTimersByTime(INTERVAL_MS);
    expect(texts().join('')).toBe('x'.repeat(20));
    expect(jest.getTimerCount()).toBe(0);
  });

  it('sends at once again after a silence', () => {
    coalescer.push('a', {});
    jest.advanceTimersByTime(INTERVAL_MS * 3);
    coalescer.push('b', {});
    expect(texts()).toEqual(['a', 'b']);
  });

  it('sends at most one update per interval at a steady rate', () => {
    for (let token = 0; token < 50; token += 1) {
      coalescer.push('x', { nodeId: 'n' });
      jest.advanceTimersByTime(20);
    }
    jest.advanceTimersByTime(INTERVAL_MS);
    expect(texts().join('')).toBe('x'.repeat(50));
    expect(emitted.length).toBeLessThanOrEqual(27);
    const gaps = emitted.slice(1).map(({ at }, index) => at - (emitted[index]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(INTERVAL_MS - 1);
  });

  it('keeps the clocks of nodes apart', () => {
    coalescer.push('a1', { nodeId: 'a' });
    coalescer.push('b1', { nodeId: 'b' });
    coalescer.push('a2', { nodeId: 'a' });
    expect(emitted.map(({ node, text }) => [node, text])).toEqual([
      ['a', 'a1'],
      ['b', 'b1'],
    ]);
    jest.advanceTimersByTime(INTERVAL_MS);
    expect(texts()).toEqual(['a1', 'b1', 'a2']);
  });

  it.each([
    ['another message', { messageId: 'm2' }],
    ['another role', { role: 'tool' }],
    ['other metadata', { metadata: { namespace: ['sub'] } }],
    ['other viewers', { targets: ['ada'] }],
    ['another block', { blockIndex: 1 }],
  ])('does not join text of %s', (_name, options) => {
    const plain = { nodeId: 'n', messageId: 'm', role: 'ai' };
    coalescer.push('first', plain);
    coalescer.push('a', plain);
    coalescer.push('b', { ...plain, ...options });
    coalescer.close();
    expect(texts()).toEqual(['first', 'a', 'b']);
  });

  it('sends high priority text at once, after what waits', () => {
    for (const text of ['a', 'b']) coalescer.push(text, {});
    coalescer.push('!', { priority: 'high' });
    expect(texts()).toEqual(['a', 'b!']);
  });

  it('sends what waits when it is flushed or closed', () => {
    for (const text of ['a', 'b', 'c']) coalescer.push(text, { nodeId: 'n' });
    coalescer.flush('n');
    coalescer.push('d', { nodeId: 'n' });
    coalescer.close();
    expect(texts()).toEqual(['a', 'bc', 'd']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('flushes one node without the others', () => {
    for (const nodeId of ['a', 'b'])
      for (const text of ['1', '2']) coalescer.push(nodeId + text, { nodeId });
    coalescer.flush('b');
    expect(texts()).toEqual(['a1', 'b1', 'b2']);
  });

  it('sends long text without waiting, so that a flat-out source stays bounded', () => {
    coalescer.push('first', {});
    for (let index = 0; index < 100; index += 1) coalescer.push('x'.repeat(1_000), {});
    expect(coalescer.pendingLength).toBeLessThan(10_000);
    coalescer.close();
    expect(texts().join('')).toBe(`first${'x'.repeat(100_000)}`);
  });

  it('joins nothing at an interval of 0', () => {
    coalescer = make(0);
    for (const text of ['a', 'b', 'c']) coalescer.push(text, {});
    expect(texts()).toEqual(['a', 'b', 'c']);
  });

  it('refuses at once what could not be sent later', () => {
    const metadata = { big: 1n };
    const refused = expect.objectContaining({ code: 'UPDATE_NOT_SERIALIZABLE' });
    coalescer.push('a', {});
    expect(() => coalescer.push('b', { metadata })).toThrow(refused);
    coalescer.push('c', {});
    expect(() => coalescer.push('d', { metadata })).toThrow(refused);
    coalescer.close();
    expect(texts()).toEqual(['a', 'c']);
  });

  it('sends what was said of a token when it came, whatever becomes of that while it waits', () => {
    const metadata: Record<string, unknown> = { step: 1 };
    const targets = ['ada'];
    const rooms = ['lobby'];
    const options = { metadata, targets, rooms };
    coalescer.push('first', options);
    coalescer.push('a', options);
    metadata['step'] = 2;
    coalescer.push('b', options);
    targets.push('eve');
    coalescer.push('c', options);
    rooms.push('hall');
    metadata['self'] = metadata;
    jest.advanceTimersByTime(INTERVAL_MS * 3);
    expect(texts()).toEqual(['first', 'a', 'b', 'c']);
    expect(facts).toEqual([
      { metadataJson: ',"step":1', targets: ['ada'], rooms: ['lobby'] },
      { metadataJson: ',"step":1', targets: ['ada'], rooms: ['lobby'] },
      { metadataJson: ',"step":2', targets: ['ada'], rooms: ['lobby'] },
      { metadataJson: ',"step":2', targets: ['ada', 'eve'], rooms: ['lobby'] },
    ]);
  });

  it('joins tokens whose facts are equal, though each came with its own', () => {
    for (const text of ['first', 'a', 'b'])
      coalescer.push(text, { metadata: { step: 1 }, targets: ['ada'], rooms: ['lobby'] });
    coalescer.close();
    expect(texts()).toEqual(['first', 'ab']);
  });

  it('joins messages that grow at the same time, each for itself', () => {
    for (let round = 0; round < 5; round += 1) {
      for (const task of ['t1', 't2']) {
        for (const message of ['m1', 'm2']) {
          const options = { nodeId: 'n', messageId: task + message, metadata: { taskId: task } };
          coalescer.push(`${task}${message}-${round} `, options);
        }
      }
    }
    coalescer.close();
    const ids = ['t1m1', 't1m2', 't2m1', 't2m2'];
    expect(texts()).toEqual([
      ...ids.map((id) => `${id}-0 `),
      ...ids.map((id) => [1, 2, 3, 4].map((round) => `${id}-${round} `).join('')),
    ]);
  });

  it('sends what was said before when another message begins in the same place', () => {
    const say = (text: string, messageId: string | undefined, taskId: string): void =>
      coalescer.push(text, { nodeId: 'n', messageId, metadata: { taskId } });
    say('a1', 'a', 't1');
    say('a2', 'a', 't1');
    say('elsewhere 1', 'x', 't2');
    say('elsewhere 2', 'x', 't2');
    say('b1', 'b', 't1');
    expect(texts()).toEqual(['a1', 'elsewhere 1', 'a2', 'b1']);
    say('a3', 'a', 't1');
    say('b2', 'b', 't1');
    say('a4', 'a', 't1');
    expect(texts()).toHaveLength(4);
    coalescer.close();
    expect(texts().slice(4)).toEqual(['elsewhere 2', 'a3a4', 'b2']);
  });

  it('keeps text that names a message and text that names none in order', () => {
    const say = (text: string, messageId?: string): void =>
      coalescer.push(text, { nodeId: 'n', messageId });
    for (const text of ['a1', 'a2']) say(text, 'a');
    for (const text of ['1', '2']) say(text);
    for (const text of ['a3', 'a4']) say(text, 'a');
    say('3');
    coalescer.close();
    expect(texts().join(' ')).toBe('a1 a2 1 2 a3a4 3');
  });

  it.each([
    ['of the same task', { taskId: 't1', namespace: ['sub:t0'] }, ['first', 'waits']],
    ['of the task that its graph belongs to', { taskId: 't0' }, ['first', 'waits']],
    ['of a task below', { taskId: 't2', namespace: ['sub:t0', 'n:t1'] }, ['first', 'waits']],
    ['that names no task', {}, ['first', 'waits']],
    ['of a task beside', { taskId: 't2', namespace: ['sub:t0'] }, ['first']],
    ['of another task', { taskId: 't9' }, ['first']],
  ])('knows whether text must go before an update %s', (_, metadata, sent) => {
    const options = { nodeId: 'n', metadata: { taskId: 't1', namespace: ['sub:t0'] } };
    for (const text of ['first', 'waits']) coalescer.push(text, options);
    coalescer.flushBefore(metadata);
    expect(texts()).toEqual(sent);
  });

  it('says nothing of empty text', () => {
    coalescer.push('', {});
    expect(texts()).toEqual([]);
  });

  it('does not remember everything it ever saw', () => {
    for (let index = 0; index < 2_000; index += 1) {
      coalescer.push('x', { nodeId: `n${index}` });
      jest.advanceTimersByTime(INTERVAL_MS);
    }
    expect(coalescer.rememberedTexts).toBeLessThanOrEqual(257);
  });
});
