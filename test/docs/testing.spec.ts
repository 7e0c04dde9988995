import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { snippetsOf, typeFaults } from '../support/snippets.js';

it('docs/testing.md shows the test that runs as a part of this suite', () => {
  const snippets = snippetsOf('docs/testing.md');
  const text = readFileSync('test/docs/testing/answer.spec.ts', 'utf8');
  expect(Object.fromEntries(snippets)).toEqual({ 'answer.spec.ts': text });
  expect(typeFaults(snippets)).toEqual([]);
});
