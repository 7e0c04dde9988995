import { Subscriber, type Observer, type Subscription, type TeardownLogic } from 'rxjs';
import type { ExecutionContext, SourceOutcome } from '../executions/execution-source.js';
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
      subscription = source.subscribe(guardedSubscriber(observer, fail));
    } catch (error) {
      fail(error);
    }
    // The promise may have settled during the subscribe call, before the subscription existed.
    if (settled) unsubscribe();
  });
}

/**
 * Runs the teardowns of an Observable and its inner Observables where their errors can be caught. rxjs throws
 * these errors into the caller of `complete` or `error`, such as a timer of the source, and that would end
 * the process.
 */
function guard(subscription: Subscription, onFault: (error: unknown) => void): void {
  const unsubscribe = subscription.unsubscribe.bind(subscription);
  const add = subscription.add.bind(subscription);
  subscription.unsubscribe = () => {
    try {
      unsubscribe();
    } catch (error) {
      onFault(error);
    }
  };
  subscription.add = (teardown) => {
    if (isSubscription(teardown)) guard(teardown, onFault);
    add(teardown);
  };
}

/** Whether a teardown is a subscription, of this copy of rxjs or another. */
function isSubscription(teardown: TeardownLogic): teardown is Subscription {
  return (
    typeof teardown === 'object' &&
    teardown !== null &&
    'add' in teardown &&
    typeof teardown.add === 'function'
  );
}

/** Subscribes with guarded teardowns. */
function guardedSubscriber(
  observer: Observer<unknown>,
  onFault: (error: unknown) => void,
): Subscriber<unknown> {
  const subscriber = new Subscriber(observer);
  guard(subscriber, onFault);
  // Other libraries may call the functions of an observer without the object.
  subscriber.next = subscriber.next.bind(subscriber);
  subscriber.error = subscriber.error.bind(subscriber);
  subscriber.complete = subscriber.complete.bind(subscriber);
  return subscriber;
}
