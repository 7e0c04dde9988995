import type { StreamUpdate } from '@hive-academy/langgraph-streaming/client';

/** Checks that updates arrive once each and in order, and counts those that were caught up on. */
export class DeliveryCheck {
  /** What was wrong with the sequence. */
  readonly faults: string[] = [];
  /** The number of the last update; they are numbered 1, 2, 3, … */
  received = 0;
  /** How many updates were caught up on after the connection was lost, in how many messages. */
  readonly recovered = { updates: 0, messages: 0 };
  #lostAt: number | undefined;
  #backAt: number | undefined;

  /** The connection was lost. */
  lost(): void {
    this.#lostAt ??= Date.now();
  }

  /** The connection is there. @returns how long it was away, in milliseconds */
  back(): number {
    if (this.#lostAt === undefined) return 0;
    this.#backAt ??= Date.now();
    return this.#backAt - this.#lostAt;
  }

  accept({ metadata }: StreamUpdate): void {
    if (!metadata) return;
    const { sequenceNumber, fromSequence = sequenceNumber, timestamp } = metadata;
    if (fromSequence !== this.received + 1) {
      this.faults.push(`#${fromSequence} came after #${this.received}`);
    }
    this.received = sequenceNumber;
    if (this.#backAt === undefined) return;
    // Tokens that are caught up on come joined: one update then covers several numbers.
    if (metadata.fromSequence !== undefined || timestamp < this.#backAt) {
      this.recovered.updates += sequenceNumber - fromSequence + 1;
      this.recovered.messages += 1;
    }
  }
}
