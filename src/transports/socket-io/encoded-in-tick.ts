import type { LogEntry } from '../../log/log-entry.js';
import type { EncodedUpdate } from './update-encoder.js';

interface Encoded {
  readonly fromSequence: number;
  readonly update: EncodedUpdate;
}

/**
 * What was encoded in this tick, by the place of the entry in the log, as a log may make the object
 * anew each time it is read.
 */
export class EncodedInTick {
  readonly #lives = new Map<string, Map<number, Encoded>>();

  get({ life, sequence, fromSequence }: LogEntry): EncodedUpdate | undefined {
    const encoded = this.#lives.get(life.key)?.get(sequence);
    // Joined tokens end where another entry ends, which covers less.
    return encoded?.fromSequence === fromSequence ? encoded.update : undefined;
  }

  set({ life, sequence, fromSequence }: LogEntry, update: EncodedUpdate): void {
    let entries = this.#lives.get(life.key);
    if (!entries) this.#lives.set(life.key, (entries = new Map<number, Encoded>()));
    entries.set(sequence, { fromSequence, update });
  }

  clear(): void {
    if (this.#lives.size > 0) this.#lives.clear();
  }
}
