import { describe, expect, it } from '@jest/globals';
import { isAnswer } from './waiting-answers.js';

const isForeign = (namespace: string): boolean => namespace === '/prices';

describe('an answer that may wait, and be overtaken', () => {
  it.each([
    ['3/streaming,7[{"ok":true}]', 'an acknowledgement'],
    ['37[{"ok":true}]', 'an acknowledgement in the root namespace'],
    ['2/streaming,["thread_response",{}]', 'a conversation'],
    ['2/streaming,["thread_history_response",{}]', 'a history'],
    ['2/streaming,["thread_list_response",{}]', 'a list'],
    ['2/streaming,["status_response",{}]', 'a status'],
  ])('%s: %s', (data) => {
    expect(isAnswer({ type: 'message', data }, isForeign)).toBe(true);
  });
});

describe('a packet that keeps its place', () => {
  it.each<[string | Buffer | undefined, string]>([
    ['2/streaming,["price_response",{}]', 'an event of the application'],
    ['2/streaming,["_response",{}]', 'an event of the application'],
    ['2/streaming,7["thread_response",{}]', 'an event that asks for an acknowledgement'],
    ['2/streaming,["thread_subscription_confirmed",{}]', 'an answer that updates follow'],
    ['2/streaming,["stream_update",{}]', 'an update'],
    ['2/prices,["thread_response",{}]', 'an event of another gateway'],
    ['3/prices,7["thread_response"]', 'an acknowledgement of another gateway'],
    ['4/streaming,{"message":"no"}', 'a refusal'],
    [Buffer.from('3/streaming,7[]'), 'binary data'],
    [undefined, 'nothing'],
  ])('%s: %s', (data) => {
    expect(isAnswer({ type: 'message', data }, isForeign)).toBe(false);
  });
});
