/** How many texts are remembered: more than the streams of Node and the web read ahead. */
const MAX_TEXTS = 64;

/**
 * What was streamed inside of a piece of work, so that a value that the work passes on is not
 * streamed again.
 *
 * Objects are known by their identity. Texts have none: a text is taken for one that was streamed
 * when it is the oldest that was not passed on yet, or the newest. So a stream is passed on in its
 * order, with or without values left out, and a text that is merely equal is streamed.
 */
export class StreamedValues {
  /** How many times an object was streamed and not passed on. */
  #objects: WeakMap<object, number> | undefined;
  /** Texts and other primitives, the oldest first. */
  #texts: unknown[] = [];

  add(value: unknown): void {
    if (isObject(value)) {
      this.#objects ??= new WeakMap();
      this.#objects.set(value, (this.#objects.get(value) ?? 0) + 1);
    } else if (value != null) {
      this.#texts.push(value);
      if (this.#texts.length > MAX_TEXTS) this.#texts.shift();
    }
  }

  /** Whether a value was streamed inside; each time counts once. */
  take(value: unknown): boolean {
    return isObject(value) ? this.#takeObject(value) : this.#takeText(value);
  }

  #takeObject(value: object): boolean {
    const times = this.#objects?.get(value) ?? 0;
    if (times > 0) this.#objects?.set(value, times - 1);
    return times > 0;
  }

  #takeText(text: unknown): boolean {
    if (this.#texts.length === 0) return false;
    if (Object.is(this.#texts[0], text)) {
      this.#texts.shift();
      return true;
    }
    const isNewest = Object.is(this.#texts.at(-1), text);
    this.#texts = [];
    return isNewest;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
