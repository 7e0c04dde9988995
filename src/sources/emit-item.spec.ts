import { describe, expect, it } from '@jest/globals';
import { AIMessageChunk } from '@langchain/core/messages';
import { RecordingContext } from '../../test/support/recording-context.js';
import { isControlEvent, StreamEventType } from '../protocol/stream-event-type.js';
import { emitItem } from './emit-item.js';

function updatesOf(item: unknown) {
  const context = new RecordingContext();
  emitItem(item, context);
  return context.updates;
}

const TYPES = Object.values(StreamEventType);
const CONTROL_TYPES = TYPES.filter(isControlEvent);
const OTHER_TYPES = TYPES.filter((type) => !isControlEvent(type) && type !== StreamEventType.TOKEN);

describe('an item', () => {
  it('that is a text is a token', () => {
    expect(updatesOf('hi')).toEqual([{ type: 'token', data: { content: 'hi' } }]);
  });

  it.each([
    [{ content: 'hi' }, { content: 'hi' }],
    [
      { content: 'hi', id: 'm1', role: 'assistant' },
      { content: 'hi', messageId: 'm1', role: 'assistant' },
    ],
    [
      new AIMessageChunk({ id: 'm1', content: 'hi' }),
      { content: 'hi', messageId: 'm1', role: 'assistant' },
    ],
    [{ content: [{ type: 'text', text: 'h' }, 'i'] }, { content: 'hi' }],
  ])('that has a text as its content is a token: %j', (item, data) => {
    expect(updatesOf(item)).toEqual([{ type: 'token', data }]);
  });

  it.each(OTHER_TYPES)('may be an update of type %s', (type) => {
    const item = { type, data: { any: 1 }, metadata: { nodeId: 'n', agentType: 'writer' } };
    expect(updatesOf(item)).toEqual([
      { type, data: { any: 1 }, nodeId: 'n', metadata: { agentType: 'writer' } },
    ]);
  });

  it.each([
    ['hi', { content: 'hi' }],
    [
      { content: 'hi', role: 'user', messageId: 'm1' },
      { content: 'hi', role: 'user', messageId: 'm1' },
    ],
  ])('may be an update of type token: %j', (data, expected) => {
    expect(updatesOf({ type: 'token', data, metadata: { nodeId: 'n' } })).toEqual([
      { type: 'token', data: expected, nodeId: 'n' },
    ]);
  });

  it('that says it is a token but has no text is custom', () => {
    expect(updatesOf({ type: 'token', data: 42 })).toEqual([{ type: 'custom', data: 42 }]);
  });

  it.each(CONTROL_TYPES)('cannot announce %s', (type) => {
    const item = { type, data: { state: 'completed' } };
    expect(updatesOf(item)).toEqual([{ type: 'custom', data: item }]);
  });

  it('that tells its progress is progress', () => {
    expect(updatesOf({ type: 'progress', progress: 10, message: 'm', step: 2 })).toEqual([
      { type: 'progress', data: { progress: 10, message: 'm', step: 2 } },
    ]);
  });

  it.each([
    42,
    null,
    true,
    ['a'],
    { any: 1 },
    { type: 'unknown', data: 1 },
    { type: 'updates' },
    { type: 'progress', progress: 'far' },
    { content: 42 },
    { content: ['a', 1] },
  ])('of any other shape is custom: %j', (item) => {
    expect(updatesOf(item)).toEqual([{ type: 'custom', data: item }]);
  });
});
