import { LARGE_SIZE, PlainCopy } from './plain-copy.js';

/** How long a slice of a conversion may block the event loop, in milliseconds. */
const SLICE_MS = 5;

/**
 * A copy of `value` that JSON can express: messages become {@link StreamedMessage}, dates and
 * BigInts strings, binary data Base64, errors a {@link SAFE_ERROR}; functions are left out and a
 * reference back to an enclosing object becomes `'[Circular]'`. Never throws.
 */
export function toPlainData(value: unknown): unknown {
  const copy = new PlainCopy(value);
  copy.run();
  return copy.result;
}

/** {@link toPlainData} in slices that leave the event loop free. */
export async function copyInSlices(value: unknown): Promise<unknown> {
  const copy = new PlainCopy(value);
  while (!copy.run(performance.now() + SLICE_MS)) await nextTurn();
  return copy.result;
}

/** The result of a conversion. */
export interface Conversion {
  /** Undefined if it is too large. */
  readonly data: unknown;
  /** Its JSON, if that was made too. */
  readonly json?: string | undefined;
  readonly isTooLarge: boolean;
}

/**
 * Does the same as {@link toPlainData}, in slices that leave the event loop free. If one slice is enough, it
 * is synchronous.
 *
 * @param maxSize - the largest JSON, in characters
 */
export function convertInSlices(value: unknown, maxSize: number): Conversion | Promise<Conversion> {
  const copy = new PlainCopy(value, maxSize);
  return copy.run(performance.now() + SLICE_MS) ? conversionOf(copy) : goOn(copy);
}

async function goOn(copy: PlainCopy): Promise<Conversion> {
  do await nextTurn();
  while (!copy.run(performance.now() + SLICE_MS));
  if (copy.isTooLarge) return conversionOf(copy);
  const json = await new JsonInSlices(copy.largeParts).encode(copy.result);
  return { ...conversionOf(copy), json };
}

function conversionOf({ isTooLarge, result }: PlainCopy): Conversion {
  return isTooLarge ? { data: undefined, isTooLarge } : { data: result, isTooLarge };
}

/** Does the same as `JSON.stringify`, with turns for other tasks between the parts. */
class JsonInSlices {
  #encoded = 0;

  constructor(private readonly largeParts: ReadonlySet<unknown>) {}

  encode(value: unknown): string | Promise<string> {
    if (typeof value === 'string' && value.length > LARGE_SIZE) return this.#text(value);
    if (isLargeList(value, this.largeParts)) return this.#list(value);
    if (isLargeRecord(value, this.largeParts)) return this.#record(value);
    const json = JSON.stringify(value);
    this.#encoded += json.length;
    return json;
  }

  async #list(list: readonly unknown[]): Promise<string> {
    const parts: string[] = [];
    for (const item of list) parts.push(await this.#part(item));
    return `[${parts.join(',')}]`;
  }

  async #record(record: object): Promise<string> {
    const parts: string[] = [];
    for (const [key, item] of Object.entries(record)) {
      parts.push(`${JSON.stringify(key)}:${await this.#part(item)}`);
    }
    return `{${parts.join(',')}}`;
  }

  /** Half of a character, at the end of a piece, is escaped, and so is the other half. */
  async #text(text: string): Promise<string> {
    const parts: string[] = [];
    for (let at = 0; at < text.length; at += LARGE_SIZE) {
      parts.push((await this.#part(text.slice(at, at + LARGE_SIZE))).slice(1, -1));
    }
    return `"${parts.join('')}"`;
  }

  async #part(value: unknown): Promise<string> {
    if (this.#encoded > LARGE_SIZE) {
      this.#encoded = 0;
      await nextTurn();
    }
    return this.encode(value);
  }
}

function isLargeList(value: unknown, large: ReadonlySet<unknown>): value is readonly unknown[] {
  return large.has(value) && Array.isArray(value);
}

function isLargeRecord(value: unknown, large: ReadonlySet<unknown>): value is object {
  return large.has(value) && !Array.isArray(value);
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
