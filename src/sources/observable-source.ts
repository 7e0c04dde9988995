import { Subscriber, type Observer } from 'rxjs';
import type { ExecutionContext, SourceOutcome } from '../executions/execution-source.js';
import { ItemStream } from './item-stream.js';
import { reportSourceFault } from '../executions/report-source-fault.js';
import type { ObservableLike } from './stream-source.js';

/** Streams what an Observable emits; it is unsubscribed from when the signal aborts. */
export function runObservable(
  source: ObservableLike,
  context: ExecutionContext,
): Promise<SourceOutcome> {
  const { signal, executionId } = context;
  const stream = new ItemStream(source, context);
  const report = (error: unknown): void =>
    reportSourceFault(executionId, 'the teardown of its Observable threw', error);
  return new Promise<SourceOutcome>((resolve, reject) => {
    let subscription: { unsubscribe(): void } | undefined;
    let settled = false;
    const settle = (finish: () => void): void => {
      if (settled) return;
      settled = true;
      finish();
      signal.removeEventListener('abort', abort);
      unsubscribe();
    };
    const unsubscribe = (): void => {
      try {
        subscription?.unsubscribe();
      } catch (error) {
        report(error);
      }
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
      error: (error) => settle(() => reject(error)),
      complete: () => {
        try {
          if (!settled) stream.end();
          settle(() => resolve({ state: 'completed' }));
        } catch (error) {
          settle(() => reject(error));
        }
      },
    };

    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    try {
      subscription = source.subscribe(new GuardedSubscriber(observer, report));
    } catch (error) {
      // A teardown may throw while it is subscribed to: then the end has been settled before.
      if (settled) report(error);
      else settle(() => reject(error));
    }
    // It may have settled while subscribing, before there was a subscription to end.
    if (settled) unsubscribe();
  });
}

/**
 * Runs the teardown of an Observable where its errors can be caught. rxjs throws them into whatever
 * called `complete` or `error`, such as a timer of the source, which would end the process.
 */
class GuardedSubscriber extends Subscriber<unknown> {
  readonly #report: (error: unknown) => void;

  constructor(observer: Observer<unknown>, report: (error: unknown) => void) {
    super(observer);
    this.#report = report;
    // Other libraries may take them apart.
    this.next = this.next.bind(this);
    this.error = this.error.bind(this);
    this.complete = this.complete.bind(this);
  }

  override unsubscribe(): void {
    try {
      super.unsubscribe();
    } catch (error) {
      this.#report(error);
    }
  }
}
