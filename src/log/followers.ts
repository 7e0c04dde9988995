import type { LogEvent, LogListener } from './log-event.js';

/** Who follows a channel, in whichever life. */
export class Followers {
  /** Replaced when somebody comes or goes, so that all who were there are told of an event. */
  #listeners: readonly LogListener[] = [];
  #isTelling = false;
  /** What they are told of after what they are being told of. */
  #later: LogEvent[] = [];

  get isEmpty(): boolean {
    return this.#listeners.length === 0;
  }

  /** @returns stops following */
  add(listener: LogListener): () => void {
    // A listener of its own per call, so that following twice with one function gives two.
    const own: LogListener = (event) => listener(event);
    this.#listeners = [...this.#listeners, own];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== own);
    };
  }

  /**
   * Tells those who follow now, one event after the other: if a listener appends while it is told, all
   * are told of that afterwards.
   */
  tell(event: LogEvent): void {
    if (this.#isTelling) {
      this.#later.push(event);
      return;
    }
    this.#isTelling = true;
    try {
      for (let next: LogEvent | undefined = event; next; next = this.#later.shift())
        for (const listener of this.#listeners) listener(next);
    } finally {
      this.#isTelling = false;
      if (this.#later.length > 0) this.#later = [];
    }
  }
}
