import { AIMessage, type BaseMessage } from '@langchain/core/messages';
import {
  interrupt,
  MemorySaver,
  MessagesAnnotation,
  START,
  StateGraph,
} from '@langchain/langgraph';
import { CustomStrategy, type StreamingModuleOptions } from '../../src/index.js';
import { deferred, type Deferred } from '../../src/common/deferred.js';
import { modelOf } from './graphs.js';

/** The text of the last message. */
const lastText = (messages: readonly BaseMessage[]): string => messages.at(-1)?.text ?? '';

/** A graph that answers what it was told, and keeps the conversation. */
export function echoGraph() {
  return new StateGraph(MessagesAnnotation)
    .addNode('answer', async ({ messages }, config) => ({
      messages: [await modelOf('echo ', lastText(messages)).invoke(messages, config)],
    }))
    .addEdge(START, 'answer')
    .compile({ checkpointer: new MemorySaver() });
}

/** The part of a graph that keeps its threads. */
interface Checkpointer {
  deleteThread: (threadId: string) => Promise<void>;
}

export const checkpointerOf = (graph: object): Checkpointer =>
  (graph as { readonly checkpointer: Checkpointer }).checkpointer;

/** A graph whose answers wait until they are let go, each by the text that it answers. */
export class HeldGraph {
  /** How often it was run. */
  runs = 0;
  readonly #gates = new Map<string, Deferred<void>>();
  readonly #begun = new Map<string, Deferred<void>>();
  readonly graph = new StateGraph(MessagesAnnotation)
    .addNode('answer', async ({ messages }, config) => {
      const text = lastText(messages);
      this.runs += 1;
      deferredOf(this.#begun, text).resolve();
      await Promise.race([deferredOf(this.#gates, text).promise, aborted(config.signal)]);
      return { messages: [new AIMessage({ id: `answer-${text}`, content: `echo ${text}` })] };
    })
    .addEdge(START, 'answer')
    .compile({ checkpointer: new MemorySaver() });

  /** Resolves when the run that answers this text is under way. */
  async begun(text: string): Promise<void> {
    await deferredOf(this.#begun, text).promise;
  }

  /** Lets the answer to this text go. */
  release(text: string): void {
    deferredOf(this.#gates, text).resolve();
  }
}

/** A graph that asks before it answers. */
export function askingChat() {
  return new StateGraph(MessagesAnnotation)
    .addNode('ask', ({ messages }) => {
      const said: unknown = interrupt({ question: `Answer "${lastText(messages)}"?` });
      return { messages: [new AIMessage(`you said ${String(said)}`)] };
    })
    .addEdge(START, 'ask')
    .compile({ checkpointer: new MemorySaver() });
}

/** What a page sends to a chat. */
export const says = (content: string, id = `human-${content}`) => ({
  messages: [{ id, role: 'user', content }],
});

/** A gateway whose clients are who their token says: `tenant/name`, or a name. */
export const USERS: StreamingModuleOptions = {
  gateway: {
    authentication: {
      strategies: [
        new CustomStrategy(({ token }) => {
          const [id, tenant] = String(token).split('/').toReversed();
          return { id: id ?? '', scopes: [], claims: {}, ...(tenant !== undefined && { tenant }) };
        }),
      ],
    },
  },
};

/** The credential of a user; see {@link USERS}. */
export const as = (token: string) => ({ auth: { token } });

function deferredOf(map: Map<string, Deferred<void>>, key: string): Deferred<void> {
  const known = map.get(key) ?? deferred<void>();
  map.set(key, known);
  return known;
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) =>
    signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true }),
  );
}
