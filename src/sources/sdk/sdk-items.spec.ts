import { describe, expect, it } from '@jest/globals';
import { RecordingContext } from '../../../test/support/recording-context.js';
import { ItemStream } from '../item-stream.js';

function updatesOf(...items: readonly unknown[]) {
  const context = new RecordingContext();
  const stream = new ItemStream(items, context);
  for (const item of items) stream.accept(item);
  stream.end();
  return context.updates;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const chunk = (delta: object): object => ({
  id: 'c1',
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta }],
});
const chunkOf = (content: string): string => JSON.stringify(chunk({ content }));
const token = (content: string) => ({
  type: 'token',
  data: { content, role: 'assistant', messageId: 'c1' },
});
const part = (id: string | undefined, facts: object) => ({
  type: 'messages',
  data: { ...(id && { id }), role: 'assistant', content: '', partial: true, ...facts },
});

describe('what OpenAI and those that follow it send', () => {
  it.each<[string, object, object[]]>([
    ['parts of a content', { content: [{ type: 'text', text: 'hi' }] }, [token('hi')]],
    ['a refusal', { content: null, refusal: 'No' }, [token('No')]],
    ['what is said in audio', { audio: { id: 'a', transcript: 'hi' } }, [token('hi')]],
    ['nothing', { content: null }, []],
    [
      'a call in its old form',
      { function_call: { name: 'f', arguments: '{}' } },
      [part('c1', { toolCallChunks: [{ index: 0, name: 'f', args: '{}' }] })],
    ],
  ])('is streamed: %s', (_name, delta, updates) => {
    expect(updatesOf(chunk(delta))).toEqual(updates);
  });

  it('is streamed: the text of a completion', () => {
    const choices = [{ text: 'hi', index: 0, finish_reason: null }];
    expect(updatesOf({ id: 'c1', object: 'text_completion', choices })).toEqual([token('hi')]);
  });

  it.each([
    ['after a chunk', [chunk({ content: 'hi' }), { error: { message: 'too many' } }]],
    ['in a chunk', [{ ...chunk({ content: '' }), error: { code: 502, message: 'too many' } }]],
  ])('fails the run with an error %s', (_name, items) => {
    expect(() => updatesOf(...items)).toThrow('too many');
  });

  it('does not make an error of what an application yields', () => {
    const item = { error: { message: 'a fact' } };
    expect(updatesOf(item)).toEqual([{ type: 'custom', data: item }]);
  });
});

describe('the body of a response', () => {
  const first = chunkOf('a');
  const [begin, end] = [first.slice(0, 20), first.slice(20)];

  it.each<[string, string]>([
    ['with lines that end in CR LF', `data: ${first}\r\n\r\ndata: [DONE]\r\n\r\n`],
    ['with lines that end in CR', `data: ${first}\r\rdata: [DONE]\r\r`],
    ['with a mark of the order of bytes', `\uFEFF: hello\nid: 1\n\ndata: ${first}\n\n`],
    ['without a last line', `data: ${first}`],
    ['without spaces', `data:${first}\n\n`],
    ['with a line of JSON for each', `${first}\n`],
  ])('is read %s, wherever it is cut', (_name, body) => {
    const whole = bytes(body);
    expect(updatesOf(whole)).toEqual([token('a')]);
    expect(updatesOf(...[...whole].map((byte) => Uint8Array.of(byte)))).toEqual([token('a')]);
  });

  it('is read with events of several lines', () => {
    const lines = JSON.stringify(JSON.parse(first), undefined, 1).replaceAll('\n', '\ndata: ');
    const body = bytes(`data: ${lines}\n\ndata: ${chunkOf('b')}\n\n`);
    expect(updatesOf(body)).toEqual([token('a'), token('b')]);
    expect(updatesOf(...[...body].map((byte) => Uint8Array.of(byte)))).toEqual([
      token('a'),
      token('b'),
    ]);
  });

  it.each([
    'data: hello\n\n',
    'data: { not json\n\n',
    'data: {"any":1}\n\n',
    `data: ${begin}`,
    `${begin}\n${end}\n`,
    '{ this is no JSON }\n',
  ])('is text if it carries nothing of an SDK: %j', (body) => {
    expect(updatesOf(bytes(body))).toEqual([{ type: 'token', data: { content: body } }]);
  });
});

describe('what LangChain and LangGraph send', () => {
  const message = { type: 'AIMessageChunk', id: 'c1', content: 'hi' };

  it('is a token in the JSON of a remote graph too', () => {
    const metadata = { langgraph_node: 'writer' };
    const expected = [{ ...token('hi'), nodeId: 'writer' }];
    expect(updatesOf([message, metadata])).toEqual(expected);
    expect(updatesOf(['messages', [message, metadata]])).toEqual(expected);
    expect(updatesOf([['sub:1'], 'messages', [message, metadata]])).toEqual(expected);
  });

  it('tells that a tool failed, and nothing of why', () => {
    const error = { event: 'on_tool_error', run_id: 'r', name: 'f', data: { error: 'secret' } };
    expect(updatesOf(error)).toEqual([
      {
        type: 'messages',
        data: { role: 'tool', content: 'The tool failed.', name: 'f', status: 'error' },
      },
    ]);
  });

  it('takes an answer of a tool that JSON cannot say', () => {
    const output: Record<string, unknown> = { count: 10n };
    output['self'] = output;
    const end = { event: 'on_tool_end', run_id: 'r', name: 'f', data: { output } };
    expect(updatesOf(end)).toEqual([
      {
        type: 'messages',
        data: { role: 'tool', content: '{"count":"10","self":"[Circular]"}', name: 'f' },
      },
    ]);
  });
});

describe('what the AI SDK sends', () => {
  it('tells that an answer was aborted', () => {
    const [first, last] = updatesOf(
      { type: 'start', messageId: 'm' },
      { type: 'text-delta', id: '1', text: 'Hi' },
      { type: 'abort' },
    );
    expect(first).toMatchObject({ type: 'token', data: { content: 'Hi' } });
    expect(last).toEqual(part('m', { finishReason: 'abort' }));
  });
});
