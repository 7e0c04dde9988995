import { StreamingError } from '../errors/streaming.error.js';
import { currentExecution } from '../executions/ambient-execution.js';
import type { ExecutionContext, SourceOutcome } from '../executions/execution-source.js';
import { runIterable } from './iterable-source.js';
import { runObservable } from './observable-source.js';
import { streamOfResult } from './sdk/sdk-result.js';
import {
  isAsyncIterable,
  isExecutionSource,
  isGenerator,
  isObservable,
  type SourceFunction,
} from './stream-source.js';
import { untilAborted } from './until-aborted.js';

/** Calls a function with the context, and streams the returned value or takes it as the result. */
export async function runFunction(
  source: SourceFunction,
  context: ExecutionContext,
): Promise<SourceOutcome> {
  const work = call(source, context);
  currentExecution()?.execution.work.track(work);
  const returned = streamWithin(await untilAborted(work, context.signal));
  if (isObservable(returned)) return runObservable(returned, context);
  if (isAsyncIterable(returned) || isGenerator(returned)) return runIterable(returned, context);
  if (isExecutionSource(returned)) {
    throw new StreamingError(
      'UNSUPPORTED_SOURCE',
      'The function returned an execution source, such as langGraph(…). Then the execution could not be resumed. Pass the source itself instead of the function.',
    );
  }
  return returned === undefined ? { state: 'completed' } : { state: 'completed', result: returned };
}

/** The stream inside an object: the body of a `Response`, or the parts of a result of the AI SDK. */
function streamWithin(returned: unknown): unknown {
  if (returned instanceof Response) return returned.body ?? undefined;
  return streamOfResult(returned) ?? returned;
}

async function call(source: SourceFunction, context: ExecutionContext): Promise<unknown> {
  return source(context);
}
