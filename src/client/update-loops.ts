import type { StreamUpdate } from '../protocol/stream-update.js';
import { UpdateQueue } from './update-queue.js';

/** The `for await` loops over one subscription, each of which takes updates at its own pace. */
export class UpdateLoops {
  readonly #queues = new Set<UpdateQueue>();
  readonly #maxBufferedUpdates: number;
  readonly #onFree: () => void;

  /** @param onFree - a loop has taken everything that waited, or was left */
  constructor(maxBufferedUpdates: number, onFree: () => void) {
    this.#maxBufferedUpdates = maxBufferedUpdates;
    this.#onFree = onFree;
  }

  get size(): number {
    return this.#queues.size;
  }

  /** Whether as many updates wait for one of the loops as may wait. */
  get isBehind(): boolean {
    for (const { size } of this.#queues) if (size >= this.#maxBufferedUpdates) return true;
    return false;
  }

  add(): UpdateQueue {
    const queue = new UpdateQueue((hasLeft) => {
      if (hasLeft) this.#queues.delete(queue);
      this.#onFree();
    });
    this.#queues.add(queue);
    return queue;
  }

  push(update: StreamUpdate): void {
    for (const queue of this.#queues) queue.push(update);
  }

  /** Nothing more comes; a failure is thrown out of the loops. */
  end(failure?: Error): void {
    for (const queue of this.#queues) queue.end(failure);
    this.#queues.clear();
  }
}
