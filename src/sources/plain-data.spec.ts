import { describe, expect, it } from '@jest/globals';
import { HumanMessage } from '@langchain/core/messages';
import { convertInSlices, toPlainData } from './plain-data.js';

const NEVER = Number.POSITIVE_INFINITY;

/** An object that shares one leaf 2^levels times. */
function shared(levels: number): object {
  let value: object = { leaf: 'x' };
  for (let level = 0; level < levels; level += 1) value = { a: value, b: value };
  return value;
}

function nested(levels: number): object {
  let value: object = { bottom: true };
  for (let level = 0; level < levels; level += 1) value = { value };
  return value;
}

/** CPU time of synchronous work, in milliseconds. */
function cpuOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

describe('the form of a value', () => {
  const bytes = new Uint8Array([1, 2, 3]);
  const key = { id: 1 };

  it.each<[string, unknown, unknown]>([
    ['a text', 'x', 'x'],
    ['a number', 1.5, 1.5],
    ['no number', Number.NaN, null],
    ['an infinite number', Number.NEGATIVE_INFINITY, null],
    ['a BigInt', 12n, '12'],
    ['a function in a list', [() => 1], [null]],
    ['a function in an object', { a: () => 1, b: 2 }, { b: 2 }],
    ['undefined in an object', { a: undefined }, {}],
    ['a symbol', { a: Symbol('x'), [Symbol('y')]: 1 }, {}],
    ['a hole in a list', [, 1], [null, 1]], // oxlint-disable-line no-sparse-arrays
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['a date that is none', new Date('x'), null],
    ['a regular expression', /a+/giu, '/a+/giu'],
    ['a set', new Set([1, new Set([2])]), [1, [2]]],
    ['a map', new Map<unknown, unknown>([['a', 1], [2, 'b']]), { a: 1, 2: 'b' }], // prettier-ignore
    ['a map of objects', new Map([[key, 'one']]), [[{ id: 1 }, 'one']]],
    ['a map whose keys look alike', new Map<unknown, number>([[1, 1], ['1', 2]]), [[1, 1], ['1', 2]]], // prettier-ignore
    ['bytes', bytes, 'AQID'],
    ['a part of bytes', bytes.subarray(1), 'AgM='],
    ['a Buffer', Buffer.from('hi'), 'aGk='],
    ['an ArrayBuffer', bytes.buffer, 'AQID'],
    ['a DataView', new DataView(bytes.buffer), 'AQID'],
    ['other numbers in an array', new Uint16Array([1]), 'AQA='],
    ['a Blob', new Blob(['ab'], { type: 'text/plain' }), { size: 2, type: 'text/plain' }],
    ['an address', new URL('https://a/b'), 'https://a/b'],
    ['a query', new URLSearchParams({ a: '1' }), 'a=1'],
    ['headers', new Headers({ Accept: 'text/html' }), { accept: 'text/html' }],
    ['a boxed text', Object('ab') as unknown, 'ab'],
    ['an error', new TypeError('password'), { code: 'SOURCE_FAILED', message: expect.any(String) }],
    ['an object with toJSON', { toJSON: () => ({ a: 1n }) }, { a: '1' }],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
    ['an instance', new (class Point { x = 1; #y = 2; y = () => this.#y; })(), { x: 1 }], // prettier-ignore
    ['a message', new HumanMessage({ id: '1', content: 'Hi' }), { id: '1', role: 'user', content: 'Hi' }], // prettier-ignore
  ])('of %s', (_, value, plain) => {
    expect(toPlainData(value)).toEqual(plain);
    expect(toPlainData({ in: [value] })).toEqual({ in: [plain ?? null] });
  });

  it('keeps keys that have a meaning for JavaScript as they are', () => {
    const value = JSON.parse('{"__proto__":{"admin":true},"constructor":1}') as object;
    const plain = toPlainData(value) as object;
    expect(JSON.stringify(plain)).toBe(JSON.stringify(value));
    expect(Object.getPrototypeOf(plain)).toBe(Object.prototype);
  });
});

describe('a value that cannot be read', () => {
  const fail = (): never => {
    throw new Error('password 1234');
  };

  it.each<[string, object, unknown]>([
    ['a getter', { a: 1, get b() { return fail(); } }, { a: 1, b: '[Unreadable]' }], // prettier-ignore
    ['a getter that messages have', { a: 1, get content() { return fail(); } }, { a: 1, content: '[Unreadable]' }], // prettier-ignore
    ['toJSON', { a: { toJSON: fail } }, { a: '[Unreadable]' }],
    ['a proxy', { a: new Proxy({}, { ownKeys: fail }) }, { a: '[Unreadable]' }],
    ['an item of a list', { a: new Proxy([1], { get: (list, key) => (key === '0' ? fail() : Reflect.get(list, key)) }) }, { a: ['[Unreadable]'] }], // prettier-ignore
    ['a message', { a: { content: 'x', getType: fail } }, { a: { content: 'x' } }],
    ['an iterator', { a: Object.assign(new Set(), { [Symbol.iterator]: fail }) }, { a: '[Unreadable]' }], // prettier-ignore
  ])('costs only itself: %s', (_, value, plain) => {
    expect(toPlainData(value)).toEqual(plain);
    expect(JSON.stringify(toPlainData(value))).not.toContain('1234');
  });
});

describe('references', () => {
  it('back to an enclosing object are marked', () => {
    const value: Record<string, unknown> = { list: [] };
    value['self'] = value;
    (value['list'] as unknown[]).push(value, new Map([['up', value]]));
    expect(toPlainData(value)).toEqual({
      self: '[Circular]',
      list: ['[Circular]', { up: '[Circular]' }],
    });
  });

  it('back through toJSON are marked, and toJSON without end is cut off', () => {
    const wrapper = { toJSON: () => ({ self: wrapper }) };
    expect(toPlainData(wrapper)).toEqual({ self: '[Circular]' });
    const endless = (): object => ({ toJSON: endless });
    expect(toPlainData(endless())).toBe('[Too deep]');
    const same = { a: 1, toJSON: (): object => same };
    expect(toPlainData(same)).toMatchObject({ a: 1 });
  });

  it('to one object give one copy', () => {
    const leaf = { x: 1 };
    const plain = toPlainData({ a: leaf, b: [leaf] }) as { a: object; b: [object] };
    expect(plain.b[0]).toBe(plain.a);
  });

  it('that are shared many times are followed once', () => {
    expect(cpuOf(() => toPlainData(shared(18)))).toBeLessThan(500);
    expect(cpuOf(() => toPlainData(shared(400)))).toBeLessThan(500);
    const complete: Record<string, unknown>[] = Array.from({ length: 60 }, () => ({}));
    for (const one of complete) complete.forEach((other, index) => (one[`to${index}`] = other));
    expect(cpuOf(() => toPlainData(complete))).toBeLessThan(2_000);
  });
});

describe('a deep value', () => {
  it('is cut off where JSON could not be written any more', () => {
    const json = JSON.stringify(toPlainData(nested(8_000)));
    expect(json).toContain('"[Too deep]"');
    expect(json.length).toBeLessThan(10_000);
  });

  it('is whole up to 400 levels', () => {
    expect(toPlainData(nested(400))).toEqual(nested(400));
  });

  it('is cut off also where it is shared at another depth', () => {
    const deep = nested(300);
    const value = { deep, below: nested(0) as Record<string, unknown> };
    let at = value.below;
    for (let level = 0; level < 300; level += 1) at = at['value'] = {} as Record<string, unknown>;
    at['deep'] = deep;
    expect(JSON.stringify(toPlainData(value))).toContain('"deep":"[Too deep]"');
  });
});

describe('a conversion in slices', () => {
  /** About 2 MB of JSON in many objects. */
  const large = {
    rows: Array.from({ length: 20_000 }, (_, index) => ({
      index,
      name: `row ${index} "quoted" \u{1F600}`,
      tags: ['a', 'b'],
      at: new Date(index),
    })),
    text: '\u{1F600}é"\\'.repeat(60_000),
    byName: Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`k${index}`, [index]])),
  };

  it('is there at once for a small value', () => {
    expect(convertInSlices({ a: 1n }, NEVER)).toEqual({ data: { a: '1' }, isTooLarge: false });
  });

  it('gives the same copy, and its JSON', async () => {
    const { data, json } = await convertInSlices(large, NEVER);
    expect(data).toEqual(toPlainData(large));
    expect(json).toBe(JSON.stringify(data));
  });

  it('lets others have their turn', async () => {
    let turns = 0;
    let going = true;
    const count = (): void => {
      turns += 1;
      if (going) setImmediate(count);
    };
    setImmediate(count);
    await convertInSlices(large, NEVER);
    going = false;
    expect(turns).toBeGreaterThan(5);
  });

  it('stops where the value is larger than it may be', async () => {
    expect(await convertInSlices(large, 10_000)).toEqual({ data: undefined, isTooLarge: true });
    expect(convertInSlices('x'.repeat(20_000), 10_000)).toMatchObject({ isTooLarge: true });
    expect(convertInSlices(shared(40), 1_000_000)).toMatchObject({ isTooLarge: true });
    expect(cpuOf(() => convertInSlices(shared(400), 1_000_000))).toBeLessThan(500);
  });
});
