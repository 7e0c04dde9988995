import type { ExecutionContext, SourceOutcome } from '../executions/execution-source.js';
import { emitItem } from './emit-item.js';
import { isAsyncIterable } from './stream-source.js';
import { untilAborted } from './until-aborted.js';

/** Streams the items of an iterable; what a generator returns at its end is the result. */
export async function runIterable(
  source: AsyncIterable<unknown> | Iterable<unknown>,
  context: ExecutionContext,
): Promise<SourceOutcome> {
  const items = isAsyncIterable(source) ? source : toAsync(source);
  const result = await pull(items, context, (item) => emitItem(item, context));
  return result === undefined ? { state: 'completed' } : { state: 'completed', result };
}

/**
 * Hands each item of `source` to `handle`, no faster than the context takes them, and returns what
 * the iterator returned. Ends at once when the signal aborts, even while the next item is awaited.
 */
export async function pull<T>(
  source: AsyncIterable<T>,
  context: Pick<ExecutionContext, 'ready' | 'signal'>,
  handle: (item: T) => void,
): Promise<unknown> {
  const { signal } = context;
  const iterator = source[Symbol.asyncIterator]();
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
    if (open) close(iterator);
  }

  async function advance(): Promise<IteratorResult<T, unknown>> {
    try {
      return await iterator.next();
    } catch (error) {
      // An iterator that threw has ended by itself: it must not be asked to return.
      open = false;
      throw error;
    }
  }
}

/** Not awaited: a generator that hangs in an await answers only when that ends. */
function close(iterator: AsyncIterator<unknown>): void {
  try {
    iterator.return?.().then(ignore, ignore);
  } catch {
    // The reason why the iteration ended early is what counts, not that the source failed to stop.
  }
}

function ignore(): void {}

async function* toAsync(source: Iterable<unknown, unknown>): AsyncGenerator<unknown, unknown> {
  return yield* source;
}
