import type { StreamUpdate } from '../protocol/stream-update.js';

interface Waiter {
  resolve(result: IteratorResult<StreamUpdate, undefined>): void;
  reject(error: Error): void;
}

/** Hooks of an {@link UpdateQueue}. */
export interface UpdateQueueHooks {
  /** Everything that was queued has been taken. */
  onDrain(): void;
  /** The consumer left. */
  onReturn(): void;
}

/** One consumer's iterator: updates wait in it until the consumer asks for them. */
export class UpdateQueue implements AsyncIterableIterator<StreamUpdate, undefined> {
  readonly #hooks: UpdateQueueHooks;
  #updates: StreamUpdate[] = [];
  readonly #waiters: Waiter[] = [];
  #ended = false;
  #failure: Error | undefined;

  constructor(hooks: UpdateQueueHooks) {
    this.#hooks = hooks;
  }

  get size(): number {
    return this.#updates.length;
  }

  push(update: StreamUpdate): void {
    const waiter = this.#waiters.shift();
    if (waiter) waiter.resolve({ done: false, value: update });
    else this.#updates.push(update);
  }

  /** No more updates follow. A failure is thrown after the queued updates were taken. */
  end(failure?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#failure = failure;
    for (const waiter of this.#waiters.splice(0)) this.#finish(waiter);
  }

  next(): Promise<IteratorResult<StreamUpdate, undefined>> {
    return new Promise((resolve, reject) => {
      const update = this.#updates.shift();
      if (update) {
        resolve({ done: false, value: update });
        if (this.#updates.length === 0) this.#hooks.onDrain();
      } else if (this.#ended) this.#finish({ resolve, reject });
      else this.#waiters.push({ resolve, reject });
    });
  }

  return(): Promise<IteratorResult<StreamUpdate, undefined>> {
    this.#updates = [];
    this.end();
    this.#hooks.onReturn();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #finish(waiter: Waiter): void {
    const failure = this.#failure;
    // As with any iterator, a failure is thrown once. Then the iterator is done.
    this.#failure = undefined;
    if (failure) waiter.reject(failure);
    else waiter.resolve({ done: true, value: undefined });
  }
}
