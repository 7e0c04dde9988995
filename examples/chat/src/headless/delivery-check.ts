import type { StreamUpdate } from '@hive-academy/langgraph-streaming/client';

/** Checks that updates arrive once each and in order, and counts those that were caught up on. */
export class DeliveryCheck {
  /** What was wrong with the sequence. */
  readonly faults: string[] = [];
  #received = 0;
  #missed: { readonly since: number; until?: number } | undefined;
  #recovered = 0;
  #messages = 0;

  /** The number of the last update; they are numbered 1, 2, 3, … */
  get received(): number {
    return this.#received;
  }

  /** How many updates were streamed while there was no connection, and came later. */
  get recovered(): { readonly updates: number; readonly messages: number } {
    return { updates: this.#recovered, messages: this.#messages };
  }

  /** The connection was lost. */
  lost(): void {
    this.#missed ??= { since: Date.now() };
  }

  /** The connection is back. @returns how long it was away, in milliseconds */
  back(): number {
    if (!this.#missed) return 0;
    this.#missed.until ??= Date.now();
    return this.#missed.until - this.#missed.since;
  }

  accept({ metadata }: StreamUpdate): void {
    if (!metadata) return;
    // Tokens that were caught up on come joined: one update then covers several numbers.
    const { sequenceNumber: last, fromSequence: first = last, timestamp } = metadata;
    if (first !== this.#received + 1) this.faults.push(`#${first} came after #${this.#received}`);
    this.#received = last;
    if (this.#missed?.until !== undefined && timestamp < this.#missed.until) {
      this.#recovered += last - first + 1;
      this.#messages += 1;
    }
  }
}
