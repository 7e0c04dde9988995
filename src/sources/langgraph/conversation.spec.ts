import { describe, expect, it } from '@jest/globals';
import { HumanMessage, RemoveMessage } from '@langchain/core/messages';
import { conversationOf } from './conversation.js';

describe('a conversation that was stored as JSON', () => {
  it('has its messages, and no orders to remove a message', () => {
    const stored: unknown = JSON.parse(
      JSON.stringify([new HumanMessage('x'), new RemoveMessage({ id: 'gone' })]),
    );
    expect(conversationOf(stored)).toMatchObject([{ role: 'user', content: 'x' }]);
  });
});
