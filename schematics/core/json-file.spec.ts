import { describe, expect, it } from '@jest/globals';
import { Tree } from '@angular-devkit/schematics';
import { JsonFile } from './json-file.js';

/** Edits a JSON text, and returns it. */
function edited(text: string, edit: (json: JsonFile) => void): string {
  const tree = Tree.empty();
  tree.create('/a.json', text);
  const json = JsonFile.open(tree, '/a.json');
  if (json) edit(json);
  json?.commit();
  return tree.readText('/a.json');
}

describe('setting a text in JSON', () => {
  it.each([
    ['{ "a": "1" }', ['a'], '{ "a": "x" }'],
    ['{ "a": "1" }', ['b'], '{ "a": "1", "b": "x" }'],
    ['{\n\t"a": "1"\n}\n', ['b'], '{\n\t"a": "1",\n\t"b": "x"\n}\n'],
    ['{\n  "a": "1" // why\n}', ['a'], '{\n  "a": "x" // why\n}'],
    ['{\n  "a": {}\n}', ['a', 'b'], '{\n  "a": { "b": "x" }\n}'],
    [
      '{\r\n  "a": "1"\r\n}',
      ['b', 'c'],
      '{\r\n  "a": "1",\r\n  "b": {\r\n    "c": "x"\r\n  }\r\n}',
    ],
  ])('turns %j at %j into %j', (text, keys, expected) => {
    expect(edited(text, (json) => json.set(keys, 'x'))).toBe(expected);
  });

  it('sets several at once', () => {
    const values = new Map([
      ['b', '1'],
      ['c', '2'],
    ]);
    expect(edited('{\n  "a": {\n    "x": "0"\n  }\n}', (json) => json.setAll(['a'], values))).toBe(
      '{\n  "a": {\n    "x": "0",\n    "b": "1",\n    "c": "2"\n  }\n}',
    );
    expect(edited('{}', (json) => json.setAll(['a'], values))).toBe(
      '{\n  "a": {\n    "b": "1",\n    "c": "2"\n  }\n}',
    );
  });
});

it('says where a file is not JSON', () => {
  expect(() => edited('{\n  "a": }', () => undefined)).toThrow(/^\/a\.json:2:8 does not parse/);
});
