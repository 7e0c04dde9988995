import { createElement } from 'react';
import { describe, expect, it } from '@jest/globals';
import { useExecution, useRoom, useThread } from '../../../src/client/react/index.js';
import { startChat } from '../../support/agent-app.js';
import { echoGraph, says } from '../../support/agents.js';
import { linesOf, openPage as openNetwork } from '../../support/pages.js';
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

  it('shows its own thread again after it has shown another thread', async () => {
    const page = await client();
    let id: string | undefined;
    const shown = new Renders(() => useThread(id, agent));
    const view = openPage(page, { releaseDelayMs: 0 });
    const show = (): void => view.show(createElement(shown.component, { key: 'same' }));
    show();
    const { start, id: own } = await shown.until(() => true);
    await start(says('hi'));
    await shown.until((thread) => linesOf(thread).length === 2);
    // Each of the others takes longer than the release of the first.
    for (id of ['one', 'two']) {
      show();
      await shown.until((thread) => thread.id === id && thread.state === 'live');
    }
    id = undefined;
    show();
    await shown.until((thread) => thread.id === own && thread.state === 'live');
    expect(linesOf(shown.values.at(-1) ?? { messages: [] })).toEqual([
      'user: hi',
      'assistant: echo hi',
    ]);
  });
});
