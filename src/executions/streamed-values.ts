import { types } from 'node:util';

/** How much text is remembered, in characters or bytes. Node and web streams read ahead less than this. */
const MAX_SIZE = 262_144;

/** How many texts are remembered. */
const MAX_TEXTS = 4_096;

/**
 * Remembers the values that were streamed inside a piece of work, so that a value that the work passes on is
 * not streamed again.
 *
 * Objects are recognized by their identity. A text has no identity: it is recognized if it equals the oldest
 * text that was not passed on yet, or the newest. So a stream may be passed on in its order, also with values
 * left out, and any other equal text is streamed. Streams of bytes copy their chunks and cut them at other
 * places, so bytes are compared by their content.
 */
export class StreamedValues {
  /** How many times an object was streamed but not passed on. */
  #objects: WeakMap<object, number> | undefined;
  /** Texts, bytes and primitives, the oldest first. */
  #texts: unknown[] = [];
  #size = 0;

  add(value: unknown): void {
    if (isBytes(value)) this.#addText(Buffer.from(value));
    else if (isObject(value)) {
      this.#objects ??= new WeakMap();
      this.#objects.set(value, (this.#objects.get(value) ?? 0) + 1);
    } else if (value != null) this.#addText(value);
  }

  /** Whether a value was streamed inside. Each streaming counts for one call. */
  take(value: unknown): boolean {
    return isObject(value) && !isBytes(value) ? this.#takeObject(value) : this.#takeText(value);
  }

  #addText(text: unknown): void {
    this.#texts.push(text);
    this.#size += sizeOf(text);
    while (this.#size > MAX_SIZE || this.#texts.length > MAX_TEXTS) {
      this.#size -= sizeOf(this.#texts.shift());
    }
  }

  #takeObject(value: object): boolean {
    const times = this.#objects?.get(value) ?? 0;
    if (times > 0) this.#objects?.set(value, times - 1);
    return times > 0;
  }

  #takeText(text: unknown): boolean {
    if (this.#texts.length === 0) return false;
    if (this.#takeOldest(text)) return true;
    const isNewest = isSame(this.#texts.at(-1), text);
    this.#texts = [];
    this.#size = 0;
    return isNewest;
  }

  #takeOldest(text: unknown): boolean {
    const [oldest] = this.#texts;
    if (!isBytes(oldest) && !isBytes(text)) return isSame(oldest, text) && this.#drop(1);
    const bytes = bytesOf(text);
    return bytes !== undefined && this.#takeBytes(bytes);
  }

  /** Recognizes bytes with the content of the oldest texts, even if they are cut at other places. */
  #takeBytes(bytes: Buffer): boolean {
    let left = bytes;
    for (const [index, text] of this.#texts.entries()) {
      const expected = bytesOf(text);
      const length = Math.min(left.length, expected?.length ?? 0);
      if (!expected?.subarray(0, length).equals(left.subarray(0, length))) return false;
      left = left.subarray(length);
      if (left.length > 0) continue;
      const rest = expected.subarray(length);
      return this.#drop(index + 1, rest.length > 0 ? [rest] : []);
    }
    return false;
  }

  #drop(count: number, rest: readonly Buffer[] = []): true {
    for (const text of this.#texts.splice(0, count, ...rest)) this.#size -= sizeOf(text);
    for (const text of rest) this.#size += sizeOf(text);
    return true;
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return isBytes(a) && isBytes(b) ? Buffer.compare(a, b) === 0 : Object.is(a, b);
}

function bytesOf(text: unknown): Buffer | undefined {
  if (typeof text === 'string') return Buffer.from(text);
  return isBytes(text) ? Buffer.from(text.buffer, text.byteOffset, text.byteLength) : undefined;
}

function sizeOf(text: unknown): number {
  return typeof text === 'string' || isBytes(text) ? text.length : 1;
}

function isBytes(value: unknown): value is Uint8Array {
  return types.isUint8Array(value);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
