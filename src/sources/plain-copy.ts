import { formOf, UNREADABLE, type Form } from './plain-form.js';

/** The deepest level that is copied, because JSON is read and written recursively, here and on the page. */
const MAX_DEPTH = 500;

const TOO_DEEP = '[Too deep]';
const CIRCULAR = '[Circular]';

/** From this size on, in characters, the JSON of a part is made in slices: more takes over a millisecond. */
export const LARGE_SIZE = 131_072;

/** How many values are copied between two looks at the clock. */
const LOOK_EVERY = 256;

type Container = unknown[] | Record<string, unknown>;

/** Facts about an object that was copied. */
interface Copied {
  readonly plain: unknown;
  /** About the size of its JSON, in characters. */
  readonly size: number;
  /** How many levels it has. */
  readonly height: number;
}

/** A container whose items are being copied. */
interface Frame {
  /** The object, and the objects that it replaces. */
  readonly objects: object[];
  readonly form: Exclude<Form, { readonly value: unknown }>;
  readonly target: Container;
  readonly sizeBefore: number;
  index: number;
  height: number;
}

/**
 * Copies a value into a value that JSON can express. It can pause and continue at any value. It copies each
 * object once, even if the value refers to it several times: the copy shares the same objects.
 */
export class PlainCopy {
  readonly #copied = new Map<object, Copied>();
  readonly #open = new Set<object>();
  readonly #frames: Frame[] = [];
  readonly #large = new Set<unknown>();
  #size = 0;
  #steps = 0;
  #result: unknown;
  #begun = false;

  /** @param maxSize - copying stops at this size of the JSON, in characters */
  constructor(
    private readonly value: unknown,
    private readonly maxSize = Number.POSITIVE_INFINITY,
  ) {}

  /** Whether the JSON of the value is too large. Then there is no copy. */
  get isTooLarge(): boolean {
    return this.#size > this.maxSize;
  }

  /** The copy, once it is done. */
  get result(): unknown {
    return this.#result;
  }

  /** The containers of the copy whose JSON is larger than {@link LARGE_SIZE}. */
  get largeParts(): ReadonlySet<unknown> {
    return this.#large;
  }

  /** Continues until it is done or a time has come. @returns whether it is done */
  run(until = Number.POSITIVE_INFINITY): boolean {
    if (!this.#begun) {
      this.#begun = true;
      this.#result = this.#copy(this.value);
    }
    for (let frame = this.#frames.at(-1); frame && !this.isTooLarge; frame = this.#frames.at(-1)) {
      this.#step(frame);
      this.#steps += 1;
      if (this.#steps % LOOK_EVERY === 0 && performance.now() > until) return false;
    }
    return true;
  }

  #step(frame: Frame): void {
    const { form, target, index } = frame;
    frame.index += 1;
    if ('list' in form) {
      if (index >= form.list.length) this.#close(frame);
      else (target as unknown[]).push(this.#copy(read(form.list, index)) ?? null);
      return;
    }
    const key = form.keys[index];
    if (key === undefined) return this.#close(frame);
    const item = this.#copy(read(form.record, key));
    if (item === undefined) return;
    this.#size += key.length + 4;
    define(target as Record<string, unknown>, key, item);
  }

  /** The copy of a value; a container is filled later. */
  #copy(value: unknown): unknown {
    if (typeof value === 'object' && value !== null) return this.#copyObject(value);
    const leaf = leafOf(value);
    this.#size += sizeOf(leaf);
    return leaf;
  }

  #copyObject(object: object): unknown {
    if (this.#open.has(object)) return this.#mark(CIRCULAR);
    const depth = this.#frames.length;
    const known = this.#copied.get(object);
    if (depth + (known?.height ?? 1) > MAX_DEPTH) return this.#mark(TOO_DEEP);
    if (known) {
      this.#size += known.size;
      this.#reaches(known.height);
      return known.plain;
    }
    const form = formOf(object);
    if ('value' in form) return this.#copyInstead(object, form.value);
    const target: Container = 'list' in form ? [] : {};
    this.#open.add(object);
    this.#frames.push({
      objects: [object],
      form,
      target,
      sizeBefore: this.#size,
      index: 0,
      height: 1,
    });
    this.#size += 2;
    return target;
  }

  /** Another value replaces the object. It may be an object too, such as the result of `toJSON`. */
  #copyInstead(object: object, value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return this.#copy(value);
    // The result of `toJSON` may have a `toJSON` too, without end.
    if (this.#open.size > MAX_DEPTH) return this.#mark(TOO_DEEP);
    const depth = this.#frames.length;
    this.#open.add(object);
    const plain = this.#copyObject(value);
    const frame = this.#frames[depth];
    if (frame) frame.objects.push(object);
    else this.#open.delete(object);
    return plain;
  }

  #close({ objects, target: plain, sizeBefore, height }: Frame): void {
    const size = this.#size - sizeBefore;
    this.#frames.pop();
    for (const object of objects) {
      this.#open.delete(object);
      this.#copied.set(object, { plain, size, height });
    }
    if (size > LARGE_SIZE) this.#large.add(plain);
    this.#reaches(height);
  }

  /** The outer container has at least one level more than its items. */
  #reaches(height: number): void {
    const around = this.#frames.at(-1);
    if (around) around.height = Math.max(around.height, height + 1);
  }

  #mark(mark: string): string {
    this.#size += sizeOf(mark);
    return mark;
  }
}

/** The JSON value of a value that is not an object; undefined if it has none. */
function leafOf(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return typeof value === 'function' || typeof value === 'symbol' ? undefined : value;
}

function sizeOf(leaf: unknown): number {
  return typeof leaf === 'string' ? leaf.length + 3 : 6;
}

function read(source: object, key: string | number): unknown {
  try {
    return (source as Record<string | number, unknown>)[key];
  } catch {
    return UNREADABLE;
  }
}

function define(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value;
  // An assignment would change the prototype of the copy.
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true });
}
