import type { ExecutionContext, SourceOutcome } from '../executions/execution-source.js';
import { emitItem } from './emit-item.js';
import type { ObservableLike } from './stream-source.js';

/** Streams what an Observable emits; it is unsubscribed from when the signal aborts. */
export function runObservable(
  source: ObservableLike,
  context: ExecutionContext,
): Promise<SourceOutcome> {
  const { signal } = context;
  return new Promise<SourceOutcome>((resolve, reject) => {
    let subscription: { unsubscribe(): void } | undefined;
    let settled = false;
    const settle = (finish: () => void): void => {
      if (settled) return;
      settled = true;
      signal.removeEventListener('abort', abort);
      subscription?.unsubscribe();
      finish();
    };
    const abort = (): void => settle(() => reject(signal.reason));

    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    subscription = source.subscribe({
      next: (item) => {
        if (settled) return;
        try {
          emitItem(item, context);
        } catch (error) {
          settle(() => reject(error));
        }
      },
      error: (error) => settle(() => reject(error)),
      complete: () => settle(() => resolve({ state: 'completed' })),
    });
    // It may have settled while subscribing, before there was a subscription to end.
    if (settled) subscription.unsubscribe();
  });
}
