import { describe, expect, it } from '@jest/globals';
import { MemoryStreamLog } from '../../src/entries/log.js';
import { StreamEventType, type StreamUpdate } from '../../src/index.js';
import { langGraph, type StreamableGraph } from '../../src/sources/langgraph/index.js';
import type { GraphChunk } from '../../src/sources/langgraph/streamable-graph.js';
import { toPlainData } from '../../src/sources/plain-data.js';
import { messageOf, toStreamedMessage } from '../../src/sources/streamed-message.js';
import { Random } from '../support/random.js';
import { RandomGraph } from '../support/random-graph.js';
import { smallRegistry } from '../support/small-registry.js';
import { WIDE_BOUNDS } from '../support/wide-bounds.js';

/** How many graphs; each is determined by its number. */
const GRAPHS = Number(process.env['LANGGRAPH_GRAPHS'] ?? 200);
const PER_TEST = 10;
const MODES = ['messages', 'updates', 'custom', 'values', 'tasks'] as const;

type Graph = ReturnType<RandomGraph['build']>;

/** The graph, and what its `stream` gave to whoever called it. */
function recorded(graph: Graph): { graph: Graph; chunks: GraphChunk[] } {
  const chunks: GraphChunk[] = [];
  const stream = async (...call: Parameters<StreamableGraph['stream']>) => {
    const source = (await (graph as StreamableGraph).stream(...call)) as AsyncIterable<GraphChunk>;
    return (async function* () {
      for await (const chunk of source) {
        // As it is now: LangGraph gives messages their ids later.
        const [namespace, mode, payload] = chunk;
        chunks.push([namespace, mode, mode === 'messages' ? payload : toPlainData(payload)]);
        yield chunk;
      }
    })();
  };
  const get = (target: Graph, key: string | symbol): unknown =>
    key === 'stream' ? stream : Reflect.get(target, key);
  return { graph: new Proxy(graph, { get }), chunks };
}

/** Runs a graph to its end, answers what it asks, and collects what viewers get. */
async function streamed(seed: number) {
  const random = new Random(seed);
  const original = new RandomGraph(random).build();
  const { graph, chunks } = recorded(original);
  const { streaming } = smallRegistry(new MemoryStreamLog(WIDE_BOUNDS), {
    flushIntervalMs: 5,
    maxQueuedBytes: 1e7,
  });
  const configurable = { thread_id: 'thread' };
  const updates: StreamUpdate[] = [];
  const run = async (config: { configurable: Record<string, unknown> }, input: object | null) => {
    const source = langGraph(graph, input as never, { streamMode: MODES, subgraphs: true, config });
    const { done, executionId } = streaming.run(source);
    for await (const update of streaming.follow(executionId)) {
      updates.push(update);
      if (update.type !== 'interrupt') continue;
      const [question] = update.data.interrupts ?? [];
      const value = `answer ${random.below(10)}`;
      await streaming.respond(executionId, { interruptId: question?.id, value });
    }
    return done;
  };
  let result = await run({ configurable }, { messages: [['user', 'Hi']], steps: [] });
  if (seed % 3 === 0) {
    // Time travel: once more, from a checkpoint in the middle.
    const history = [];
    for await (const { next, config } of original.getStateHistory({ configurable })) {
      if (next.length > 0 && !next.includes('__start__')) history.push(config);
    }
    const config = history[random.below(history.length)];
    if (config) result = await run(config as never, null);
  }
  const state = toPlainData((await original.getState({ configurable })).values);
  return { chunks, updates, result, state };
}

/** What chunks say, in the terms of updates. */
function expectedOf(chunks: readonly GraphChunk[]) {
  const texts: Record<string, string> = {};
  const calls: Record<string, string> = {};
  const messages: unknown[] = [];
  for (const [, mode, payload] of chunks) {
    if (mode !== 'messages') continue;
    const [chunk, metadata] = payload as [unknown, Record<string, unknown>];
    const message = messageOf(chunk);
    if (!message) continue;
    const { id, content, ...rest } = toStreamedMessage(message);
    if (metadata['ls_model_type'] === undefined) messages.push({ id, content, ...rest });
    else if (content !== '') texts[String(id)] = (texts[String(id)] ?? '') + content;
    for (const part of (message['tool_call_chunks'] ?? []) as { index: unknown; args: string }[]) {
      const key = `${id} ${String(part.index)}`;
      calls[key] = (calls[key] ?? '') + part.args;
    }
  }
  return { texts, calls, messages };
}

function actualOf(updates: readonly StreamUpdate[]) {
  const texts: Record<string, string> = {};
  const calls: Record<string, string> = {};
  const messages: unknown[] = [];
  for (const update of updates) {
    if (update.type === 'token') {
      const { messageId = '', content } = update.data;
      texts[messageId] = (texts[messageId] ?? '') + content;
    }
    if (update.type !== 'messages') continue;
    const { id, partial, toolCallChunks = [] } = update.data;
    if (!partial) messages.push(update.data);
    for (const { index, args = '' } of toolCallChunks) {
      const key = `${id} ${String(index)}`;
      calls[key] = (calls[key] ?? '') + args;
    }
  }
  return { texts, calls, messages };
}

/** The states, or what nodes wrote, by graph and in order. */
function byGraph(entries: readonly (readonly [namespace: readonly string[], data: unknown])[]) {
  const graphs: Record<string, unknown[]> = {};
  for (const [namespace, data] of entries) (graphs[namespace.join('|')] ??= []).push(data);
  return graphs;
}

function ofMode(chunks: readonly GraphChunk[], mode: string) {
  return chunks
    .filter(([, of, payload]) => of === mode && !isControl(payload))
    .map(([namespace, , payload]) => [namespace, payload] as const);
}

/** Interrupts are told by the execution; what was cached has been streamed before. */
function isControl(payload: unknown): boolean {
  return typeof payload === 'object' && payload !== null && ('__interrupt__' in payload || '__metadata__' in payload); // prettier-ignore
}

function ofType(updates: readonly StreamUpdate[], type: StreamEventType) {
  return updates
    .filter((update) => update.type === type)
    .map(({ data, metadata }) => [metadata?.namespace ?? [], data] as const);
}

const batches = Array.from(
  { length: Math.ceil(GRAPHS / PER_TEST) },
  (_, batch) => batch * PER_TEST,
);

describe('what viewers get of a random graph is what the graph streamed', () => {
  it.each(batches)('graphs from %d on', async (first) => {
    for (let seed = first; seed < Math.min(first + PER_TEST, GRAPHS); seed += 1) {
      const { chunks, updates, result, state } = await streamed(seed);
      const problem = (what: string): string => `graph ${seed}: ${what}`;
      expect([problem('messages'), actualOf(updates)]).toEqual([problem('messages'), expectedOf(chunks)]); // prettier-ignore
      for (const mode of ['values', 'updates', 'custom'] as const) {
        const told = byGraph(ofType(updates, StreamEventType[mode.toUpperCase() as 'VALUES']));
        expect([problem(mode), told]).toEqual([problem(mode), byGraph(ofMode(chunks, mode))]);
      }
      expect([problem('result'), result]).toEqual([problem('result'), { state: 'completed', result: state }]); // prettier-ignore
    }
  });
});
