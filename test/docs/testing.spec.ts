import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { snippetsOf, typeFaults } from '../support/snippets.js';

it('docs/testing.md shows the tests that run as a part of this suite', () => {
  const snippets = snippetsOf('docs/testing.md');
  expect([...snippets.keys()]).toEqual(['answer.spec.ts', 'expiry.spec.ts']);
  for (const [name, code] of snippets)
    expect(code).toBe(readFileSync(`test/docs/testing/${name}`, 'utf8'));
  expect(typeFaults(snippets)).toEqual([]);
});
