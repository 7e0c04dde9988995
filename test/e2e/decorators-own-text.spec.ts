import { describe, expect, it } from '@jest/globals';
import { AIMessage, AIMessageChunk } from '@langchain/core/messages';
import { END, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { Injectable } from '@nestjs/common';
import { StreamingService, StreamToken, type StreamUpdate } from '../../src/index.js';
import { langGraph } from '../../src/sources/langgraph/index.js';
import { collect, tokensOf, updatesOf } from '../support/decorated-calls.js';
import { HELLO, modelOf } from '../support/graphs.js';
import { startApp } from '../support/streaming-app.js';

const QUESTION = 'Hi';
const toolCall = new AIMessageChunk({
  content: '',
  tool_call_chunks: [{ type: 'tool_call_chunk', index: 0, id: 'c', name: 'order', args: '{}' }],
});

/** Streams a model's text in pieces. */
async function* said(...parts: readonly string[]): AsyncGenerator<string> {
  for await (const { text } of await modelOf(...parts).stream(QUESTION)) yield text;
}

const ask = async (...parts: readonly (string | AIMessageChunk)[]): Promise<AIMessageChunk> =>
  modelOf(...parts).invoke(QUESTION);

interface Case {
  /** What the decorated method returns, or yields, after its model said `draft`. */
  readonly method: () => unknown;
  /** All text that viewers get, whoever streams it. */
  readonly text: string;
}

const CASES: Readonly<Record<string, Case>> = {
  'returns a text after a mere call of a tool': {
    method: async () => {
      await ask(toolCall);
      return 'Your order is on its way.';
    },
    text: 'Your order is on its way.',
  },
  'changes what its model said': {
    method: async () => `FINAL(${(await ask('draft')).text})`,
    text: 'draftFINAL(draft)',
  },
  'returns what its model said': {
    method: async () => (await ask('dr', 'aft')).text,
    text: 'draft',
  },
  'returns what its model said, trimmed': {
    method: async () => (await ask(' dr', 'aft\n')).text.trim(),
    text: ' draft\n',
  },
  'returns the message of its model': { method: () => ask('dr', 'aft'), text: 'draft' },
  'returns what the first of two models said': {
    method: async () => {
      const first = await ask('one');
      await ask('two');
      return first.text;
    },
    text: 'onetwo',
  },
  'passes on what its model says': { method: () => said('dr', 'aft'), text: 'draft' },
  'passes on the chunks of its model': {
    method: async () => modelOf('dr', 'aft').stream(QUESTION),
    text: 'draft',
  },
  'joins what its model says': {
    method: async function* () {
      let text = '';
      for await (const part of said('d', 'r', 'a', 'f', 't')) {
        text += part;
        if (text.length === 2) {
          yield text;
          text = '';
        }
      }
      yield text;
    },
    text: 'draft',
  },
  'splits what its model says': {
    method: async function* () {
      for await (const part of said('dra', 'ft')) yield* part;
    },
    text: 'draft',
  },
  'adds to what its model says': {
    method: async function* () {
      yield 'Answer: ';
      yield* said('dr', 'aft');
      yield ' (sources)';
    },
    text: 'Answer: draft (sources)',
  },
  'says something of its own, which begins as its model did': {
    method: async function* () {
      await ask('Your order ', 'is lost.');
      yield 'Your order ';
      yield 'is on its way.';
    },
    text: 'Your order is lost.Your order is on its way.',
  },
  'says only the beginning of what its model said': {
    method: async function* () {
      await ask('Your order ', 'is lost.');
      yield 'Your order ';
    },
    text: 'Your order is lost.Your order ',
  },
  'says the same as its model, without passing it on': {
    method: async function* () {
      await ask('draft');
      yield 'dr';
      yield 'aft';
    },
    text: 'draft',
  },
  'returns a message of its own': { method: async () => new AIMessage('mine'), text: 'mine' },
  'speaks while its model thinks': {
    method: async function* () {
      const parts = said('dr', 'aft');
      await parts.next();
      yield '[thinking]';
      await collect(parts);
    },
    text: 'draft[thinking]',
  },
  'has no model': { method: async () => 'mine', text: 'mine' },
  'says it twice': {
    method: async function* () {
      yield 'mine';
      yield 'mine';
    },
    text: 'minemine',
  },
};

/** The letters of a text in their order: what the graph and a decorator stream comes in two nodes. */
const sorted = (text: string): string => text.split('').sort().join('');

describe('in a streamed graph, a decorated method that', () => {
  const stream = async ({ method }: Case): Promise<StreamUpdate[]> => {
    @Injectable()
    class Agent {
      readonly graph = new StateGraph(MessagesAnnotation)
        .addNode('node', async () => {
          const returned: unknown = await this.method();
          if (typeof returned === 'object' && returned && Symbol.asyncIterator in returned) {
            await collect(returned as AsyncIterable<unknown>);
          }
          return {};
        })
        .addEdge(START, 'node')
        .addEdge('node', END)
        .compile();

      @StreamToken()
      method(): unknown {
        return method();
      }
    }
    const { app } = await startApp({ tokens: { flushIntervalMs: 0 } }, { providers: [Agent] });
    const streaming = app.get(StreamingService);
    const { executionId, done } = streaming.run(langGraph(app.get(Agent).graph, HELLO));
    await done;
    return updatesOf(streaming, executionId);
  };

  it.each(Object.entries(CASES))('%s: nothing is lost, nothing comes twice', async (_name, one) => {
    const text = tokensOf(await stream(one)).join('');
    expect(sorted(text)).toBe(sorted(one.text));
  });

  it.each(['adds to what its model says', 'changes what its model said'])(
    '%s is understood: the text comes in its order',
    async (name) => {
      const one = CASES[name];
      if (!one) throw new Error('There is no such case.');
      expect(tokensOf(await stream(one)).join('')).toBe(one.text);
    },
  );
});
