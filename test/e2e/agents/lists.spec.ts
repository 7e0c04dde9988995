import { describe, expect, it } from '@jest/globals';
import { startChat } from '../../support/agent-app.js';
import { as, echoGraph, says } from '../../support/agents.js';
import { ask, start } from '../../support/threads.js';

describe('the pages of a list of threads', () => {
  it.each([
    ['of the longest length', 'x'.repeat(256)],
    ['of characters of three bytes', '語'.repeat(256)],
    ['of characters of four bytes', '😀'.repeat(128)],
    ['of characters that JSON escapes', '\u0001'.repeat(256)],
    ['of quotes', '"'.repeat(256)],
  ])('have all threads, also those with ids %s', async (_, long) => {
    const app = await startChat(echoGraph());
    const client = app.connect(as('ada'));
    const ids = ['first', long, 'last'];
    for (const threadId of ids) await start(client, { agent: 'chat', threadId, input: says('hi') });
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await ask(client, 'list_threads', { limit: 1, ...(cursor && { cursor }) });
      found.push(...page.threads.map(({ threadId }) => threadId));
      ({ cursor } = page);
    } while (cursor !== undefined);
    expect(found.toSorted()).toEqual(ids.toSorted());
  });
});
