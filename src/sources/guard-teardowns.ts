import { Subscriber, type Observer, type Subscription, type TeardownLogic } from 'rxjs';

/** What is called if a teardown fails. */
export interface TeardownFaults {
  /** A teardown threw. Without this function, the error is thrown to the caller of `unsubscribe`, as in rxjs. */
  readonly onThrow?: (error: unknown) => void;
  /** A teardown returned a promise that rejected. rxjs ignores the promise, and that would end the process. */
  readonly onReject: (error: unknown) => void;
}

/** An observer whose subscription has guarded teardowns. */
export function guardedSubscriber(
  observer: Observer<unknown>,
  faults: TeardownFaults,
): Subscriber<unknown> {
  const subscriber = new Subscriber(observer);
  guardTeardowns(subscriber, faults);
  // Other libraries may call the functions of an observer without the object.
  subscriber.next = subscriber.next.bind(subscriber);
  subscriber.error = subscriber.error.bind(subscriber);
  subscriber.complete = subscriber.complete.bind(subscriber);
  return subscriber;
}

/**
 * Runs the teardowns of an Observable and its inner Observables where their errors can be caught. rxjs throws
 * these errors into the caller of `complete` or `error`, such as a timer of the source, and that would end
 * the process.
 */
function guardTeardowns(subscription: Subscription, faults: TeardownFaults): void {
  const { onThrow, onReject } = faults;
  const unsubscribe = subscription.unsubscribe.bind(subscription);
  const add = subscription.add.bind(subscription);
  const remove = subscription.remove.bind(subscription);
  /** The functions that rxjs gets instead of the teardowns. */
  const guarded = new Map<TeardownLogic, () => void>();
  subscription.unsubscribe = () => {
    try {
      unsubscribe();
    } catch (error) {
      if (!onThrow) throw error;
      onThrow(error);
    }
  };
  subscription.add = (teardown) => {
    if (isSubscription(teardown)) guardTeardowns(teardown, faults);
    else if (teardown) {
      const run = (): void => {
        guarded.delete(teardown);
        watch(typeof teardown === 'function' ? teardown() : teardown.unsubscribe(), onReject);
      };
      guarded.set(teardown, run);
      return add(run);
    }
    return add(teardown);
  };
  subscription.remove = (teardown) => {
    remove(guarded.get(teardown) ?? teardown);
    guarded.delete(teardown);
  };
}

/** Runs a teardown that rxjs does not run. */
export function tearDown(teardown: () => unknown, onFault: (error: unknown) => void): void {
  try {
    watch(teardown(), onFault);
  } catch (error) {
    onFault(error);
  }
}

/** Calls `onReject` if a teardown returned a promise that rejects. */
function watch(returned: unknown, onReject: (error: unknown) => void): void {
  // `resolve` awaits every object with a `then`, and rejects if its `then` throws.
  void Promise.resolve(returned).catch(onReject);
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
