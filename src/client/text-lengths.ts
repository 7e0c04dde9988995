import type { Cursor } from '../protocol/cursor.js';
import { MAX_JOINED_UPDATES } from '../protocol/max-joined-updates.js';
import type { StreamUpdate } from '../protocol/stream-update.js';

/**
 * The lengths of the texts of the last updates of a channel, as many as a joined update may cover. If the log
 * is read again for one subscription, a joined update may contain text that another subscription already has.
 * The lengths tell which part is new for it.
 */
export class TextLengths {
  readonly #bySequence = new Map<number, number>();
  /** The last update that was added. */
  #last = 0;

  /** Whether an update ended here. */
  has(sequence: number): boolean {
    return this.#bySequence.has(sequence);
  }

  add(update: StreamUpdate): void {
    const { fromSequence, sequenceNumber } = placeOf(update);
    if (sequenceNumber <= this.#last) return;
    const known = this.#sum(fromSequence, this.#last);
    this.#bySequence.set(sequenceNumber, textOf(update).length - known);
    this.#last = sequenceNumber;
    if (this.#bySequence.size <= MAX_JOINED_UPDATES) return;
    const [oldest = 0] = this.#bySequence.keys();
    this.#bySequence.delete(oldest);
  }

  /** The part of an update after a cursor; undefined if there is none. */
  after(cursor: Cursor, update: StreamUpdate): StreamUpdate | undefined {
    const { fromSequence, sequenceNumber } = placeOf(update);
    if (sequenceNumber <= cursor.sequence) return undefined;
    if (fromSequence > cursor.sequence || update.type !== 'token') return update;
    const content = textOf(update).slice(this.#sum(fromSequence, cursor.sequence));
    const metadata = { ...update.metadata, fromSequence: cursor.sequence + 1 };
    return { ...update, data: { ...update.data, content }, metadata } as StreamUpdate;
  }

  clear(): void {
    this.#bySequence.clear();
    this.#last = 0;
  }

  #sum(from: number, to: number): number {
    let sum = 0;
    for (let sequence = from; sequence <= to; sequence += 1)
      sum += this.#bySequence.get(sequence) ?? 0;
    return sum;
  }
}

/** The sequence numbers that an update covers. */
export function placeOf({ metadata }: StreamUpdate): {
  fromSequence: number;
  sequenceNumber: number;
} {
  const { sequenceNumber = 0, fromSequence = sequenceNumber } = metadata ?? {};
  return { fromSequence, sequenceNumber };
}

function textOf(update: StreamUpdate): string {
  return update.type === 'token' && typeof update.data?.content === 'string'
    ? update.data.content
    : '';
}
