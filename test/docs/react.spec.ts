import { describe, expect, it } from '@jest/globals';
import type { ExecutionSource, StreamSource } from '@hive-academy/langgraph-streaming';
import { createElement, type FunctionComponent } from 'react';
import { showElement } from '../e2e/react/rendered.js';
import { snippetFolder } from '../support/run-snippets.js';
import { snippetsOf, typeFaults } from '../support/snippets.js';
import { onTestEnd, startApp } from '../support/streaming-app.js';
import { TcpProxy } from '../support/tcp-proxy.js';

const PAGE = 'docs/react.md';

/** A run that asks once, and says what it was answered. */
const asking: ExecutionSource = {
  run: async ({ token }) => {
    token('Shall I? ');
    return { state: 'interrupted', interrupts: [{ id: 'q1', value: 'the plan' }] };
  },
  resume: async ({ token }, { value }) => {
    token(value === true ? 'Done.' : 'Left.');
    return { state: 'completed' };
  },
};

/** The component of the page, as a user sees it. */
async function open(source: StreamSource) {
  const { streaming, url } = await startApp();
  const network = await TcpProxy.start(Number(new URL(url).port));
  onTestEnd(() => network.stop());
  const { executionId, done } = streaming.run(source);
  const { load } = await snippetFolder(PAGE, {
    'https://example.com': `http://127.0.0.1:${network.port}`,
  });
  const { Page } = await load<{ Page: FunctionComponent<{ id: string }> }>('page.tsx');
  return { page: showElement(createElement(Page, { id: executionId })), network, done };
}

describe('docs/react.md', () => {
  it('shows components that compile', () => {
    expect(typeFaults(snippetsOf(PAGE))).toEqual([]);
  }, 60_000);

  it('shows a page that shows the text, asks, and answers', async () => {
    const { page, done } = await open(asking);
    await page.shows('<article><p>Shall I? </p><button>Approve the plan</button></article>');
    page.click('Approve the plan');
    await page.shows('<article><p>Shall I? Done.</p></article>');
    expect(await done).toMatchObject({ state: 'completed' });
  });

  it('shows a page that stops a run', async () => {
    const { page, done } = await open(async ({ token, signal }) => {
      token('On and on');
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    });
    await page.shows('<article><p>On and on</p></article><button>Stop</button>');
    page.click('Stop');
    await page.shows('<article><p>On and on</p></article>');
    expect(await done).toMatchObject({ state: 'cancelled' });
  });

  it('shows a page that says when it is offline, and goes on', async () => {
    const { page, network } = await open(asking);
    const asked = '<article><p>Shall I? </p><button>Approve the plan</button></article>';
    await page.shows(asked);
    network.refuse();
    await page.shows(`<p>Offline. The answer continues when you are back.</p>${asked}`);
    network.accept();
    await page.shows(asked);
    page.click('Approve the plan');
    await page.shows('<article><p>Shall I? Done.</p></article>');
  });
});
