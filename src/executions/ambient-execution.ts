import { AsyncLocalStorage } from 'node:async_hooks';
import type { ExecutionRegistry } from './execution-registry.js';
import type { Execution } from './execution.js';
import { StreamedValues } from './streamed-values.js';

/** What a graph streams by itself; decorated methods that run in it leave that to it. */
export interface GraphStreaming {
  /** Whether it tells when nodes start and end. */
  readonly nodeEvents: boolean;
  /** The stream modes that it streams. */
  readonly modes: ReadonlySet<string>;
}

/** A model started, said something, or ended. */
export interface ModelOutput {
  /** Tells the calls of models apart. */
  readonly runId: string;
  /** What it said since the last time. */
  readonly text: string;
  readonly messageId: string | undefined;
  readonly isRunning: boolean;
}

/** The execution that the running code belongs to. */
export interface AmbientExecution {
  readonly execution: Execution;
  /** Where the execution is from; tells the applications of one process apart. */
  readonly registry: ExecutionRegistry;
  /** What decorated methods streamed inside of the code. */
  readonly streamed: StreamedValues;
  /** Set inside a graph that is streamed. */
  readonly graph?: GraphStreaming | undefined;
  /** Told what a model says, when the graph around it streams that. */
  onModelOutput?(output: ModelOutput): void;
}

const storage = new AsyncLocalStorage<AmbientExecution | undefined>();

/** The execution that the running code belongs to, through every `await`; undefined outside of one. */
export function currentExecution(): AmbientExecution | undefined {
  return storage.getStore();
}

/** Runs `work` as a part of an execution, or of none. */
export function runInExecution<T>(ambient: AmbientExecution | undefined, work: () => T): T {
  return storage.run(ambient, work);
}

/** Runs a graph that streams by itself; what runs in it knows so. */
export function runInGraph<T>(graph: GraphStreaming, work: () => T): T {
  const ambient = storage.getStore();
  if (!ambient) return work();
  const { execution, registry } = ambient;
  return storage.run({ execution, registry, graph, streamed: new StreamedValues() }, work);
}
