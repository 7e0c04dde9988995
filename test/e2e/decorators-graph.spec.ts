import { beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { END, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import {
  StreamAll,
  StreamContext,
  StreamEvent,
  StreamingService,
  StreamToken,
  type StreamUpdate,
} from '../../src/index.js';
import { langGraph } from '../../src/sources/langgraph/index.js';
import { collect, runStreamed, tokensOf, typesOf, updatesOf } from '../support/decorated-calls.js';
import { HELLO, modelOf } from '../support/graphs.js';
import { startApp } from '../support/streaming-app.js';

type State = typeof MessagesAnnotation.State;

/** What the fake model answers when nobody streams it: the last message. */
const ECHO = 'Hi';

@Injectable()
class Agent {
  readonly graph = new StateGraph(MessagesAnnotation)
    .addNode('write', this.write.bind(this))
    .addEdge(START, 'write')
    .addEdge('write', END)
    .compile();

  /** The node: it calls a model, services, and streams by hand. */
  @StreamAll({
    token: true,
    event: { events: ['node:start', 'node:complete', 'updates'] },
    progress: true,
  })
  async write(state: State): Promise<Partial<State>> {
    StreamContext.current().emit('custom', { by: 'hand' });
    const message = await this.ask(state);
    await collect(this.mapped(state));
    await collect(this.other());
    await collect(this.quiet(state));
    return { messages: [message] };
  }

  @StreamToken()
  async ask({ messages }: State): Promise<State['messages'][number]> {
    return modelOf('Hel', 'lo').invoke(messages);
  }

  /** Its text is that of a model, which the graph streams. */
  @StreamToken()
  async *mapped({ messages }: State): AsyncGenerator<string> {
    for await (const chunk of await modelOf(' wor', 'ld').stream(messages)) yield chunk.text;
  }

  /** Its text is of no model that LangChain knows. */
  @StreamToken()
  async *other(): AsyncGenerator<string> {
    yield* ['!', '!'];
  }

  /** Its text is of a model that the graph was told not to stream. */
  @StreamToken()
  async *quiet({ messages }: State): AsyncGenerator<string> {
    const model = modelOf('?').withConfig({ tags: ['nostream'] });
    for await (const chunk of await model.stream(messages)) yield chunk.text;
  }
}

describe('a decorated node in a graph', () => {
  let streaming: StreamingService;
  let agent: Agent;

  beforeEach(async () => {
    const { app } = await startApp({ tokens: { flushIntervalMs: 0 } }, { providers: [Agent] });
    streaming = app.get(StreamingService);
    agent = app.get(Agent);
  });

  const stream = async (options: Parameters<typeof langGraph>[2] = {}): Promise<StreamUpdate[]> => {
    const { executionId, done } = streaming.run(langGraph(agent.graph, HELLO, options));
    await done;
    return updatesOf(streaming, executionId);
  };

  it('leaves to langGraph() what it streams: node events, updates and the text of models', async () => {
    const updates = await stream();
    expect(
      typesOf(updates)
        .filter((type) => type !== 'messages write')
        .sort(),
    ).toEqual(
      [
        'custom write',
        'node:complete write',
        'node:start write',
        'progress write',
        'progress write',
        'token other',
        'token other',
        'token quiet',
        'token write',
        'token write',
        'token write',
        'token write',
        'updates write',
      ].sort(),
    );
    expect(tokensOf(updates, 'write').join('')).toBe('Hello world');
    expect(tokensOf(updates).join('').split('').sort().join('')).toBe(
      'Hello world!!?'.split('').sort().join(''),
    );
  });

  it('streams what langGraph() was told not to stream', async () => {
    const updates = await stream({ nodeEvents: false, streamMode: 'values' });
    const types = typesOf(updates);
    const count = (type: string): number => types.filter((one) => one === type).length;
    expect([
      count('node:start write'),
      count('node:complete write'),
      count('updates write'),
    ]).toEqual([1, 1, 1]);
    expect(tokensOf(updates, 'ask')).toEqual([ECHO]);
    expect(tokensOf(updates, 'mapped')).toEqual([' wor', 'ld']);
    expect(tokensOf(updates, 'write')).toEqual([]);
  });

  it('streams all by itself in a graph that nobody streams', async () => {
    const { updates } = await runStreamed(streaming, () => agent.graph.invoke(HELLO));
    expect(typesOf(updates)).toEqual([
      'node:start write',
      'progress write',
      'custom write',
      'token ask',
      'token mapped',
      'token mapped',
      'token other',
      'token other',
      'token quiet',
      'progress write',
      'updates write',
      'node:complete write',
    ]);
    expect(tokensOf(updates).join('')).toBe(`${ECHO} world!!?`);
  });

  it('streams under the thread of a graph that runs outside of any execution', async () => {
    await agent.graph.invoke(HELLO, { configurable: { thread_id: 'thread-1' } });
    const updates = await updatesOf(streaming, 'thread-1');
    expect(typesOf(updates).slice(0, 2)).toEqual(['node:start write', 'progress write']);
    expect(tokensOf(updates).join('')).toBe(`${ECHO} world!!?`);
  });

  it('streams again in a run of its own inside of a streamed graph', async () => {
    @Injectable()
    class Outer {
      constructor(private readonly service: StreamingService) {}

      @StreamEvent()
      async node(): Promise<Partial<State>> {
        const { done } = this.service.run(async () => this.speak(), { executionId: 'inside' });
        await done;
        return {};
      }

      @StreamToken()
      async speak(): Promise<string> {
        return modelOf('own')
          .invoke('Hi')
          .then(({ text }) => text);
      }
    }
    const { app } = await startApp({}, { providers: [Outer] });
    const outer = app.get(Outer);
    const graph = new StateGraph(MessagesAnnotation)
      .addNode('node', outer.node.bind(outer))
      .addEdge(START, 'node')
      .addEdge('node', END)
      .compile();
    await app.get(StreamingService).run(langGraph(graph, HELLO)).done;
    expect(tokensOf(await updatesOf(app.get(StreamingService), 'inside'))).toEqual(['own']);
  });
});
