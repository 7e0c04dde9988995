import { describe, expect, it } from '@jest/globals';
import {
  AIMessage,
  AIMessageChunk,
  ChatMessage,
  HumanMessage,
  SystemMessage,
  ToolMessage,
} from '@langchain/core/messages';
import { toPlainData } from './plain-data.js';
import { messageOf, splitModelOutput, toStreamedMessage } from './streamed-message.js';

const CALL = { type: 'tool_call' as const, id: 'call-1', name: 'add', args: { a: 1 } };

describe('the role of a message', () => {
  const ROLES = [
    [new HumanMessage('x'), 'user'],
    [new AIMessage('x'), 'assistant'],
    [new AIMessageChunk('x'), 'assistant'],
    [new SystemMessage('x'), 'system'],
    [new ToolMessage({ content: 'x', tool_call_id: 'call-1' }), 'tool'],
    [new ChatMessage('x', 'critic'), 'critic'],
    // What a remote graph sends.
    [{ type: 'human', content: 'x', additional_kwargs: {}, response_metadata: {} }, 'user'],
    [{ type: 'ai', content: 'x', additional_kwargs: {}, response_metadata: {} }, 'assistant'],
    [
      { type: 'AIMessageChunk', content: 'x', additional_kwargs: {}, response_metadata: {} },
      'assistant',
    ],
    [{ type: 'system', content: 'x', additional_kwargs: {}, response_metadata: {} }, 'system'],
    [{ type: 'tool', content: 'x', additional_kwargs: {}, response_metadata: {} }, 'tool'],
    // What `JSON.stringify` makes of a message.
    [JSON.parse(JSON.stringify(new HumanMessage('x'))), 'user'],
    [JSON.parse(JSON.stringify(new AIMessageChunk('x'))), 'assistant'],
  ] as const;

  it.each(ROLES)('is known: %#', (message, role) => {
    const known = messageOf(message);
    expect(known && toStreamedMessage(known)).toMatchObject({ role, content: 'x' });
  });

  it.each(ROLES)('is known in a state: %#', (message, role) => {
    expect(toPlainData({ messages: [message] })).toMatchObject({
      messages: [{ role, content: 'x' }],
    });
  });

  it('is not read into objects of the application', () => {
    const value = { type: 'human', content: 'x' };
    expect(toPlainData(value)).toEqual(value);
  });
});

