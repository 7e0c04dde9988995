import { AsyncLocalStorage } from 'node:async_hooks';
import type { ExecutionRegistry } from './execution-registry.js';
import type { Execution } from './execution.js';
import { StreamedValues } from './streamed-values.js';

/** The updates that a graph streams itself. Decorated methods in the graph do not stream them again. */
export interface GraphStreaming {
  /** Whether it streams when nodes start and end. */
  readonly nodeEvents: boolean;
  /** The stream modes that it streams. */
  readonly modes: ReadonlySet<string>;
}

/** A model started, streamed text, or ended. */
export interface ModelOutput {
  /** The id of the call of the model. */
  readonly runId: string;
  /** The text since the last event. */
  readonly text: string;
  readonly messageId: string | undefined;
  readonly isRunning: boolean;
}

/** The execution that the running code belongs to. */
export interface AmbientExecution {
  readonly execution: Execution;
  /** The application of the execution, because a process may have several applications. */
  readonly registry: ExecutionRegistry;
  /** The values that decorated methods have streamed inside the code. */
  readonly streamed: StreamedValues;
  /** Set inside a graph that is streamed. */
  readonly graph?: GraphStreaming | undefined;
  /** Called with the text of a model, if the graph around it streams this text. */
  onModelOutput?(output: ModelOutput): void;
}

const storage = new AsyncLocalStorage<AmbientExecution | undefined>();

/**
 * The execution that the running code belongs to, also after an `await`; undefined outside of an execution.
 */
export function currentExecution(): AmbientExecution | undefined {
  return storage.getStore();
}

/** Runs `work` as a part of an execution, or of none. */
export function runInExecution<T>(ambient: AmbientExecution | undefined, work: () => T): T {
  return storage.run(ambient, work);
}

/** Runs a graph that streams itself, so that decorated methods in it know this. */
export function runInGraph<T>(graph: GraphStreaming, work: () => T): T {
  const ambient = storage.getStore();
  if (!ambient) return work();
  const { execution, registry } = ambient;
  return storage.run({ execution, registry, graph, streamed: new StreamedValues() }, work);
}
