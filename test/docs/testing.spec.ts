import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { snippetsOf, typeFaults } from '../support/snippets.js';

it('docs/testing.md shows the tests that run as a part of this suite', () => {
  const snippets = snippetsOf('docs/testing.md');
  const texts = readdirSync('test/docs/testing').map((name): [string, string] => [
    name,
    readFileSync(`test/docs/testing/${name}`, 'utf8'),
  ]);
  expect(Object.fromEntries(snippets)).toEqual(Object.fromEntries(texts));
  expect(typeFaults(snippets)).toEqual([]);
});
