import type { CallbackManagerForLLMRun } from '@langchain/core/callbacks/manager';
import { AIMessageChunk, ToolMessage, type BaseMessage } from '@langchain/core/messages';
import { ChatGenerationChunk } from '@langchain/core/outputs';
import { FakeStreamingChatModel } from '@langchain/core/utils/testing';
import {
  END,
  interrupt,
  MemorySaver,
  MessagesAnnotation,
  START,
  StateGraph,
} from '@langchain/langgraph';
import { deferred, type Deferred } from '../../src/common/deferred.js';

/** A part of an answer: one message of the model, and what comes of it. */
interface Segment {
  /** Whether somebody must answer before it begins. */
  readonly asks: boolean;
  /** `say:N` says N words, `hold` waits until the test lets it go on. */
  readonly steps: readonly string[];
  /** How it ends: with a call of a tool, with an error, or as an answer. */
  readonly end: 'tool' | 'fail' | 'answer';
}

/**
 * A chat whose answers follow a script, which is the text of what the user says: a name, then words such as
 * `say:3`, `hold`, `tool`, `ask` and `fail`.
 */
export class ScriptedChat {
  readonly #reached = new Map<string, Deferred<void>>();
  readonly #released = new Map<string, Deferred<void>>();

  readonly graph = new StateGraph(MessagesAnnotation)
    .addNode('model', async ({ messages }, config) => {
      const { name, segment, index } = segmentOf(messages);
      const said = segment.asks ? `${String(interrupt({ question: name }))}. ` : '';
      const model = new PacedModel({}, this, { name, segment, index, said, signal: config.signal });
      const message = await model.invoke(messages, config);
      if (segment.end === 'fail') throw new Error('The script fails here.');
      return { messages: [message] };
    })
    .addNode('tools', ({ messages }) => {
      const { tool_calls: calls = [] } = messages.at(-1) as AIMessageChunk;
      return {
        messages: calls.map(
          ({ id = '', name }) =>
            new ToolMessage({ id: `result-${id}`, tool_call_id: id, name, content: `did ${id}` }),
        ),
      };
    })
    .addEdge(START, 'model')
    .addConditionalEdges('model', ({ messages }) => nextOf(messages))
    .addEdge('tools', 'model')
    .compile({ checkpointer: new MemorySaver() });

  /** Resolves when the answer to this name has come to its `hold`. */
  async holds(name: string): Promise<void> {
    await of(this.#reached, name).promise;
  }

  /** Lets the answer to this name go on. */
  release(name: string): void {
    of(this.#released, name).resolve();
  }

  /** Waits where a script says `hold`, unless the run is cancelled. */
  async wait(name: string, signal: AbortSignal | undefined): Promise<void> {
    of(this.#reached, name).resolve();
    const aborted = new Promise<never>((_, reject) =>
      signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true }),
    );
    await Promise.race([of(this.#released, name).promise, aborted]);
  }
}

interface Turn {
  readonly name: string;
  readonly segment: Segment;
  readonly index: number;
  readonly said: string;
  readonly signal: AbortSignal | undefined;
}

/** A model that says what a script says, word by word. */
class PacedModel extends FakeStreamingChatModel {
  constructor(
    fields: object,
    private readonly chat: ScriptedChat,
    private readonly turn: Turn,
  ) {
    super(fields);
  }

  override async *_streamResponseChunks(
    _messages: BaseMessage[],
    _options: this['ParsedCallOptions'],
    run?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    for await (const message of this.#parts()) {
      const chunk = new ChatGenerationChunk({ message, text: message.text });
      yield chunk;
      await run?.handleLLMNewToken(chunk.text, undefined, undefined, undefined, undefined, {
        chunk,
      });
    }
  }

  async *#parts(): AsyncGenerator<AIMessageChunk> {
    const { name, segment, index, said, signal } = this.turn;
    yield new AIMessageChunk({
      content: said,
      additional_kwargs: { reasoning_content: `About ${name}.` },
    });
    let words = 0;
    for (const step of segment.steps) {
      if (step === 'hold') await this.chat.wait(name, signal);
      for (let left = Number(step.split(':')[1] ?? 0); left > 0; left -= 1) {
        await new Promise((resolve) => setImmediate(resolve));
        yield new AIMessageChunk({ content: `${name}${index}.${(words += 1)} ` });
      }
    }
    const type = 'tool_call_chunk';
    const call = { type, index: 0, id: `call-${name}-${index}`, name: 'act', args: '{"on":1}' };
    const facts: object = {
      usage_metadata: { input_tokens: 1, output_tokens: words, total_tokens: words + 1 },
      tool_call_chunks: segment.end === 'tool' ? [call] : [],
    };
    yield new AIMessageChunk({ content: '', ...facts });
  }
}

/** The script of what the user said last, and which of its parts comes now. */
function segmentOf(messages: readonly BaseMessage[]) {
  const asked = messages.findLastIndex((message) => message.getType() === 'human');
  const [name = '', ...words] = messages[asked]?.text.split(' ') ?? [];
  const index = messages.slice(asked).filter((message) => message.getType() === 'ai').length;
  const segments = parse(words);
  return { name, index, segment: segments[index] ?? NOTHING, isLast: index >= segments.length };
}

const NOTHING: Segment = { asks: false, steps: [], end: 'answer' };

function parse(words: readonly string[]): Segment[] {
  const segments: Segment[] = [];
  let current = { asks: false, steps: [] as string[] };
  const close = (end: Segment['end'], asks = false): void => {
    segments.push({ ...current, end });
    current = { asks, steps: [] };
  };
  for (const word of words) {
    if (word === 'tool' || word === 'fail') close(word);
    else if (word !== 'ask') current.steps.push(word);
    else if (segments.length === 0 && current.steps.length === 0) current.asks = true;
    else close('answer', true);
  }
  if (current.asks || current.steps.length > 0 || segments.length === 0) close('answer');
  return segments;
}

function nextOf(messages: readonly BaseMessage[]): string {
  const { tool_calls: calls = [] } = messages.at(-1) as AIMessageChunk;
  if (calls.length > 0) return 'tools';
  return segmentOf(messages).isLast ? END : 'model';
}

function of(map: Map<string, Deferred<void>>, key: string): Deferred<void> {
  const known = map.get(key) ?? deferred<void>();
  map.set(key, known);
  return known;
}
