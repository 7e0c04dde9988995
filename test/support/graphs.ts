import type { CallbackManagerForLLMRun } from '@langchain/core/callbacks/manager';
import {
  AIMessage,
  AIMessageChunk,
  HumanMessage,
  type BaseMessage,
} from '@langchain/core/messages';
import { ChatGenerationChunk } from '@langchain/core/outputs';
import { tool } from '@langchain/core/tools';
import { FakeStreamingChatModel } from '@langchain/core/utils/testing';
import {
  Annotation,
  END,
  interrupt,
  MemorySaver,
  MessagesAnnotation,
  START,
  StateGraph,
} from '@langchain/langgraph';
import { ToolNode } from '@langchain/langgraph/prebuilt';

/** A model that streams these parts, as they are; the fake one alone would drop some fields. */
class ScriptedModel extends FakeStreamingChatModel {
  override async *_streamResponseChunks(
    _messages: BaseMessage[],
    _options: this['ParsedCallOptions'],
    run?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    for (const message of this.chunks) {
      const chunk = new ChatGenerationChunk({ message, text: message.text });
      yield chunk;
      await run?.handleLLMNewToken(chunk.text, undefined, undefined, undefined, undefined, {
        chunk,
      });
    }
  }
}

/** A model that streams these parts. */
export function modelOf(...parts: readonly (string | AIMessageChunk)[]): FakeStreamingChatModel {
  return new ScriptedModel({
    chunks: parts.map((part) =>
      typeof part === 'string' ? new AIMessageChunk({ content: part }) : part,
    ),
  });
}

/** The input of graphs that keep messages. */
export const HELLO = { messages: [new HumanMessage({ id: 'human-1', content: 'Hi' })] };

/** A node that asks a model. */
function answer(...parts: readonly (string | AIMessageChunk)[]) {
  return async (
    state: typeof MessagesAnnotation.State,
    config: Parameters<FakeStreamingChatModel['invoke']>[1],
  ) => ({ messages: [await modelOf(...parts).invoke(state.messages, config)] });
}

/** One node that asks a model. */
export function modelGraph(...parts: readonly (string | AIMessageChunk)[]) {
  return new StateGraph(MessagesAnnotation)
    .addNode('llm', answer(...parts))
    .addEdge(START, 'llm')
    .addEdge('llm', END)
    .compile();
}

/** A node that asks a model, then a subgraph whose node does the same. */
export function nestedModelGraph() {
  const inner = new StateGraph(MessagesAnnotation)
    .addNode('inner', answer('in', 'ner'))
    .addEdge(START, 'inner')
    .addEdge('inner', END)
    .compile();
  return new StateGraph(MessagesAnnotation)
    .addNode('llm', answer('out', 'er'))
    .addNode('sub', inner)
    .addEdge(START, 'llm')
    .addEdge('llm', 'sub')
    .addEdge('sub', END)
    .compile();
}

const add = tool(async ({ a, b }: { a: number; b: number }) => `${a + b}`, {
  name: 'add',
  schema: {
    type: 'object',
    properties: { a: { type: 'number' }, b: { type: 'number' } },
    required: ['a', 'b'],
  },
});

/** A node that asks for the tool `add`, and the node that calls it. */
export function toolGraph(tools: ConstructorParameters<typeof ToolNode>[0] = [add]) {
  const request = new AIMessage({
    id: 'request-1',
    content: '',
    tool_calls: [{ type: 'tool_call', id: 'call-1', name: 'add', args: { a: 1, b: 2 } }],
  });
  return new StateGraph(MessagesAnnotation)
    .addNode('ask', () => ({ messages: [request] }))
    .addNode('tools', new ToolNode(tools))
    .addEdge(START, 'ask')
    .addEdge('ask', 'tools')
    .addEdge('tools', END)
    .compile();
}

/** A state that lists what was done. */
export const Steps = Annotation.Root({
  steps: Annotation<string[]>({ reducer: (all, more) => [...all, ...more], default: () => [] }),
});

/** Two nodes, and what they write with the writer. */
export function stepsGraph() {
  return new StateGraph(Steps)
    .addNode('one', (_state, config) => {
      config.writer?.({ note: 'from one' });
      return { steps: ['one'] };
    })
    .addNode('two', (_state, config) => {
      config.writer?.({ type: 'progress', progress: 50, message: 'half' });
      return { steps: ['two'] };
    })
    .addEdge(START, 'one')
    .addEdge('one', 'two')
    .addEdge('two', END)
    .compile({ checkpointer: new MemorySaver() });
}

/** A node, and a subgraph with one node that writes with the writer. */
export function nestedStepsGraph() {
  const inner = new StateGraph(Steps)
    .addNode('inner', (_state, config) => {
      config.writer?.('from inner');
      return { steps: ['inner'] };
    })
    .addEdge(START, 'inner')
    .addEdge('inner', END)
    .compile();
  return new StateGraph(Steps)
    .addNode('one', () => ({ steps: ['one'] }))
    .addNode('sub', inner)
    .addEdge(START, 'one')
    .addEdge('one', 'sub')
    .addEdge('sub', END)
    .compile();
}

/** A graph whose nodes of these names each ask a question, at the same time. */
export function askingGraph(...names: readonly string[]) {
  const builder = new StateGraph(Steps) as StateGraph<
    typeof Steps,
    typeof Steps.State,
    typeof Steps.Update,
    string
  >;
  for (const name of names) {
    builder
      .addNode(name, () => ({ steps: [`${name}:${JSON.stringify(interrupt(`${name}?`))}`] }))
      .addEdge(START, name)
      .addEdge(name, 'done');
  }
  return builder
    .addNode('done', () => ({ steps: ['done'] }))
    .addEdge('done', END)
    .compile({ checkpointer: new MemorySaver() });
}

/** A graph with a question inside a subgraph. */
export function nestedAskingGraph() {
  const inner = new StateGraph(Steps)
    .addNode('ask', () => ({ steps: [`ask:${String(interrupt({ question: 'Go on?' }))}`] }))
    .addEdge(START, 'ask')
    .addEdge('ask', END)
    .compile();
  return new StateGraph(Steps)
    .addNode('sub', inner)
    .addEdge(START, 'sub')
    .addEdge('sub', END)
    .compile({ checkpointer: new MemorySaver() });
}

/** A cache for what nodes with a `cachePolicy` write. */
export function mapCache() {
  type Key = [namespace: string[], key: string];
  const values = new Map<string, unknown>();
  return {
    serde: new MemorySaver().serde,
    get: async (keys: Key[]) =>
      keys
        .filter((key) => values.has(JSON.stringify(key)))
        .map((key) => ({ key, value: values.get(JSON.stringify(key)) })),
    set: async (pairs: { key: Key; value: unknown }[]) => {
      for (const { key, value } of pairs) values.set(JSON.stringify(key), value);
    },
    clear: async () => values.clear(),
  };
}
