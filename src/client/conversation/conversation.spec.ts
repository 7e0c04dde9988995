import { describe, expect, it } from '@jest/globals';
import type { StreamedMessage } from '../../protocol/streamed-message.js';
import type { ThreadAnswer } from '../../protocol/thread-messages.js';
import { Conversation } from './conversation.js';

const asked = (content: string, id?: string): StreamedMessage => ({
  role: 'user',
  content,
  ...(id !== undefined && { id }),
});
const answered = (content: string, id: string): StreamedMessage => ({
  ...asked(content, id),
  role: 'assistant',
});

const kept = (...messages: readonly StreamedMessage[]): ThreadAnswer => ({
  threadId: 't',
  createdAt: 1,
  updatedAt: 1,
  messages,
  interrupts: [],
  runs: [],
  cursor: { epoch: 'e', sequence: 1 },
});

const shown = ({ messages }: Conversation): string =>
  messages.map(({ content, id = '' }) => `${content}:${id}`).join(' ');

describe('what a page has just asked', () => {
  it('is shown at once, and once, when the agent gave it an id', () => {
    const conversation = new Conversation();
    conversation.expect({ messages: [asked('Hi')] });
    expect(shown(conversation)).toBe('Hi:');
    conversation.keep(kept(asked('Hi', '1')));
    expect(shown(conversation)).toBe('Hi:1');
  });

  it('is not taken for the same words of before', () => {
    const conversation = new Conversation();
    const before = [asked('Hi', '1'), answered('Hello', '2')];
    conversation.keep(kept(...before));
    conversation.expect({ messages: [asked('Hi')] });
    conversation.keep(kept(...before));
    expect(shown(conversation)).toBe('Hi:1 Hello:2 Hi:');
    conversation.keep(kept(...before, asked('Hi', '3')));
    expect(shown(conversation)).toBe('Hi:1 Hello:2 Hi:3');
  });

  it('is told apart from the same words that wait behind it', () => {
    const conversation = new Conversation();
    conversation.expect({ messages: [asked('Hi')] });
    conversation.expect({ messages: [asked('Hi')] });
    conversation.keep(kept(asked('Hi', '1')));
    expect(shown(conversation)).toBe('Hi:1 Hi:');
    conversation.keep(kept(asked('Hi', '1'), answered('Hello', '2')));
    expect(shown(conversation)).toBe('Hi:1 Hello:2 Hi:');
    conversation.keep(kept(asked('Hi', '1'), answered('Hello', '2'), asked('Hi', '3')));
    expect(shown(conversation)).toBe('Hi:1 Hello:2 Hi:3');
  });

  it('is known behind an earlier checkpoint too, from which a fork begins', () => {
    const conversation = new Conversation();
    conversation.keep(kept(asked('Hi', '1'), answered('Hello', '2'), asked('Bye', '3')));
    conversation.expect({ messages: [asked('Wait')] });
    conversation.keep(kept(asked('Hi', '1')));
    conversation.keep(kept(asked('Hi', '1'), asked('Wait', '4')));
    expect(shown(conversation)).toBe('Hi:1 Wait:4');
  });

  it('stays until it is kept, if its run stores it before the start is answered', () => {
    const conversation = new Conversation();
    const part = conversation.expect({ messages: [asked('Hi', '1')] });
    const data = { executionId: 'run', state: 'running' } as const;
    conversation.apply({ type: 'run:start', data }, 'e');
    const told = conversation.parts.at(-1);
    if (told) told.inputAt = 'c1';
    conversation.assign(part, 'run');
    expect(shown(conversation)).toBe('Hi:1');
    conversation.keep({ ...kept(asked('Hi', '1')), checkpointId: 'c1' });
    expect(conversation.parts).toEqual([expect.objectContaining({ input: [] })]);
    expect(shown(conversation)).toBe('Hi:1');
  });

  it('stays the same list while nothing changes', () => {
    const conversation = new Conversation();
    conversation.expect({ messages: [asked('Hi')] });
    conversation.keep(kept());
    const { messages } = conversation;
    conversation.keep(kept());
    expect(conversation.messages).toBe(messages);
  });
});
