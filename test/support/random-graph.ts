import { AIMessage, AIMessageChunk, type BaseMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import {
  Annotation,
  Command,
  END,
  interrupt,
  MemorySaver,
  MessagesAnnotation,
  Send,
  START,
  StateGraph,
  type LangGraphRunnableConfig,
} from '@langchain/langgraph';
import { ToolNode } from '@langchain/langgraph/prebuilt';
import { modelOf, Steps } from './graphs.js';
import type { Random } from './random.js';

const State = Annotation.Root({ ...MessagesAnnotation.spec, ...Steps.spec });
type State = typeof State.State;
type Update = typeof State.Update;
type Node = (state: State, config: LangGraphRunnableConfig) => Update | Promise<Update>;

const lookUp = tool(({ fail }: { fail?: boolean }) => {
  if (fail) throw new Error('The tool failed.');
  return 'found';
}, { name: 'look_up', schema: { type: 'object', properties: { fail: { type: 'boolean' } } } }); // prettier-ignore

/** Builds graphs of everything that LangGraph has, as the numbers of a generator say. */
export class RandomGraph {
  #nodes = 0;

  constructor(private readonly random: Random) {}

  build() {
    return this.#graph(3, new MemorySaver());
  }

  #graph(depth: number, checkpointer?: MemorySaver) {
    const builder = new StateGraph(State) as StateGraph<
      typeof State,
      State,
      typeof State.Update,
      string
    >;
    let last: string[] = [START];
    const steps = 1 + this.random.below(3);
    for (let step = 0; step < steps; step += 1) {
      const width = this.random.below(4) === 0 ? 3 : 1;
      const names: string[] = [];
      for (let index = 0; index < width; index += 1) names.push(this.#addNode(builder, depth));
      for (const from of last) for (const to of names) builder.addEdge(from, to);
      last = names;
    }
    for (const from of last) builder.addEdge(from, END);
    return builder.compile(checkpointer ? { checkpointer } : {});
  }

  #addNode(
    builder: StateGraph<typeof State, State, typeof State.Update, string>,
    depth: number,
  ): string {
    const name = `n${(this.#nodes += 1)}`;
    const kind = this.random.below(depth > 0 ? 9 : 7);
    if (kind === 0) builder.addNode(name, this.#asks(name));
    else if (kind === 1) builder.addNode(name, this.#writes(name));
    else if (kind === 2) this.#addTools(builder, name);
    else if (kind === 3) this.#addFanOut(builder, name);
    else if (kind === 4) builder.addNode(name, this.#commands(name), { ends: [END] });
    else if (kind === 5) builder.addNode(name, this.#fails(name), { retryPolicy: RETRY });
    else if (kind === 6) builder.addNode(name, this.#says(name));
    else builder.addNode(name, this.#graph(depth - 1));
    return name;
  }

  #says(name: string): Node {
    const parts = this.#parts(name);
    return async ({ messages }, config) => ({
      messages: [await modelOf(...parts()).invoke(messages, config)],
      steps: [name],
    });
  }

  #asks(name: string): Node {
    return () => ({ steps: [`${name}:${String(interrupt({ from: name }))}`] });
  }

  #writes(name: string): Node {
    const count = 1 + this.random.below(3);
    return (_state, config) => {
      for (let index = 0; index < count; index += 1) config.writer?.({ name, index });
      return { steps: [name], messages: [new AIMessage({ id: `${name}-fixed`, content: name })] };
    };
  }

  #commands(name: string) {
    return () => new Command({ update: { steps: [name] } });
  }

  #fails(name: string): Node {
    let attempts = 0;
    const says = this.#says(name);
    return async (state, config) => {
      attempts += 1;
      const update = await says(state, config);
      if (attempts === 1) throw new Error('The connection was lost.');
      return update;
    };
  }

  #addTools(builder: StateGraph<typeof State, State, typeof State.Update, string>, name: string) {
    const fail = this.random.below(2) === 0;
    const calls = [
      { type: 'tool_call' as const, id: `${name}-call`, name: 'look_up', args: { fail } },
    ];
    const tools = new ToolNode([lookUp]);
    builder.addNode(name, async (_state: State, config: LangGraphRunnableConfig) => {
      const request = new AIMessage({ id: `${name}-request`, content: '', tool_calls: calls });
      const { messages } = (await tools.invoke({ messages: [request] }, config)) as {
        messages: BaseMessage[];
      };
      return { messages: [request, ...messages], steps: [name] };
    });
  }

  #addFanOut(builder: StateGraph<typeof State, State, typeof State.Update, string>, name: string) {
    const worker = `${name}w`;
    const branches = 2 + this.random.below(4);
    builder.addNode(worker, this.#says(worker));
    builder.addNode(name, () => ({ steps: [name] }));
    builder.addConditionalEdges(
      name,
      () => Array.from({ length: branches }, () => new Send(worker, { messages: [], steps: [] })),
      [worker],
    );
  }

  /** The output of a model as one of the providers streams it; made anew, since chunks are changed. */
  #parts(name: string): () => (string | AIMessageChunk)[] {
    const words = Array.from(
      { length: 1 + this.random.below(8) },
      (_, index) => `${name}-${index} é🙂 `,
    );
    const usage = { input_tokens: 1, output_tokens: words.length, total_tokens: words.length + 1 };
    const index = this.random.below(2) === 0 ? 0 : 'call_0';
    const formats = [
      () => words,
      () => [
        ...words.map((text) => chunk({ content: [{ type: 'text', text, index: 0 }] })),
        chunk({ usage_metadata: usage }),
      ],
      () => [
        chunk({ additional_kwargs: { reasoning_content: 'Let me think.' } }),
        ...words,
        chunk({ response_metadata: { finish_reason: 'stop', model_name: 'm' } }),
      ],
      () => [
        ...words,
        toolCallPart(index, { args: '{"a":', id: `${name}-call`, name: 'x' }),
        toolCallPart(index, { args: '1}' }),
      ],
      () => words.map((content) => chunk({ content, usage_metadata: usage })),
    ];
    return this.random.of(...formats);
  }
}

const RETRY = { maxAttempts: 2, initialInterval: 1, jitter: false, logWarning: false };

function chunk(fields: object): AIMessageChunk {
  return new AIMessageChunk({ content: '', ...fields });
}

function toolCallPart(index: unknown, part: object): AIMessageChunk {
  return chunk({ tool_call_chunks: [{ type: 'tool_call_chunk', index, ...part }] });
}
