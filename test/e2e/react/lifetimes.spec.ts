import { createElement } from 'react';
import { describe, expect, it } from '@jest/globals';
import { useExecution, useRoom, useThread } from '../../../src/client/react/index.js';
import { startChat } from '../../support/agent-app.js';
import { echoGraph } from '../../support/agents.js';
import { openPage as openNetwork } from '../../support/pages.js';
import { openPage, Renders } from './rendered.js';

const agent = { agent: 'chat' };

async function client() {
  const app = await startChat(echoGraph());
  return (await openNetwork(app)).client;
}

describe('a component that appears after the client was closed', () => {
  it.each<[string, () => string | undefined]>([
    ['useExecution', () => useExecution('run').error?.code],
    ['useRoom', () => useRoom('room').error?.code],
    ['useThread', () => useThread('thread', agent).state],
  ])('with %s shows that, and does not take the page down', async (_, hook) => {
    const page = await client();
    await page.status();
    page.close();
    const shown = new Renders(hook);
    openPage(page).show(createElement(shown.component));
    await shown.until((value) => value === 'CLIENT_CLOSED' || value === 'closed');
  });
});

describe('useThread', () => {
  it('tells that a thread is loading', async () => {
    const page = await client();
    const shown = new Renders(() => useThread('thread', agent).state);
    openPage(page).show(createElement(shown.component));
    await shown.until((state) => state === 'live');
    expect([...new Set(shown.values)]).toEqual(['idle', 'loading', 'live']);
  });
});
