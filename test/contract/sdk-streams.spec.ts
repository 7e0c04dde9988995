import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Anthropic from '@anthropic-ai/sdk';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AIMessageChunk, HumanMessage, ToolMessage } from '@langchain/core/messages';
import { FakeStreamingChatModel } from '@langchain/core/utils/testing';
import { END, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { Injectable, Logger } from '@nestjs/common';
import OpenAI from 'openai';
import {
  StreamToken,
  type StreamedMessage,
  type StreamSource,
  type StreamUpdate,
} from '../../src/index.js';
import { type StreamedToolCallChunk } from '../../src/client/index.js';
import { streamWithAi5, streamWithAi6 } from '../support/ai-sdk-streams.js';
import { collect, dataOf, tokensOf, updatesOf } from '../support/decorated-calls.js';
import { onTestEnd, startApp } from '../support/streaming-app.js';

/** Recorded with `ai` 7.0.173, which needs Node 22. */
const recordedAi7 = JSON.parse(
  readFileSync(new URL('recorded/ai-7.json', import.meta.url), 'utf8'),
) as { readonly fullStream: unknown[]; readonly ui: unknown[] };

/** Recorded with `openai` 7.59.0, which needs Node 22, from a server that sends the events below. */
const recordedOpenAi7 = JSON.parse(
  readFileSync(new URL('recorded/openai-7.json', import.meta.url), 'utf8'),
) as { readonly chat: unknown[]; readonly helper: unknown[]; readonly responses: unknown[] };

/** What viewers learn of an answer that thinks, calls a tool, and then speaks. */
interface Told {
  readonly text: string;
  readonly reasoning?: string;
  readonly toolCalls?: readonly (readonly [name: string, args: unknown])[];
  readonly toolAnswers?: readonly string[];
  /** Tokens in and out. */
  readonly usage?: readonly [number, number];
  readonly finishReasons?: readonly string[];
  readonly citations?: readonly (string | undefined)[];
}

function toldBy(updates: readonly StreamUpdate[]): Told {
  const messages = dataOf(updates, 'messages') as StreamedMessage[];
  const parts = messages.filter(({ partial }) => partial);
  const chunks = parts.flatMap(({ id, toolCallChunks = [] }) =>
    toolCallChunks.map((chunk) => ({ id, ...chunk, callId: chunk.id })),
  );
  const whole = parts.flatMap(({ toolCalls = [] }) => toolCalls);
  const calls = [...joined(chunks), ...whole.map(({ name, args }) => [name, args] as const)];
  const usages = parts.flatMap(({ usage }) => usage ?? []);
  return {
    text: tokensOf(updates).join(''),
    reasoning: parts.map(({ reasoning = '' }) => reasoning).join(''),
    toolCalls: calls,
    toolAnswers: messages.filter(({ role }) => role === 'tool').map(({ content }) => content),
    usage: [
      usages.reduce((sum, { inputTokens }) => sum + inputTokens, 0),
      usages.reduce((sum, { outputTokens }) => sum + outputTokens, 0),
    ],
    finishReasons: parts.flatMap(({ finishReason }) => finishReason ?? []),
    citations: parts.flatMap(({ citations = [] }) => citations.map(({ url }) => url)),
  };
}

/** The calls of tools that parts give, by message and index. */
function joined(
  chunks: readonly (StreamedToolCallChunk & { readonly id?: string | undefined })[],
): (readonly [string, unknown])[] {
  const calls = new Map<string, { name: string; args: string }>();
  for (const { id, index, name = '', args = '' } of chunks) {
    const key = `${index}`;
    const call = calls.get(key) ?? { name: '', args: '' };
    calls.set(key, { name: call.name + name, args: call.args + args });
    expect(id).not.toBe('');
  }
  return [...calls.values()].map(({ name, args }) => [name, JSON.parse(args) as unknown]);
}

const WEATHER = ['weather', { city: 'Rome' }] as const;
const ANSWER = '{"city":"Rome","sky":"clear"}';

const AI_SDK_TOLD: Told = {
  text: 'It is sunny.',
  reasoning: 'Let me look.',
  toolCalls: [WEATHER],
  toolAnswers: [ANSWER],
  usage: [6, 10],
  finishReasons: ['tool-calls', 'stop'],
  citations: ['https://example.org'],
};
/** A UI message stream tells no usage, and one reason at its end. */
const UI_TOLD: Told = { ...AI_SDK_TOLD, usage: [0, 0], finishReasons: ['stop'] };

/** A server on loopback that answers every request with these events. */
async function serve(events: readonly unknown[], named: boolean): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const event of events) {
      const { type } = event as { type?: string };
      response.write(`${named ? `event: ${type}\n` : ''}data: ${JSON.stringify(event)}\n\n`);
    }
    response.end(named ? '' : 'data: [DONE]\n\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestEnd(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const chatChunk = (delta: object, rest: object = {}): object => ({
  id: 'chat-1',
  object: 'chat.completion.chunk',
  created: 0,
  model: 'gpt',
  choices: [{ index: 0, delta, finish_reason: null, ...rest }],
});
const CHAT_CHUNKS = [
  chatChunk({ role: 'assistant', content: '' }),
  chatChunk({ reasoning_content: 'Let me look.' }),
  chatChunk({ content: 'It is ' }),
  chatChunk({ content: 'sunny.' }),
  chatChunk({
    tool_calls: [
      { index: 0, id: 'c', type: 'function', function: { name: 'weather', arguments: '' } },
    ],
  }),
  chatChunk({ tool_calls: [{ index: 0, function: { arguments: '{"city":"Rome"}' } }] }),
  chatChunk({}, { finish_reason: 'tool_calls' }),
  {
    id: 'chat-1',
    object: 'chat.completion.chunk',
    choices: [],
    usage: { prompt_tokens: 6, completion_tokens: 10, total_tokens: 16 },
  },
];

