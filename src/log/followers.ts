import type { LogEvent, LogListener } from './log-event.js';

const NONE: readonly LogListener[] = [];

/** The followers of a channel, over all its lives. */
export class Followers {
  /**
   * The list is replaced when a follower comes or goes, so that an event reaches all followers that were
   * there.
   */
  #listeners = NONE;
  #isTelling = false;
  /** The events that wait while followers are called. */
  #later: LogEvent[] | undefined;

  get isEmpty(): boolean {
    return this.#listeners.length === 0;
  }

  /** @returns stops following */
  add(listener: LogListener): () => void {
    // A new listener for each call, so that following twice with one function gives two followers.
    const own: LogListener = (event) => listener(event);
    this.#listeners = [...this.#listeners, own];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== own);
    };
  }

  /**
   * Calls the present followers, one event after the other. If a listener appends meanwhile, the new event
   * comes afterwards.
   */
  tell(event: LogEvent): void {
    if (this.#isTelling) {
      (this.#later ??= []).push(event);
      return;
    }
    this.#isTelling = true;
    try {
      for (let next: LogEvent | undefined = event; next; next = this.#later?.shift())
        for (const listener of this.#listeners) listener(next);
    } finally {
      this.#isTelling = false;
      this.#later = undefined;
    }
  }
}
