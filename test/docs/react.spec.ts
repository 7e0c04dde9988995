import { expect, it } from '@jest/globals';
import { snippetsOf, typeFaults } from '../support/snippets.js';

it('docs/react.md shows components that compile', () => {
  const snippets = snippetsOf('docs/react.md');
  expect([...snippets.keys()]).toEqual(['page.tsx']);
  expect(typeFaults(snippets)).toEqual([]);
});
