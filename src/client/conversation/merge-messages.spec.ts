import { describe, expect, it } from '@jest/globals';
import type { StreamedMessage } from '../../protocol/streamed-message.js';
import { keepObjects, mergeMessages, messagesOf } from './merge-messages.js';

const message = (id: string, content = id): StreamedMessage => ({ id, role: 'assistant', content });
const all = (ids: string): StreamedMessage[] =>
  ids
    .split(' ')
    .filter(Boolean)
    .map((id) => message(id));
const idsOf = (messages: readonly StreamedMessage[]): string =>
  messages.map(({ id }) => id).join(' ');

describe('what the agent keeps and what a run says', () => {
  it.each([
    ['nothing is kept', '', 'a b', 'a b'],
    ['nothing is said', 'h a', '', 'h a'],
    ['the run began after what is kept', 'h', 'a b', 'h a b'],
    ['part of the run is kept', 'h q a', 'q a b', 'h q a b'],
    ['all of the run is kept', 'h q a b', 'q a b', 'h q a b'],
    ['the run says what the agent never keeps', 'h q', 'x a', 'h q x a'],
    ['the same, when more of the run is kept', 'h q a', 'x a', 'h q x a'],
    ['the same, in the middle', 'h q a b', 'q a x b y', 'h q a x b y'],
    ['the agent keeps what the run did not say', 'h q a c', 'q b c', 'h q a b c'],
    ['both have another order', 'a b', 'b a', 'a b'],
  ])('are one conversation when %s', (_, kept, said, merged) => {
    expect(idsOf(mergeMessages(all(kept), all(said)))).toBe(merged);
  });

  it('are the words of the agent where both have a message', () => {
    const merged = mergeMessages([message('a', 'whole')], [message('a', 'who')]);
    expect(merged).toEqual([message('a', 'whole')]);
  });

  it('tell messages without an id apart', () => {
    const { id: _id, ...unnamed } = message('a');
    expect(mergeMessages([unnamed], [unnamed])).toEqual([unnamed, unnamed]);
  });
});

describe('messages that come again', () => {
  it('are the objects that were there, where nothing changed', () => {
    const before = all('a b');
    const [a, b] = keepObjects(before, [message('a'), message('b', 'more')]);
    expect(a).toBe(before[0]);
    expect(b).toEqual(message('b', 'more'));
    expect(keepObjects(before, all('a b'))).toBe(before);
  });
});

describe('the messages of an input', () => {
  it.each([
    ['a list of messages', { messages: [message('a')] }, [message('a')]],
    ['what is not messages', { messages: ['Hi', 1, null, { role: 'user' }] }, []],
    ['no list', { messages: 'Hi' }, []],
    ['no object', 'Hi', []],
    ['nothing', undefined, []],
  ])('are found in %s', (_, input, found) => {
    expect(messagesOf(input)).toEqual(found);
  });
});