const RESPONSE = { id: 'resp-1', object: 'response', model: 'gpt', output: [] };
const RESPONSE_EVENTS = [
  { type: 'response.created', response: { ...RESPONSE, status: 'in_progress' } },
  { type: 'response.output_item.added', output_index: 0, item: { type: 'reasoning', id: 'rs' } },
  { type: 'response.reasoning_summary_text.delta', item_id: 'rs', delta: 'Let me look.' },
  { type: 'response.output_item.added', output_index: 1, item: { type: 'message', id: 'm' } },
  { type: 'response.output_text.delta', item_id: 'm', delta: 'It is ' },
  { type: 'response.output_text.delta', item_id: 'm', delta: 'sunny.' },
  {
    type: 'response.output_text.annotation.added',
    annotation: { type: 'url_citation', url: 'https://example.org', title: 'Weather' },
  },
  { type: 'response.output_text.done', item_id: 'm', text: 'It is sunny.' },
  {
    type: 'response.output_item.added',
    output_index: 2,
    item: { type: 'function_call', id: 'fc', call_id: 'c', name: 'weather', arguments: '' },
  },
  { type: 'response.function_call_arguments.delta', output_index: 2, delta: '{"city":"Rome"}' },
  { type: 'response.function_call_arguments.done', output_index: 2, arguments: '{"city":"Rome"}' },
  {
    type: 'response.completed',
    response: {
      ...RESPONSE,
      status: 'completed',
      usage: { input_tokens: 6, output_tokens: 10, total_tokens: 16 },
    },
  },
];

const ANTHROPIC_EVENTS = [
  {
    type: 'message_start',
    message: {
      id: 'msg-1',
      type: 'message',
      role: 'assistant',
      model: 'claude',
      content: [],
      usage: { input_tokens: 6, output_tokens: 1 },
    },
  },
  { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } },
  { type: 'ping' },
  {
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'thinking_delta', thinking: 'Let me look.' },
  },
  { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'x' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'It is ' } },
  { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'sunny.' } },
  {
    type: 'content_block_delta',
    index: 1,
    delta: { type: 'citations_delta', citation: { url: 'https://example.org', cited_text: 'sun' } },
  },
  { type: 'content_block_stop', index: 1 },
  {
    type: 'content_block_start',
    index: 2,
    content_block: { type: 'tool_use', id: 'c', name: 'weather', input: {} },
  },
  {
    type: 'content_block_delta',
    index: 2,
    delta: { type: 'input_json_delta', partial_json: '{"city":"Rome"}' },
  },
  { type: 'content_block_stop', index: 2 },
  { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 10 } },
  { type: 'message_stop' },
];

const WIRE_TOLD: Told = {
  text: 'It is sunny.',
  reasoning: 'Let me look.',
  toolCalls: [WEATHER],
  toolAnswers: [],
  usage: [6, 10],
  finishReasons: ['tool_calls'],
  citations: [],
};

const QUESTION = [{ role: 'user' as const, content: 'weather?' }];
const openAi = async (events: readonly unknown[], named: boolean): Promise<OpenAI> =>
  new OpenAI({ apiKey: 'none', baseURL: await serve(events, named), maxRetries: 0 });
const anthropic = async (): Promise<Anthropic> =>
  new Anthropic({ apiKey: 'none', baseURL: await serve(ANTHROPIC_EVENTS, true), maxRetries: 0 });
