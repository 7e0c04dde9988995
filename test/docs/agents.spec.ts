import { describe, expect, it } from '@jest/globals';
import { snippetsOf, typeFaults } from '../support/snippets.js';

describe('docs/agents.md', () => {
  it('has snippets that compile', () => {
    const snippets = snippetsOf('docs/agents.md');
    expect([...snippets.keys()]).toEqual([
      'support.agent.ts',
      'echo.agent.ts',
      'approval.policy.ts',
      'nightly.service.ts',
    ]);
    expect(typeFaults(snippets)).toEqual([]);
  });
});
