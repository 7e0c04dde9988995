import { describe, expect, it } from '@jest/globals';
import { main } from '../../examples/gateway-usage.js';

const ANSWER = 'You asked: Where is my invoice? We are on it.';

describe('examples/gateway-usage.ts', () => {
  it('shows the legacy configuration, the gateway, and decorators with rooms', async () => {
    const lines: string[] = [];
    expect(await main((line) => lines.push(line))).toEqual({
      legacy: 'It still works.',
      asker: ANSWER,
      team: ['node:start', 'progress', 'events', 'progress', 'node:complete'],
      teamText: ANSWER,
      stranger: 'AUTHENTICATION_REQUIRED',
      strangersTicket: 401,
    });
    expect(lines).toHaveLength(5);
    expect(lines[1]).toContain(ANSWER);
  });
});
