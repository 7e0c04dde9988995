import { types } from 'node:util';
import { Logger } from '@nestjs/common';
import { currentExecution, type AmbientExecution } from '../executions/ambient-execution.js';
import { isAsyncIterable, isObservable } from '../sources/stream-source.js';
import { findExecutionId, findGraphNode } from './call-arguments.js';
import { CallOutput, type CallRouting } from './call-output.js';
import type { CallSettings } from './call-settings.js';
import { DecoratedCall } from './decorated-call.js';
import { DecoratorRuntime } from './decorator-runtime.js';
import type { FromArguments } from './gateway-options.js';
import type { ExecutionLease } from './execution-leases.js';
import { runtimeOf } from './instance-runtime.js';
import { nameOf, type MethodPlan } from './method-plan.js';
import { NO_OBSERVER } from './result-observer.js';
import { tapIterable } from './tap-iterable.js';
import { tapObservable } from './tap-observable.js';

/** A method, whatever its arguments. */
export type Method = (...args: unknown[]) => unknown;

const logger = new Logger('StreamDecorators');
const reported = new WeakSet<MethodPlan>();

/** Ends calls whose stream was thrown away before anybody read it to its end. */
const abandoned = new FinalizationRegistry<() => void>((end) => end());

/** Calls a decorated method, streams what it does, and returns what it returned. */
export function callStreamed(
  plan: MethodPlan,
  method: Method,
  instance: unknown,
  args: readonly unknown[],
): unknown {
  const run = (): unknown => method.apply(instance, [...args]);
  const own = runtimeOf(instance);
  const parent = parentOf(own);
  const runtime = own ?? (parent && DecoratorRuntime.of(parent.registry));
  if (!runtime) {
    reportOnce(plan);
    return run();
  }
  const settings = runtime.settingsOf(plan);
  if (!settings) return run();
  const begin = (): DecoratedCall | undefined => beginCall(runtime, settings, parent, args);
  if (isAsyncGeneratorFunction(method)) {
    const generator = streamGenerator(run, begin);
    if (settings.token && parent instanceof DecoratedCall) parent.noteStreamed(generator);
    return generator;
  }
  const call = begin();
  return call ? streamCall(call, run) : run();
}

/** The execution around a call; not that of another application, nor one that is long over. */
function parentOf(own: DecoratorRuntime | undefined): AmbientExecution | undefined {
  const parent = currentExecution();
  if (!parent || (own && parent.registry !== own.executions)) return undefined;
  const { ended, signal } = parent.execution;
  // What goes on after a cancel stays silent; what goes on after the end is an execution of its own.
  return ended && !signal.aborted ? undefined : parent;
}

function beginCall(
  runtime: DecoratorRuntime,
  settings: CallSettings,
  parent: AmbientExecution | undefined,
  args: readonly unknown[],
): DecoratedCall | undefined {
  let lease: ExecutionLease | undefined;
  try {
    const graphNode = findGraphNode(args);
    const routing = routingOf(settings.plan, args);
    lease = parent
      ? { execution: parent.execution, release: () => undefined }
      : runtime.leases.acquire(findExecutionId(args, runtime.executions));
    const nodeId = graphNode ?? settings.plan.methodName;
    const output = new CallOutput(lease.execution, nodeId, routing);
    const call = new DecoratedCall({ runtime, settings, lease, parent, graphNode, output });
    call.start();
    return call;
  } catch (error) {
    lease?.release();
    runtime.logger.error(
      `${nameOf(settings.plan)} runs, but could not be streamed`,
      error instanceof Error ? error.stack : String(error),
    );
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

/** Streams what a method returned, or hands it over so that it streams while the caller reads it. */
function streamResult(
  call: DecoratedCall,
  value: unknown,
): { readonly value: unknown; readonly finished?: Promise<void> | undefined } {
  if (isAsyncIterable(value)) return { value: handOver(call, value, tapIterable) };
  if (isObservable(value)) return { value: handOver(call, value, tapObservable) };
  return { value, finished: call.result(value) };
}

function handOver<T extends object>(
  call: DecoratedCall,
  stream: T,
  tap: (stream: T, observe: () => DecoratedCall) => T,
): T {
  const tapped = tap(stream, () => call);
  call.willStream(stream, tapped);
  abandoned.register(tapped, () => call.end());
  return tapped;
}

/** A generator does nothing until it is asked for a value, so its call begins only then. */
function streamGenerator(run: () => unknown, begin: () => DecoratedCall | undefined): unknown {
  const generator = run();
  if (!isAsyncIterable(generator)) return generator;
  let call: DecoratedCall | undefined;
  const tapped = tapIterable(generator, () => (call = begin()) ?? NO_OBSERVER);
  abandoned.register(tapped, () => call?.end());
  return tapped;
}

function isAsyncGeneratorFunction(method: Method): boolean {
  return Object.prototype.toString.call(method) === '[object AsyncGeneratorFunction]';
}

function reportOnce(plan: MethodPlan): void {
  if (reported.has(plan)) return;
  reported.add(plan);
  logger.debug(
    `${nameOf(plan)} streams nothing: import StreamingModule.forRoot() where its class is provided.`,
  );
}