const CLAUDE = { model: 'claude', max_tokens: 100, messages: QUESTION };

/** A model of LangChain that thinks, speaks, calls a tool and tells what it cost. */
const langChainModel = (): FakeStreamingChatModel =>
  new FakeStreamingChatModel({
    chunks: [
      new AIMessageChunk({ content: [{ type: 'reasoning', reasoning: 'Let me look.' }] }),
      new AIMessageChunk({ content: 'It is ' }),
      new AIMessageChunk({ content: 'sunny.' }),
    ],
  });
const LANGCHAIN_TOLD: Told = {
  text: 'It is sunny.',
  reasoning: '',
  toolCalls: [],
  toolAnswers: [],
  usage: [0, 0],
  finishReasons: [],
  citations: [],
};

const graphOf = () =>
  new StateGraph(MessagesAnnotation)
    .addNode('speak', async ({ messages }) => ({
      messages: [await langChainModel().invoke(messages)],
    }))
    .addNode('look', () => ({
      messages: [new ToolMessage({ content: ANSWER, tool_call_id: 'c' })],
    }))
    .addEdge(START, 'speak')
    .addEdge('speak', 'look')
    .addEdge('look', END)
    .compile();
const INPUT = { messages: [new HumanMessage('weather?')] };

const STREAMS: Readonly<Record<string, readonly [() => unknown, Told]>> = {
  'AI SDK 5, fullStream': [() => streamWithAi5().fullStream, AI_SDK_TOLD],
  'AI SDK 5, UI message stream': [
    () => streamWithAi5().toUIMessageStream({ sendSources: true }),
    UI_TOLD,
  ],
  'AI SDK 5, textStream': [() => streamWithAi5().textStream, { ...LANGCHAIN_TOLD }],
  'AI SDK 6, fullStream': [() => streamWithAi6().fullStream, AI_SDK_TOLD],
  'AI SDK 6, UI message stream': [
    () => streamWithAi6().toUIMessageStream({ sendSources: true }),
    UI_TOLD,
  ],
  'AI SDK 7, fullStream (recorded)': [() => recordedAi7.fullStream.values(), AI_SDK_TOLD],
  'AI SDK 7, UI message stream (recorded)': [() => recordedAi7.ui.values(), UI_TOLD],
  'AI SDK 5, response of UI messages': [
    () => bodyOf(streamWithAi5().toUIMessageStreamResponse({ sendSources: true })),
    UI_TOLD,
  ],
  'AI SDK 5, response of text': [
    () => bodyOf(streamWithAi5().toTextStreamResponse()),
    LANGCHAIN_TOLD,
  ],
  'AI SDK 6, response of UI messages': [
    () => bodyOf(streamWithAi6().toUIMessageStreamResponse({ sendSources: true })),
    UI_TOLD,
  ],
  'OpenAI, lines of JSON': [
    async () =>
      (
        await (
          await openAi(CHAT_CHUNKS, false)
        ).chat.completions.create({ model: 'gpt', messages: QUESTION, stream: true })
      ).toReadableStream(),
    WIRE_TOLD,
  ],
  'OpenAI, body of the response': [
    async () => (await fetch(await serve(CHAT_CHUNKS, false))).body,
    WIRE_TOLD,
  ],
  'Anthropic, body of the response': [
    async () => (await fetch(await serve(ANTHROPIC_EVENTS, true))).body,
    { ...WIRE_TOLD, finishReasons: ['tool_use'], citations: ['https://example.org'] },
  ],
  'OpenAI, chat completions': [
    async () =>
      (await openAi(CHAT_CHUNKS, false)).chat.completions.create({
        model: 'gpt',
        messages: QUESTION,
        stream: true,
      }),
    WIRE_TOLD,
  ],
  'OpenAI, chat completions by helper': [
    async () =>
      (await openAi(CHAT_CHUNKS, false)).chat.completions.stream({
        model: 'gpt',
        messages: QUESTION,
      }),
    WIRE_TOLD,
  ],
  'OpenAI 7, chat completions (recorded)': [() => recordedOpenAi7.chat.values(), WIRE_TOLD],
  'OpenAI 7, chat completions by helper (recorded)': [
    () => recordedOpenAi7.helper.values(),
    WIRE_TOLD,
  ],
  'OpenAI 7, responses (recorded)': [
    () => recordedOpenAi7.responses.values(),
    { ...WIRE_TOLD, finishReasons: ['completed'], citations: ['https://example.org'] },
  ],
  'OpenAI, responses': [
    async () =>
      (await openAi(RESPONSE_EVENTS, true)).responses.create({
        model: 'gpt',
        input: 'weather?',
        stream: true,
      }),
    { ...WIRE_TOLD, finishReasons: ['completed'], citations: ['https://example.org'] },
  ],
  'Anthropic, events': [
    async () => (await anthropic()).messages.create({ ...CLAUDE, stream: true }),
    { ...WIRE_TOLD, finishReasons: ['tool_use'], citations: ['https://example.org'] },
  ],
  'Anthropic, message stream': [
    async () => (await anthropic()).messages.stream(CLAUDE),
    { ...WIRE_TOLD, finishReasons: ['tool_use'], citations: ['https://example.org'] },
  ],
  'LangChain, streamEvents v2': [
    () => langChainModel().streamEvents('weather?', { version: 'v2' }),
    { ...LANGCHAIN_TOLD, reasoning: 'Let me look.' },
  ],
  'LangChain, streamEvents v1': [
    () => langChainModel().streamEvents('weather?', { version: 'v1' }),
    { ...LANGCHAIN_TOLD, reasoning: 'Let me look.' },
  ],
  'LangGraph, streamEvents v2': [
    () => graphOf().streamEvents(INPUT, { version: 'v2' }),
    { ...LANGCHAIN_TOLD, reasoning: 'Let me look.' },
  ],
  'LangGraph, [chunk, metadata]': [
    () => graphOf().stream(INPUT, { streamMode: 'messages' }),
    { ...LANGCHAIN_TOLD, reasoning: 'Let me look.', toolAnswers: [ANSWER] },
  ],
  'LangGraph, [mode, payload]': [
    () => graphOf().stream(INPUT, { streamMode: ['messages', 'updates'] }),
    { ...LANGCHAIN_TOLD, reasoning: 'Let me look.', toolAnswers: [ANSWER] },
  ],
  'LangGraph, [namespace, mode, payload]': [
    () => graphOf().stream(INPUT, { streamMode: ['messages', 'updates'], subgraphs: true }),
    { ...LANGCHAIN_TOLD, reasoning: 'Let me look.', toolAnswers: [ANSWER] },
  ],
};

