import type { Observer } from 'rxjs';
import type { ExecutionContext, SourceOutcome } from '../executions/execution-source.js';
import { guardedSubscriber, tearDown } from './guard-teardowns.js';
import { ItemStream } from './item-stream.js';
import { reportSourceFault } from '../executions/report-source-fault.js';
import type { ObservableLike } from './stream-source.js';

/** Streams the values of an Observable. It unsubscribes when the signal aborts. */
export function runObservable(
  source: ObservableLike,
  context: ExecutionContext,
): Promise<SourceOutcome> {
  const { signal, executionId } = context;
  const stream = new ItemStream(source, context);
  const report = (error: unknown): void =>
    reportSourceFault(executionId, 'the teardown of its Observable failed', error);
  return new Promise<SourceOutcome>((resolve, reject) => {
    let subscription: { unsubscribe(): unknown } | undefined;
    let settled = false;
    const settle = (finish: () => void): void => {
      if (settled) return;
      settled = true;
      finish();
      signal.removeEventListener('abort', abort);
      unsubscribe();
    };
    const unsubscribe = (): void => tearDown(() => subscription?.unsubscribe(), report);
    // If the teardown of an inner Observable throws, rxjs would never end the outer Observable.
    const fail = (error: unknown): void => {
      if (settled) report(error);
      else settle(() => reject(error));
    };
    const abort = (): void => settle(() => reject(signal.reason));
    const observer: Observer<unknown> = {
      next: (item) => {
        if (settled) return;
        try {
          stream.accept(item);
        } catch (error) {
          settle(() => reject(error));
        }
      },
      error: (error: unknown) => settle(() => reject(error)),
      complete: () => {
        try {
          if (!settled) stream.end();
          settle(() => resolve({ state: 'completed' }));
        } catch (error) {
          fail(error);
        }
      },
    };

    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    try {
      subscription = source.subscribe(
        guardedSubscriber(observer, { onThrow: fail, onReject: report }),
      );
    } catch (error) {
      fail(error);
    }
    // The promise may have settled during the subscribe call, before the subscription existed.
    if (settled) unsubscribe();
  });
}
