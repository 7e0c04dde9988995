import { describe, expect, it } from '@jest/globals';
import { snippetsOf, typeFaults } from '../support/snippets.js';

describe('the pages about authentication', () => {
  it('have snippets that compile against the library', () => {
    const snippets = new Map([
      ...snippetsOf('docs/auth.md'),
      ...snippetsOf('docs/single-sign-on.md'),
    ]);
    expect([...snippets.keys()]).toEqual([
      'strategies.ts',
      'ticket.controller.ts',
      'ticket-client.ts',
      'sessions.strategy.ts',
      'reports.controller.ts',
      'offboarding.service.ts',
      'run.service.ts',
      'team.policy.ts',
      'oauth2.ts',
      'saml.controller.ts',
      'passport.strategy.ts',
    ]);
    expect(typeFaults(snippets)).toEqual([]);
  }, 60_000);
});
