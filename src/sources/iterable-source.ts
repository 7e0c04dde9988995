import { currentExecution } from '../executions/ambient-execution.js';
import type { ExecutionContext, SourceOutcome } from '../executions/execution-source.js';
import { ItemStream } from './item-stream.js';
import { openItems, type OpenItems } from './open-items.js';
import { reportSourceFault } from '../executions/report-source-fault.js';
import { isAsyncIterable } from './stream-source.js';
import { untilAborted } from './until-aborted.js';

/** Streams the items of an iterable. The value that a generator returns at its end is the result. */
export async function runIterable(
  source: AsyncIterable<unknown> | Iterable<unknown>,
  context: ExecutionContext,
): Promise<SourceOutcome> {
  const items = isAsyncIterable(source) ? source : toAsync(source);
  const stream = new ItemStream(source, context);
  const result = await pull(
    items,
    context,
    (item) => stream.accept(item),
    (error) => reportSourceFault(context.executionId, 'its source could not be stopped', error),
  );
  stream.end();
  return result === undefined ? { state: 'completed' } : { state: 'completed', result };
}

/**
 * Passes each item of `source` to `handle`, not faster than the context accepts them, and returns the result
 * of the iterator. It ends immediately when the signal aborts, even while it waits for the next item.
 *
 * @param onFault - called with the error that the source throws if it is stopped early
 */
export async function pull<T>(
  source: AsyncIterable<T>,
  context: Pick<ExecutionContext, 'ready' | 'signal'>,
  handle: (item: T) => void,
  onFault: (error: unknown) => void = () => undefined,
): Promise<unknown> {
  const { signal } = context;
  const items = openItems(source);
  let open = true;
  try {
    for (;;) {
      await untilAborted(context.ready(), signal);
      const next = await untilAborted(advance(), signal);
      if (next.done) {
        open = false;
        return next.value;
      }
      handle(next.value);
    }
  } finally {
    if (open) stop(items, onFault);
  }

  async function advance(): Promise<IteratorResult<T, unknown>> {
    try {
      return await items.next();
    } catch (error) {
      // An iterator that threw has ended, so `return` must not be called.
      open = false;
      throw error;
    }
  }
}

/**
 * Not awaited: a generator that hangs in an await answers only when the await ends. If it fails to stop, the
 * reason why the iteration ended early is more important.
 */
function stop(items: OpenItems<unknown>, onFault: (error: unknown) => void): void {
  const stopped = (async () => items.stop())().catch(onFault);
  // A server that closes waits for it, within bounds.
  currentExecution()?.execution.work.track(stopped);
}

async function* toAsync(source: Iterable<unknown, unknown>): AsyncGenerator<unknown, unknown> {
  return yield* source;
}
