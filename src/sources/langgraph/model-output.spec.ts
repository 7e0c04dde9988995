import { describe, expect, it } from '@jest/globals';
import { AIMessage, AIMessageChunk } from '@langchain/core/messages';
import { FakeListChatModel } from '@langchain/core/utils/testing';
import { END, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { HELLO, modelGraph, modelOf } from '../../../test/support/graphs.js';
import { RecordingContext } from '../../../test/support/recording-context.js';
import { langGraph } from './index.js';

const OPTIONS = { streamMode: 'messages', nodeEvents: false } as const;

async function updatesOf(...parts: readonly (string | AIMessageChunk)[]) {
  const context = new RecordingContext();
  await langGraph(modelGraph(...parts), HELLO, OPTIONS).run(context);
  return context.updatesWithoutTask;
}

const messageId = expect.stringMatching(/^run-/);
const token = (content: string) => ({
  type: 'token',
  nodeId: 'llm',
  data: { content, role: 'assistant', messageId },
});
const partial = (rest: object) => ({
  type: 'messages',
  nodeId: 'llm',
  data: { id: messageId, role: 'assistant', content: '', partial: true, ...rest },
});

describe('the output of a model', () => {
  it('is streamed token by token, all of one message', async () => {
    const updates = await updatesOf('Hel', 'lo ', 'world');
    expect(updates).toEqual([token('Hel'), token('lo '), token('world')]);
    expect(new Set(updates.map(({ data }) => (data as { messageId: string }).messageId)).size).toBe(
      1,
    );
  });

  it('keeps emoji, joined emoji and other scripts as they are', async () => {
    const parts = ['👩‍👩‍👧 ', '日本', '語', ' é', '\u{1F600}'];
    expect(await updatesOf(...parts)).toEqual(parts.map(token));
  });

  it('has no token for a chunk without text', async () => {
    expect(await updatesOf('a', '', 'b')).toEqual([token('a'), token('b')]);
  });

  it('takes the text of content blocks as tokens, and reasoning apart from it', async () => {
    const image = { type: 'image', url: 'https://example.com/cat.png' };
    const updates = await updatesOf(
      new AIMessageChunk({ content: [{ type: 'reasoning', reasoning: 'Let me think.' }] }),
      new AIMessageChunk({ content: [{ type: 'text', text: 'Yes' }] }),
      new AIMessageChunk({ content: [{ type: 'text', text: '!' }, image] }),
    );
    expect(updates).toEqual([
      partial({ reasoning: 'Let me think.' }),
      token('Yes'),
      partial({ blocks: [image] }),
      token('!'),
    ]);
  });

  it('keeps the parts of tool calls', async () => {
    const first = { index: 0, id: 'call-1', name: 'add', args: '{"a":' };
    const updates = await updatesOf(
      new AIMessageChunk({ content: '', tool_call_chunks: [first] }),
      new AIMessageChunk({ content: 'ok', tool_call_chunks: [{ index: 0, args: '1}' }] }),
    );
    expect(updates).toEqual([
      partial({ toolCallChunks: [first] }),
      partial({ toolCallChunks: [{ index: 0, args: '1}' }] }),
      token('ok'),
    ]);
  });

  it('keeps whole tool calls of models that do not stream them', async () => {
    const call = { id: 'call-1', name: 'add', args: { a: 1 } };
    const updates = await updatesOf(
      new AIMessageChunk({ content: 'ok', tool_calls: [{ ...call, type: 'tool_call' }] }),
    );
    expect(updates).toEqual([partial({ toolCalls: [call] }), token('ok')]);
  });

  it('is one token when the model does not stream', async () => {
    const model = new FakeListChatModel({ responses: ['all at once'] });
    model.disableStreaming = true;
    const graph = new StateGraph(MessagesAnnotation)
      .addNode('llm', async ({ messages }, config) => ({
        messages: [await model.invoke(messages, config)],
      }))
      .addEdge(START, 'llm')
      .addEdge('llm', END)
      .compile();
    const context = new RecordingContext();
    await langGraph(graph, HELLO, OPTIONS).run(context);
    expect(context.updatesWithoutTask).toEqual([token('all at once')]);
  });

  it('is streamed from models that run at the same time, each under its node', async () => {
    const graph = new StateGraph(MessagesAnnotation)
      .addNode('left', async ({ messages }, config) => ({
        messages: [await modelOf('l1', 'l2', 'l3').invoke(messages, config)],
      }))
      .addNode('right', async ({ messages }, config) => ({
        messages: [await modelOf('r1', 'r2').invoke(messages, config)],
      }))
      .addEdge(START, 'left')
      .addEdge(START, 'right')
      .compile();
    const context = new RecordingContext();
    await langGraph(graph, HELLO, OPTIONS).run(context);
    expect(context.text('left')).toBe('l1l2l3');
    expect(context.text('right')).toBe('r1r2');
    expect(context.updates).toHaveLength(5);
  });
});

describe('what is known of a message when it ends', () => {
  const piece = (content: string, facts: object = {}) => new AIMessageChunk({ content, ...facts });
  const cost = (input: number, output: number) => ({
    usage_metadata: { input_tokens: input, output_tokens: output, total_tokens: input + output },
  });
  const usage = (input: number, output: number) => ({
    usage: { inputTokens: input, outputTokens: output, totalTokens: input + output },
  });

  it('comes after the text', async () => {
    const updates = await updatesOf(
      piece('Yes'),
      piece('!', { response_metadata: { finish_reason: 'stop', model_name: 'm' }, ...cost(3, 2) }),
    );
    expect(updates).toEqual([
      token('Yes'),
      token('!'),
      partial({ finishReason: 'stop', model: 'm', ...usage(3, 2) }),
    ]);
  });

  it('adds up when it comes in parts', async () => {
    // As OpenAI does it: the reason, then the usage.
    expect(
      await updatesOf(
        piece('Yes'),
        piece('', { response_metadata: { finish_reason: 'stop' } }),
        piece('', cost(3, 2)),
      ),
    ).toEqual([token('Yes'), partial({ finishReason: 'stop' }), partial(usage(3, 2))]);
    // As Anthropic does it: the input, then the output.
    expect(
      await updatesOf(
        piece('', { additional_kwargs: { model: 'm' }, ...cost(3, 0) }),
        piece('Yes'),
        piece('', { additional_kwargs: { stop_reason: 'end_turn' }, ...cost(0, 2) }),
      ),
    ).toEqual([
      partial({ model: 'm', ...usage(3, 0) }),
      token('Yes'),
      partial({ finishReason: 'end_turn', ...usage(0, 2) }),
    ]);
  });

  it('does not cut the text when every piece tells what it cost and who made it', async () => {
    const metadata = { response_metadata: { model: 'm' } };
    const updates = await updatesOf(
      piece('a', { ...metadata, ...cost(3, 1) }),
      piece('b', { ...metadata, ...cost(0, 1) }),
      piece('c', { ...metadata, ...cost(0, 1) }),
    );
    expect(updates).toEqual([
      token('a'),
      token('b'),
      token('c'),
      partial({ model: 'm', ...usage(3, 3) }),
    ]);
  });

  it('is nothing when only the name of the model is known', async () => {
    const metadata = { response_metadata: { model: 'm' } };
    expect(await updatesOf(piece('a', metadata), piece('b', metadata))).toEqual([
      token('a'),
      token('b'),
    ]);
  });

  it('names the sources', async () => {
    const annotations = [{ type: 'citation', url: 'https://example.com', title: 'Example' }];
    const content = [{ type: 'text', text: 'Yes', annotations }];
    expect(await updatesOf(new AIMessageChunk({ content }))).toEqual([
      token('Yes'),
      partial({ citations: [{ url: 'https://example.com', title: 'Example' }] }),
    ]);
  });
});

describe('a whole message that a node returns', () => {
  it('is a message, not a token, chunk or not', async () => {
    const graph = new StateGraph(MessagesAnnotation)
      .addNode('fixed', () => ({
        messages: [
          new AIMessage({ id: 'fixed-1', content: 'Sorry.' }),
          new AIMessageChunk({ id: 'fixed-2', content: 'Really.' }),
        ],
      }))
      .addEdge(START, 'fixed')
      .addEdge('fixed', END)
      .compile();
    const context = new RecordingContext();
    await langGraph(graph, HELLO, OPTIONS).run(context);
    const message = { type: 'messages', nodeId: 'fixed' };
    expect(context.updatesWithoutTask).toEqual([
      { ...message, data: { id: 'fixed-1', role: 'assistant', content: 'Sorry.' } },
      { ...message, data: { id: 'fixed-2', role: 'assistant', content: 'Really.' } },
    ]);
  });
});
