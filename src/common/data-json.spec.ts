import { expect, it } from '@jest/globals';
import { dataJson } from './data-json.js';

const BYTES = new Uint8Array([1, 2, 3]);

it.each([
  ['bytes', BYTES, 'AQID'],
  ['a part of bytes', BYTES.subarray(1), 'AgM='],
  ['a buffer of bytes', BYTES.buffer, 'AQID'],
  ['a view of bytes', new DataView(BYTES.buffer, 1), 'AgM='],
  ['numbers of another size', new Uint16Array([1]), 'AQA='],
  ['a Buffer', Buffer.from('abc'), 'YWJj'],
  ['bytes in an object', { image: { png: BYTES }, size: 3 }, { image: { png: 'AQID' }, size: 3 }],
  ['bytes in a list', [BYTES, 'x', null], ['AQID', 'x', null]],
  ['nothing of the kind', { at: new Date(0), list: [1] }, { at: new Date(0).toJSON(), list: [1] }],
])('%s as JSON', (_what, data, expected) => {
  expect(JSON.parse(dataJson(data) ?? '')).toEqual(expected);
});

it('leaves a cycle and a BigInt to JSON, which refuses them', () => {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  for (const data of [cycle, { big: 5n }, { big: 5n, bytes: BYTES }])
    expect(() => dataJson(data)).toThrow(TypeError);
});
