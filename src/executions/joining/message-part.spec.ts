import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { StreamedMessage } from '../../protocol/streamed-message.js';
import { FlushClock } from './flush-clock.js';
import { readMessagePart } from './message-part.js';
import { TokenCoalescer } from './token-coalescer.js';

const INTERVAL_MS = 50;
const FRAME = { id: 'm', role: 'assistant', content: '', partial: true } as const;

const thinks = (reasoning: string): StreamedMessage => ({ ...FRAME, reasoning });
const writes = (args: string, index: number | string = 0): StreamedMessage => ({
  ...FRAME,
  toolCallChunks: [{ index, args }],
});

describe('a partial message', () => {
  it.each<[string, StreamedMessage, string]>([
    ['reasoning', thinks('Let me '), 'Let me '],
    ['arguments of a call', writes('{"a":'), '{"a":'],
    ['arguments of a call whose index is a text', writes('1}', 'call_0'), '1}'],
  ])('that says only %s can be joined, and comes back as it was', (_name, message, content) => {
    const part = readMessagePart(message);
    expect(part?.content).toBe(content);
    expect(part?.options.part?.toMessage(content)).toEqual(message);
  });

  it.each<[string, unknown]>([
    ['whole', { ...thinks('x'), partial: undefined }],
    ['without an id', { ...thinks('x'), id: undefined }],
    ['the first of a call', { ...FRAME, toolCallChunks: [{ index: 0, name: 'look', args: '' }] }],
    ['of a call without an index', { ...FRAME, toolCallChunks: [{ args: '1' }] }],
    [
      'of several calls',
      {
        ...FRAME,
        toolCallChunks: [
          { index: 0, args: '1' },
          { index: 1, args: '2' },
        ],
      },
    ],
    ['of reasoning and a call', { ...writes('1'), reasoning: 'x' }],
    ['with the name of its speaker', { ...thinks('x'), name: 'writer' }],
    ['the last one', { ...thinks('x'), finishReason: 'stop' }],
    ['of usage', { ...FRAME, usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 } }],
    ['no object', 'text'],
  ])('that is %s stays an update of its own', (_name, data) => {
    expect(readMessagePart(data)).toBeUndefined();
  });
});

describe('parts of a message', () => {
  let told: unknown[];
  let coalescer: TokenCoalescer;

  beforeEach(() => {
    jest.useFakeTimers();
    told = [];
    coalescer = new TokenCoalescer(
      () => INTERVAL_MS,
      ({ dataJson }) => {
        const { content, reasoning, toolCallChunks } = JSON.parse(dataJson) as StreamedMessage;
        told.push(reasoning ?? toolCallChunks ?? content);
      },
      new FlushClock(undefined, 0),
    );
  });
  afterEach(() => void jest.useRealTimers());

  const say = (content: string, message?: StreamedMessage): void => {
    const part = readMessagePart(message);
    coalescer.push(
      part?.content ?? content,
      part?.options ?? { role: 'assistant', messageId: 'm' },
    );
  };

  it('are joined as text is, each kind for itself and in order', () => {
    for (const word of ['Let ', 'me ', 'look.']) say('', thinks(word));
    for (const word of ['It ', 'is ', 'sunny.']) say(word);
    for (const args of ['{"a":', '1', '}']) say('', writes(args));
    for (const args of ['{', '}']) say('', writes(args, 'call_1'));
    coalescer.close();
    expect(told).toEqual([
      'Let ',
      'me look.',
      'It ',
      'is sunny.',
      [{ index: 0, args: '{"a":' }],
      [{ index: 0, args: '1}' }],
      [{ index: 'call_1', args: '{' }],
      [{ index: 'call_1', args: '}' }],
    ]);
  });

  it('cost about as many updates as text does', () => {
    for (let token = 0; token < 200; token += 1) {
      say('', thinks('word '));
      jest.advanceTimersByTime(5);
    }
    coalescer.close();
    expect(told.join('')).toBe('word '.repeat(200));
    expect(told.length).toBeLessThanOrEqual(22);
  });
});
