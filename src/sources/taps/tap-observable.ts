import { Observable, Subject, takeUntil, type Observer, type Subscriber } from 'rxjs';
import {
  type AmbientExecution,
  currentExecution,
  runInExecution,
} from '../../executions/ambient-execution.js';
import { reportSourceFault } from '../../executions/report-source-fault.js';
import { guardedSubscriber } from '../guard-teardowns.js';
import type { ObservableLike } from '../stream-source.js';
import type { ReadObserver } from './read-observer.js';

/**
 * Makes an Observable like the one that the method returned. Nothing happens until the caller subscribes. The
 * first subscription is observed. Further subscriptions emit the same values again.
 */
export function tapObservable<T extends ObservableLike>(source: T, observe: () => ReadObserver): T {
  let subscribed = false;
  const tapped = new Observable<unknown>((subscriber) => {
    if (subscribed) return source.subscribe(subscriber);
    subscribed = true;
    return subscribeTo(source, observe(), subscriber);
  });
  return new Proxy(source, {
    get: (target, property, proxy): unknown =>
      property === 'subscribe'
        ? tapped.subscribe.bind(tapped)
        : Reflect.get(target, property, proxy),
  });
}

function subscribeTo(
  source: ObservableLike,
  observer: ReadObserver,
  subscriber: Subscriber<unknown>,
): () => unknown {
  const caller = currentExecution();
  const stop = new Subject<void>();
  let over = false;
  const finish = (tell: () => void, pass: () => void): void => {
    if (over) return;
    over = true;
    tell();
    runInExecution(caller, pass);
  };
  // An rxjs source stops in the middle of a synchronous burst if its subscriber is gone.
  const stoppable = source instanceof Observable ? source.pipe(takeUntil(stop)) : source;
  const watching: Observer<unknown> = {
    next: (value) => {
      if (over) return;
      observer.item(value);
      runInExecution(caller, () => subscriber.next(value));
      if (!subscriber.closed || over) return;
      over = true;
      observer.end();
      stop.next();
    },
    error: (error: unknown) =>
      finish(
        () => observer.fail(error),
        () => subscriber.error(error),
      ),
    complete: () =>
      finish(
        () => void observer.complete(),
        () => subscriber.complete(),
      ),
  };
  // Outside of an execution, its teardowns are the caller's, as without the decorator.
  const observed = caller
    ? guardedSubscriber(watching, { onReject: (error) => reportTeardown(caller, error) })
    : watching;
  const subscription: { unsubscribe(): unknown } = observer.enter(() =>
    stoppable.subscribe(observed),
  );
  return () => {
    try {
      // Another library may return a promise.
      return subscription.unsubscribe();
    } finally {
      if (!over) observer.end();
      over = true;
    }
  };
}

function reportTeardown({ execution }: AmbientExecution, error: unknown): void {
  reportSourceFault(execution.executionId, 'the teardown of its Observable failed', error);
}
