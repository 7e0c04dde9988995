import type { StreamUpdate } from '../protocol/stream-update.js';

interface Waiter {
  resolve(result: IteratorResult<StreamUpdate, undefined>): void;
  reject(error: Error): void;
}

/** One loop's iterator: updates wait in it until the loop asks for them. */
export class UpdateQueue implements AsyncIterableIterator<StreamUpdate, undefined> {
  readonly #onFree: (hasLeft?: boolean) => void;
  #updates: StreamUpdate[] = [];
  readonly #waiters: Waiter[] = [];
  #ended = false;
  #failure: Error | undefined;

  /** @param onFree - everything that waited has been taken, or the loop was left */
  constructor(onFree: (hasLeft?: boolean) => void) {
    this.#onFree = onFree;
  }

  get size(): number {
    return this.#updates.length;
  }

  push(update: StreamUpdate): void {
    this.#updates.push(update);
    this.#serve();
  }

  /** No more updates follow. A failure is thrown after the queued updates were taken. */
  end(failure?: Error): void {
    if (!this.#ended) this.#failure = failure;
    this.#ended = true;
    this.#serve();
  }

  next(): Promise<IteratorResult<StreamUpdate, undefined>> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      this.#serve();
      if (this.size === 0) this.#onFree();
    });
  }

  return(): Promise<IteratorResult<StreamUpdate, undefined>> {
    this.#updates = [];
    this.end();
    this.#failure = undefined;
    this.#onFree(true);
    return this.next();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #serve(): void {
    while (this.#ended || this.size > 0) {
      const waiter = this.#waiters.shift();
      if (!waiter) return;
      const value = this.#updates.shift();
      const failure = this.#failure;
      if (value) waiter.resolve({ done: false, value });
      else {
        // As with any iterator, a failure is thrown once and the iterator is over then.
        this.#failure = undefined;
        if (failure) waiter.reject(failure);
        else waiter.resolve({ done: true, value: undefined });
      }
    }
  }
}
