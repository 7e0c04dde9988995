import type { Subscriber } from './subscriber.js';

/** Subscribers that read ahead of the live entries, by the position at which they can join them. */
export class ReadAhead {
  readonly #byPosition = new Map<number, Subscriber[]>();

  get isEmpty(): boolean {
    return this.#byPosition.size === 0;
  }

  add(subscriber: Subscriber): void {
    const { position } = subscriber;
    const others = this.#byPosition.get(position);
    if (others) others.push(subscriber);
    else this.#byPosition.set(position, [subscriber]);
  }

  /** Removes and returns the subscribers that the live entries have reached and that are still subscribed. */
  take(sequence: number): readonly Subscriber[] {
    if (this.isEmpty) return [];
    const reached = this.#byPosition.get(sequence) ?? [];
    this.#byPosition.delete(sequence);
    return reached.filter(({ closed }) => !closed);
  }
}
