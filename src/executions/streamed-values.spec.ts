import { describe, expect, it } from '@jest/globals';
import { StreamedValues } from './streamed-values.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Which of the values that are passed on were streamed before. */
function taken(streamed: readonly unknown[], passedOn: readonly unknown[]): boolean[] {
  const values = new StreamedValues();
  for (const value of streamed) values.add(value);
  return passedOn.map((value) => values.take(value));
}

describe('what was streamed', () => {
  const item = { any: 1 };

  it.each<[string, unknown[], unknown[], boolean[]]>([
    ['objects by their identity', [item], [item, item, { any: 1 }], [true, false, false]],
    ['texts in their order', ['a', 'b', 'c'], ['a', 'b', 'c'], [true, true, true]],
    ['the newest, when others were left out', ['a', 'b', 'c'], ['c', 'c'], [true, false]],
    ['nothing after a text of another', ['a', 'b'], ['x', 'a', 'b'], [false, false, false]],
    ['no text that is cut elsewhere', ['a', 'b'], ['ab'], [false]],
    ['bytes that say the texts', ['a', 'b'], [bytes('a'), bytes('b')], [true, true]],
    ['bytes of several texts', ['a', 'b', 'c'], [bytes('ab'), bytes('c')], [true, true]],
    ['bytes that cut a text', ['abc'], [bytes('a'), bytes('bc')], [true, true]],
    [
      'bytes that cut a character',
      ['é👋'],
      [bytes('é👋').slice(0, 4), bytes('é👋').slice(4)],
      [true, true],
    ],
    ['texts that say the bytes', [bytes('ab'), bytes('c')], ['a', 'bc'], [true, true]],
    ['other bytes with the same end', [bytes('a'), bytes('ab')], [bytes('ab')], [true]],
    ['no bytes that say more', ['a'], [bytes('ab')], [false]],
    ['no bytes of other texts', ['a', 'b'], [bytes('c'), bytes('a')], [false, false]],
    ['numbers, never as bytes', [1, 'a'], [1, bytes('a')], [true, true]],
  ])('is known: %s', (_name, streamed, passedOn, expected) => {
    expect(taken(streamed, passedOn)).toEqual(expected);
  });

  it('keeps bytes as they were when they were streamed', () => {
    const values = new StreamedValues();
    const chunk = bytes('ab');
    values.add(chunk);
    chunk.fill(0);
    expect(values.take(bytes('ab'))).toBe(true);
  });

  it('is remembered as far as streams read ahead, and no further', () => {
    const values = new StreamedValues();
    for (let index = 0; index < 5_000; index += 1) values.add(`${index}`);
    expect(values.take('0')).toBe(false);
    for (let index = 0; index < 4_000; index += 1) values.add(`${index}`);
    expect(values.take('0')).toBe(true);
  });
});
