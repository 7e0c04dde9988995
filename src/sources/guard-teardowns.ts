import type { Subscription, TeardownLogic } from 'rxjs';

/** Who is told what teardowns do wrong. */
export interface TeardownFaults {
  /** One threw. Absent: it is thrown to whoever unsubscribes, as by rxjs. */
  readonly onThrow?: (error: unknown) => void;
  /** One returned a promise, which rejected. rxjs drops it, which would end the process. */
  readonly onReject: (error: unknown) => void;
}

/**
 * Runs the teardowns of an Observable, and of those inside of it, where their errors can be caught. rxjs throws
 * them into whatever called `complete` or `error`, such as a timer of the source, which would end the process.
 */
export function guardTeardowns(subscription: Subscription, faults: TeardownFaults): void {
  const { onThrow, onReject } = faults;
  const unsubscribe = subscription.unsubscribe.bind(subscription);
  const add = subscription.add.bind(subscription);
  const remove = subscription.remove.bind(subscription);
  /** What rxjs knows in the place of a teardown. */
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

/** Runs a teardown that is not within rxjs. */
export function tearDown(teardown: () => unknown, onFault: (error: unknown) => void): void {
  try {
    watch(teardown(), onFault);
  } catch (error) {
    onFault(error);
  }
}

/** Tells if what a teardown returned is a promise that rejects. */
function watch(returned: unknown, onReject: (error: unknown) => void): void {
  // Whatever has a `then` is awaited, and what its `then` throws is a rejection.
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
