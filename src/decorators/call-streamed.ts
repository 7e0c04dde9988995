import { types } from 'node:util';
import { Logger } from '@nestjs/common';
import { isRecord } from '../common/is-record.js';
import { describeError } from '../errors/describe-error.js';
import { currentExecution, type AmbientExecution } from '../executions/ambient-execution.js';
import { NO_OBSERVER } from '../sources/taps/read-observer.js';
import { setStreamer, streamerOf } from '../sources/taps/streamers.js';
import { tapResult } from '../sources/taps/tap-result.js';
import { tapStream } from '../sources/taps/tap-stream.js';
import { CallOutput, type CallRouting } from './call-output.js';
import { DecoratedCall } from './decorated-call.js';
import { DecoratorRuntime, runtimeOf } from './decorator-runtime.js';
import type { FromArguments } from './gateway-options.js';
import type { ExecutionLease } from './execution-leases.js';
import { nameOf, type MethodPlan } from './method-plan.js';

/** A method, whatever its arguments. */
export type Method = (...args: unknown[]) => unknown;

const logger = new Logger('StreamDecorators');
const reported = new WeakSet<MethodPlan>();

/** Ends calls whose stream was garbage-collected before it was read to its end. */
const abandoned = new FinalizationRegistry<() => void>((end) => end());

/** Calls a decorated method, streams its work, and returns its result. */
export function callStreamed(
  plan: MethodPlan,
  method: Method,
  instance: unknown,
  args: readonly unknown[],
): unknown {
  const run = (): unknown => method.apply(instance, [...args]);
  const own = runtimeOf(instance);
  const caller = parentOf(own);
  const begin = (): DecoratedCall | undefined =>
    beginCall(plan, { own, parent: caller ?? parentOf(own), args });
  if (isGeneratorFunction(method)) return streamGenerator(run(), begin);
  const call = begin();
  return call ? streamCall(call, run) : run();
}

/**
 * The execution around a call. An execution of another application, or one that ended earlier, does not
 * count.
 */
function parentOf(own: DecoratorRuntime | undefined): AmbientExecution | undefined {
  const parent = currentExecution();
  if (!parent || (own && parent.registry !== own.executions)) return undefined;
  const { ended, signal } = parent.execution;
  // Code that runs after a cancellation streams nothing. Code that runs after the end gets a new execution.
  return ended && !signal.aborted ? undefined : parent;
}

interface CallCircumstances {
  /** The application that the instance belongs to. */
  readonly own: DecoratorRuntime | undefined;
  readonly parent: AmbientExecution | undefined;
  readonly args: readonly unknown[];
}

/** @returns undefined when the call streams nothing */
function beginCall(
  plan: MethodPlan,
  { own, parent, args }: CallCircumstances,
): DecoratedCall | undefined {
  const runtime = own ?? (parent && DecoratorRuntime.of(parent.registry));
  if (!runtime) reportOnce(plan);
  const settings = runtime?.settingsOf(plan);
  if (!runtime || !settings) return undefined;
  let lease: ExecutionLease | undefined;
  try {
    const graphNode = findGraphNode(args);
    const routing = routingOf(plan, args);
    lease = parent
      ? { execution: parent.execution, release: () => undefined }
      : runtime.leases.acquire(args);
    const { execution } = lease;
    const tellId = (): void => runtime.leases.tellIdOf(execution);
    // The updates of a room name their execution.
    if (routing.rooms) tellId();
    const output = new CallOutput(execution, graphNode ?? plan.methodName, routing, tellId);
    const call = new DecoratedCall({ runtime, settings, lease, parent, graphNode, output });
    call.start();
    return call;
  } catch (error) {
    lease?.release();
    runtime.logger.error(`${nameOf(plan)} runs, but could not be streamed`, describeError(error));
    return undefined;
  }
}

function routingOf({ gateway }: MethodPlan, args: readonly unknown[]): CallRouting {
  const { rooms, targetClients, priority } = gateway ?? {};
  return { rooms: listOf(rooms, args), targets: listOf(targetClients, args), priority };
}

function listOf(
  names: FromArguments<string | readonly string[]> | undefined,
  args: readonly unknown[],
): readonly string[] | undefined {
  // The decorator's type holds its functions to the arguments of the method.
  const list = typeof names === 'function' ? names(...(args as never[])) : names;
  return list === undefined ? undefined : [list].flat();
}

function streamCall(call: DecoratedCall, run: () => unknown): unknown {
  let returned: unknown;
  try {
    returned = call.enter(run);
  } catch (error) {
    call.fail(error);
    throw error;
  }
  if (!types.isPromise(returned)) return streamResult(call, returned).value;
  return returned.then(
    async (value) => {
      const pending = call.arriving(value);
      if (pending) await pending;
      const result = streamResult(call, value);
      await result.finished;
      return result.value;
    },
    (error: unknown) => {
      call.fail(error);
      throw error;
    },
  );
}

/**
 * Streams the returned value. If it is a stream, returns a stream that is streamed while the caller reads it.
 */
function streamResult(
  call: DecoratedCall,
  value: unknown,
): { readonly value: unknown; readonly finished?: Promise<void> | undefined } {
  const inner = streamerOf(value);
  const tapped = tapSafely(call, value);
  if (!tapped) return { value, finished: call.result(value) };
  call.willRead(inner);
  setStreamer(tapped, () => call);
  abandoned.register(tapped, () => call.end());
  return { value: tapped };
}

/**
 * Separate from the code that waits for garbage collection: a closure there would keep the stream in memory
 * forever.
 */
function tapSafely(call: DecoratedCall, value: unknown): object | undefined {
  return call.safely(() => tapStream(value, () => call) ?? tapResult(value, call));
}

/** A generator runs only when its first value is requested, so the call begins then. */
function streamGenerator(generator: unknown, begin: () => DecoratedCall | undefined): unknown {
  let call: DecoratedCall | undefined;
  const tapped = tapStream(generator, () => (call = begin()) ?? NO_OBSERVER);
  if (!tapped) return generator;
  setStreamer(tapped, () => call);
  abandoned.register(tapped, () => call?.end());
  return tapped;
}

/** The LangGraph node of a call, if the graph made the call. */
function findGraphNode(args: readonly unknown[]): string | undefined {
  for (const arg of args) {
    const metadata = isRecord(arg) ? arg['metadata'] : undefined;
    const node = isRecord(metadata) ? metadata['langgraph_node'] : undefined;
    if (typeof node === 'string') return node;
  }
  return undefined;
}

function isGeneratorFunction(method: Method): boolean {
  const kind = Object.prototype.toString.call(method);
  return kind === '[object AsyncGeneratorFunction]' || kind === '[object GeneratorFunction]';
}

function reportOnce(plan: MethodPlan): void {
  if (reported.has(plan)) return;
  reported.add(plan);
  logger.debug(
    `${nameOf(plan)} streams nothing: import StreamingModule.forRoot() where its class is provided.`,
  );
}