describe('a whole message', () => {
  it('tells what it cost, why it ended and who made it', () => {
    const message = new AIMessage({
      id: 'ai-1',
      content: 'Hi',
      usage_metadata: {
        input_tokens: 5,
        output_tokens: 2,
        total_tokens: 7,
        input_token_details: { cache_read: 3 },
        output_token_details: { reasoning: 1 },
      },
      response_metadata: { finish_reason: 'stop', model_name: 'model-1', headers: 'secret' },
    } as never);
    expect(toPlainData(message)).toEqual({
      id: 'ai-1',
      role: 'assistant',
      content: 'Hi',
      usage: {
        inputTokens: 5,
        outputTokens: 2,
        totalTokens: 7,
        cachedInputTokens: 3,
        reasoningTokens: 1,
      },
      finishReason: 'stop',
      model: 'model-1',
    });
  });

  it('tells that a tool failed, and what it gives to the application', () => {
    const message = new ToolMessage({
      id: 'tool-1',
      content: 'No such file.',
      name: 'read',
      tool_call_id: 'call-1',
      status: 'error',
      artifact: { path: '/x', at: new Date(0) },
    });
    expect(toPlainData(message)).toEqual({
      id: 'tool-1',
      role: 'tool',
      content: 'No such file.',
      name: 'read',
      toolCallId: 'call-1',
      status: 'error',
      artifact: { path: '/x', at: '1970-01-01T00:00:00.000Z' },
    });
  });

  it('tells which tool calls are not valid', () => {
    const invalid = { id: 'call-2', name: 'add', args: '{"a":', error: 'Unexpected end' };
    const message = new AIMessage({
      content: '',
      tool_calls: [CALL],
      invalid_tool_calls: [{ ...invalid, type: 'invalid_tool_call' }],
    });
    expect(toStreamedMessage(message as never)).toMatchObject({
      toolCalls: [{ id: 'call-1', name: 'add', args: { a: 1 } }],
      invalidToolCalls: [invalid],
    });
  });

  it.each<[string, object, object]>([
    [
      'standard blocks',
      {
        content: [
          {
            type: 'text',
            text: 'x',
            annotations: [
              {
                type: 'citation',
                url: 'https://a',
                title: 'A',
                citedText: 'y',
                startIndex: 0,
                endIndex: 1,
              },
            ],
          },
        ],
      },
      { url: 'https://a', title: 'A', citedText: 'y', startIndex: 0, endIndex: 1 },
    ],
    [
      'OpenAI',
      {
        content: [
          {
            type: 'text',
            text: 'x',
            annotations: [
              { type: 'url_citation', url: 'https://a', title: 'A', start_index: 0, end_index: 1 },
            ],
          },
        ],
      },
      { url: 'https://a', title: 'A', startIndex: 0, endIndex: 1 },
    ],
    [
      'Anthropic',
      {
        content: [
          {
            type: 'text',
            text: 'x',
            citations: [
              { type: 'char_location', cited_text: 'y', document_title: 'A', document_index: 0 },
            ],
          },
        ],
      },
      { title: 'A', citedText: 'y' },
    ],
    [
      'Perplexity',
      { content: 'x', additional_kwargs: { citations: ['https://a'] } },
      { url: 'https://a' },
    ],
  ])('names its sources: %s', (_, fields, citation) => {
    expect(toStreamedMessage(new AIMessage(fields) as never)).toMatchObject({
      content: 'x',
      citations: [citation],
    });
  });

  it.each<[string, object]>([
    ['a thinking block', { content: [{ type: 'thinking', thinking: 'hm' }] }],
    ['a reasoning block', { content: [{ type: 'reasoning', reasoning: 'hm' }] }],
    [
      'a summary block',
      { content: [{ type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }] }] },
    ],
    [
      'Bedrock',
      { content: [{ type: 'reasoning_content', reasoningText: { text: 'hm', signature: 's' } }] },
    ],
    ['DeepSeek', { content: '', additional_kwargs: { reasoning_content: 'hm' } }],
    ['Groq', { content: '', additional_kwargs: { reasoning: 'hm' } }],
    [
      'OpenAI',
      {
        content: '',
        additional_kwargs: {
          reasoning: { type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }] },
        },
      },
    ],
    [
      'OpenRouter',
      {
        content: '',
        additional_kwargs: { reasoning_details: [{ type: 'reasoning.text', text: 'hm' }] },
      },
    ],
  ])('has its reasoning apart from its text: %s', (_, fields) => {
    const message = toStreamedMessage(new AIMessage(fields) as never);
    expect(message).toMatchObject({ content: '', reasoning: 'hm' });
    expect(message).not.toHaveProperty('blocks');
    expect(splitModelOutput(new AIMessageChunk(fields) as never)).toMatchObject({
      text: '',
      rest: { reasoning: 'hm', partial: true },
    });
  });
});

describe('a piece of the output of a model', () => {
  it('keeps the index of tool call parts, a number or a text', () => {
    const part = { type: 'tool_call_chunk', id: 'call-1', name: 'add', args: '{' };
    const piece = {
      type: 'AIMessageChunk',
      content: '',
      tool_call_chunks: [
        { ...part, index: 0 },
        { ...part, index: 'toolu_1' },
      ],
    };
    expect(splitModelOutput(piece).rest?.toolCallChunks).toEqual([
      { index: 0, id: 'call-1', name: 'add', args: '{' },
      { index: 'toolu_1', id: 'call-1', name: 'add', args: '{' },
    ]);
  });

  it('has its text by blocks', () => {
    const content = [
      { type: 'text', text: 'a', index: 0 },
      { type: 'text', text: 'b', index: 0 },
      { text: 'without a type', index: 1 },
      'plain',
    ];
    expect(splitModelOutput({ content })).toMatchObject({
      text: 'abwithout a typeplain',
      texts: [
        { text: 'ab', blockIndex: 0 },
        { text: 'without a type', blockIndex: 1 },
        { text: 'plain', blockIndex: undefined },
      ],
    });
  });

  it('has what is known of the whole apart', () => {
    const piece = {
      content: 'x',
      id: 'ai-1',
      usage_metadata: { input_tokens: 1, output_tokens: 2 },
    };
    expect(splitModelOutput(piece)).toMatchObject({
      text: 'x',
      rest: undefined,
      end: {
        id: 'ai-1',
        content: '',
        partial: true,
        usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 },
      },
    });
  });
});