function bodyOf({ body }: Response): NonNullable<Response['body']> {
  if (!body) throw new Error('The response has no body.');
  return body;
}

@Injectable()
class Service {
  @StreamToken()
  async answer(make: () => unknown): Promise<AsyncIterable<unknown>> {
    return asyncOf(await make());
  }
}

/** What is recorded comes as a list. */
async function* list(items: Iterable<unknown>): AsyncGenerator {
  yield* items;
}

const asyncOf = (stream: unknown): AsyncIterable<unknown> =>
  Symbol.asyncIterator in (stream as object)
    ? (stream as AsyncIterable<unknown>)
    : list(stream as Iterable<unknown>);

describe('the stream of an SDK', () => {
  let warnings: jest.SpiedFunction<Logger['warn']>;

  beforeEach(() => {
    warnings = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  });

  afterEach(() => warnings.mockRestore());

  const stream = async (source: StreamSource): Promise<StreamUpdate[]> => {
    const { streaming } = await startApp({ tokens: { flushIntervalMs: 0 } });
    const { executionId, done } = streaming.run(source);
    await done;
    return updatesOf(streaming, executionId);
  };

  it.each(Object.entries(STREAMS))('is told to viewers: %s', async (_name, [make, told]) => {
    const updates = await stream(make);
    expect(toldBy(updates)).toEqual(told);
    expect(dataOf(updates, 'custom')).toEqual([]);
    expect(warnings.mock.calls).toEqual([]);
  });

  it('is found in a result of the AI SDK, and in a response', async () => {
    expect(toldBy(await stream(() => streamWithAi6()))).toEqual(AI_SDK_TOLD);
    const response = (): Response =>
      streamWithAi6().toUIMessageStreamResponse({ sendSources: true });
    expect(toldBy(await stream(response))).toEqual(UI_TOLD);
    expect(toldBy(await stream(response()))).toEqual(UI_TOLD);
  });

  it.each(Object.entries(STREAMS))(
    'is told by a decorated method, and reaches its caller: %s',
    async (_name, [make, told]) => {
      const { app, streaming } = await startApp(
        { tokens: { flushIntervalMs: 0 } },
        { providers: [Service] },
      );
      let items: unknown[] = [];
      const { executionId, done } = streaming.run(async () => {
        items = await collect(await app.get(Service).answer(make));
      });
      await done;
      expect(toldBy(await updatesOf(streaming, executionId))).toEqual(told);
      expect(items.length).toBeGreaterThan(0);
    },
  );
});
