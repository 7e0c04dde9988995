/**
 * What a graph costs that speaks in many branches at once, and one that has a large state.
 *
 *     npm run bench:graphs
 */
import 'reflect-metadata';
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { FakeListChatModel } from '@langchain/core/utils/testing';
import { Annotation, Send, START, StateGraph } from '@langchain/langgraph';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { StreamingModule, StreamingService } from '../src/index.js';
import { langGraph, type StreamableGraph } from '../src/sources/langgraph/index.js';

/** A model of 200 tokens a second, and one of 50, as most are. The machine must keep up with ten of them. */
const PACES_MS = [5, 20];
const MEGABYTE = 1_000_000;

/** By default the interval follows the load and is short on an idle machine: more updates, sooner. */
const INTERVALS = ['auto', 50] as const;

const State = Annotation.Root({ value: Annotation<unknown>() });

/** A model that says a letter at a time; the fake one that takes chunks does not wait between them. */
function speaker(tokens: number, everyMs: number): FakeListChatModel {
  return new FakeListChatModel({ sleep: everyMs, responses: ['x'.repeat(tokens)] });
}

/** One node that runs in as many branches at once. */
function branches(count: number, tokens: number, everyMs: number) {
  return new StateGraph(State)
    .addNode('branch', async (_state, config) => {
      await speaker(tokens, everyMs).invoke('Hi', config);
      return {};
    })
    .addConditionalEdges(START, () => Array.from({ length: count }, () => new Send('branch', {})))
    .compile();
}

/** As many nodes, one beside the other. */
function nodes(count: number, tokens: number, everyMs: number) {
  const builder = new StateGraph(State) as StateGraph<
    typeof State,
    typeof State.State,
    typeof State.Update,
    string
  >;
  for (let index = 0; index < count; index += 1) {
    builder.addNode(`node${index}`, async (_state, config) => {
      await speaker(tokens, everyMs).invoke('Hi', config);
      return {};
    });
    builder.addEdge(START, `node${index}`);
  }
  return builder.compile();
}

/** A state of about as many bytes of JSON. */
function large(bytes: number) {
  const value = Array.from({ length: bytes / 50 }, (_, index) => ({ index, text: 'x'.repeat(30) }));
  return new StateGraph(State)
    .addNode('hold', () => ({ value }))
    .addEdge(START, 'hold')
    .compile();
}

/** Streams without viewers. */
function start(flushIntervalMs: (typeof INTERVALS)[number]): Promise<INestApplicationContext> {
  const executions = { maxUpdateBytes: 16 * MEGABYTE };
  @Module({ imports: [StreamingModule.forRoot({ executions, tokens: { flushIntervalMs } })] })
  class BenchModule {}
  return NestFactory.createApplicationContext(BenchModule, { logger: false });
}

async function updatesOf(streaming: StreamingService, graph: StreamableGraph): Promise<number> {
  const options = { streamMode: 'messages', nodeEvents: false } as const;
  const { executionId } = streaming.run(langGraph(graph, {} as never, options));
  let updates = 0;
  for await (const { type } of streaming.follow(executionId)) if (type === 'token') updates += 1;
  return updates;
}

/** CPU time of all, and the longest time in which nothing else had its turn, in milliseconds. */
async function costOf(work: () => Promise<unknown>): Promise<{ cpu: number; longest: number }> {
  const before = process.cpuUsage();
  let longest = 0;
  let last = performance.now();
  const watch = setInterval(() => {
    longest = Math.max(longest, performance.now() - last - 1);
    last = performance.now();
  }, 1);
  await work();
  clearInterval(watch);
  const { user, system } = process.cpuUsage(before);
  return { cpu: (user + system) / 1_000, longest };
}

/** How long something takes, in milliseconds. */
async function timed<T>(work: () => Promise<T>): Promise<readonly [T, number]> {
  const startedAt = performance.now();
  return [await work(), Math.round(performance.now() - startedAt)];
}

// Each branch listens to a signal of LangGraph's own while it runs, and Node would warn of so many.
setMaxListeners(0);

/** How many updates joined text of many branches makes, against that of few nodes. */
async function compareBranches(streaming: StreamingService): Promise<void> {
  const run = (graph: StreamableGraph) => timed(() => updatesOf(streaming, graph));
  // The first run of all would measure how code is compiled.
  await run(nodes(10, 100, 5));
  for (const everyMs of PACES_MS) {
    const [ten, tenMs] = await run(nodes(10, 500, everyMs));
    const [hundred, hundredMs] = await run(branches(100, 50, everyMs));
    const load = tenMs / (500 * everyMs);
    process.stdout.write(
      `  a token every ${everyMs} ms: ten nodes of 500 tokens ${ten} updates in ${tenMs} ms ` +
        `(${load.toFixed(1)} times the models' time), 100 branches of 50 tokens ${hundred} in ${hundredMs} ms, ` +
        `ratio ${(hundred / ten).toFixed(2)} (goal: at most 1.50 while the machine keeps up)\n`,
    );
  }
}

async function measureStates(streaming: StreamingService): Promise<void> {
  for (const megabytes of [1, 10]) {
    const graph = large(megabytes * MEGABYTE);
    const run = (): Promise<unknown> =>
      streaming.run(langGraph(graph, {}, { streamMode: 'values', nodeEvents: false })).done;
    await run();
    const { cpu, longest } = await costOf(run);
    process.stdout.write(
      `state of ${megabytes} MB: ${cpu.toFixed(0)} ms of CPU time, longest slice ${longest.toFixed(0)} ms\n`,
    );
    await sleep(0);
  }
}

for (const flushIntervalMs of INTERVALS) {
  const application = await start(flushIntervalMs);
  const streaming = application.get(StreamingService);
  process.stdout.write(`tokens.flushIntervalMs: ${flushIntervalMs}\n`);
  await compareBranches(streaming);
  if (flushIntervalMs === 'auto') await measureStates(streaming);
  await application.close();
}
