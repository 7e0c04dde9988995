import { describe, expect, it, jest } from '@jest/globals';
import type { StreamUpdate } from '@hive-academy/langgraph-streaming';
import { langGraph } from '@hive-academy/langgraph-streaming/langgraph';
import { HumanMessage } from '@langchain/core/messages';
import { simulateReadableStream, streamText } from 'ai-v6';
import { MockLanguageModelV3 } from 'ai-v6/test';
import OpenAI from 'openai';
import { of } from 'rxjs';
import { once, reached } from '../e2e/client/waiters.js';
import { echoGraph } from '../support/agents.js';
import { dataOf } from '../support/decorated-calls.js';
import { modelOf } from '../support/graphs.js';
import { openClient } from '../support/open-client.js';
import { runFragment } from '../support/run-snippets.js';
import { fragmentOf, typeFaults } from '../support/snippets.js';
import { startApp, type StreamingApp } from '../support/streaming-app.js';
import { ProtocolTypes } from './protocol-types.js';

const PAGE = 'docs/sources.md';
const RUNS = 'Sources: what can be streamed';

/** What is around the page's parts of files. */
const AROUND = `
  import type { StreamingService } from '@hive-academy/langgraph-streaming';
  import { langGraph } from '@hive-academy/langgraph-streaming/langgraph';
  import { HumanMessage } from '@langchain/core/messages';
  import type { FakeStreamingChatModel } from '@langchain/core/utils/testing';
  import type { CompiledStateGraph } from '@langchain/langgraph';
  import type { Observable } from 'rxjs';
  declare const streaming: StreamingService;
  declare const graph: CompiledStateGraph<object, object, never>;
  declare const model: FakeStreamingChatModel;
  declare const prices$: Observable<string>;
  declare function search(signal: AbortSignal): AsyncIterable<string>;
  declare const executionId: string;
`;

/** The texts that viewers get of the runs that a fragment begins, in its order. */
async function textsOf(
  { streaming, url }: StreamingApp,
  name: string,
  scope: object,
): Promise<string[]> {
  const run = jest.spyOn(streaming, 'run');
  await runFragment(PAGE, name, { streaming, ...scope });
  const handles = run.mock.results.map(({ value }) => value as ReturnType<typeof streaming.run>);
  const client = openClient({ url });
  return Promise.all(handles.map(({ executionId }) => client.execution(executionId).finalText()));
}

describe('docs/sources.md', () => {
  it('has snippets that compile', () => {
    const parts = [RUNS, 'Emit updates'].map((name) => `async () => { ${fragmentOf(PAGE, name)} }`);
    const code = `${AROUND} export const parts = [${parts.join(',')}];`;
    expect(typeFaults(new Map([['parts.ts', code]]))).toEqual([]);
  }, 60_000);

  it('shows runs of a graph, a model, an Observable and a function', async () => {
    const app = await startApp();
    async function* search() {
      yield 'Two ';
      yield 'results.';
    }
    const texts = await textsOf(app, RUNS, {
      langGraph,
      HumanMessage,
      search,
      graph: echoGraph(),
      model: modelOf('From a ', 'model.'),
      prices$: of('1.5 ', '1.6'),
    });
    expect(texts).toEqual(['echo Hi', 'From a model.', '1.5 1.6', 'Two results.']);
  });

  it('shows how code outside a run adds to it, and to a room', async () => {
    const { streaming, url } = await startApp();
    const { executionId, emit } = streaming.run(() => new Promise(() => undefined));
    const client = openClient({ url });
    const [run, room] = [client.execution(executionId), client.room('lobby')];
    await Promise.all([once(run, 'subscribed'), once(room, 'subscribed')]);
    const updates: StreamUpdate[] = [];
    run.on('update', (update) => updates.push(update));
    const told = once(room, 'update');
    await runFragment(PAGE, 'Emit updates', { streaming, executionId });
    expect(await told).toMatchObject({ type: 'events', data: { text: 'Hello' } });
    const position = reached(run, (run.cursor?.sequence ?? 0) + 1);
    emit('custom', 'after it');
    await position;
    expect(dataOf(updates, 'events')).toEqual([{ kind: 'paid' }]);
  });

  it('shows runs of SDKs', async () => {
    const app = await startApp();
    const chunks = [
      { type: 'text-start', id: 't1' },
      { type: 'text-delta', id: 't1', delta: 'By the ' },
      { type: 'text-delta', id: 't1', delta: 'AI SDK.' },
      { type: 'text-end', id: 't1' },
    ];
    const model = new MockLanguageModelV3({
      doStream: async () => ({ stream: simulateReadableStream({ chunks }) as never }),
    });
    const openai = new OpenAI({ apiKey: 'none', maxRetries: 0, fetch: openAiAnswer });
    const scope = { streamText, model, prompt: 'Hi', openai, input: 'Hi' };
    expect(await textsOf(app, 'Streams of SDKs', scope)).toEqual(['By the AI SDK.', 'By OpenAI.']);
  });

  it('shows a run of a graph whose id the application gives away', async () => {
    const { streaming, url } = await startApp();
    const input = { messages: [new HumanMessage('Hi')] };
    const scope = { streaming, graph: echoGraph(), input };
    const gives = ['executionId'];
    const { executionId } = await runFragment<{ executionId: string }>(PAGE, 'LangGraph', scope, {
      gives,
    });
    expect(await openClient({ url }).execution(executionId).finalText()).toBe('echo Hi');
  });

  it('shows every field of a message', () => {
    const shape = fragmentOf(PAGE, 'Messages');
    const shown = [...shape.matchAll(/^ {2}(\w+)(\??):/gm)].map(([, name, optional]) => ({
      name,
      required: optional === '',
    }));
    const byName = (one: { name?: string | undefined }, other: { name?: string | undefined }) =>
      String(one.name).localeCompare(String(other.name));
    expect(shown.toSorted(byName)).toEqual(
      new ProtocolTypes().fieldsOf('StreamedMessage').toSorted(byName),
    );
  });
});

/** What OpenAI's server streams of a response. */
async function openAiAnswer(): Promise<Response> {
  const events = [
    { type: 'response.created', response: { id: 'r1', model: 'gpt', status: 'in_progress' } },
    { type: 'response.output_text.delta', item_id: 'm1', content_index: 0, delta: 'By ' },
    { type: 'response.output_text.delta', item_id: 'm1', content_index: 0, delta: 'OpenAI.' },
    { type: 'response.completed', response: { id: 'r1', model: 'gpt', status: 'completed' } },
  ];
  const body = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  return new Response(body.join(''), { headers: { 'content-type': 'text/event-stream' } });
}
