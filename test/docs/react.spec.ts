import { describe, expect, it } from '@jest/globals';
import {
  StreamingAgent,
  type ExecutionSource,
  type StreamSource,
} from '@hive-academy/langgraph-streaming';
import { createStreamingClient } from '@hive-academy/langgraph-streaming/client';
import { LangGraphAgent, type StreamableGraph } from '@hive-academy/langgraph-streaming/langgraph';
import { StreamingProvider } from '@hive-academy/langgraph-streaming/react';
import { createElement, type FunctionComponent } from 'react';
import { showElement, type ShownElement } from '../e2e/react/rendered.js';
import { as, askingChat, echoGraph, HeldGraph, USERS } from '../support/agents.js';
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

/** A tab of a user with the conversation of the page, whose agent is a graph. */
async function openChat(graph: StreamableGraph): Promise<() => Promise<ShownElement>> {
  @StreamingAgent('support')
  class SupportAgent extends LangGraphAgent {
    readonly graph = graph;
  }
  const { url } = await startApp(USERS, { providers: [SupportAgent] });
  const { load } = await snippetFolder(PAGE);
  const { Chat } = await load<{ Chat: FunctionComponent<{ id: string }> }>('chat.tsx');
  const client = () => createStreamingClient({ url, ...as('ada') });
  return async () =>
    showElement(
      createElement(StreamingProvider, {
        client,
        children: createElement(Chat, { id: 'thread-1' }),
      }),
    );
}

const FORM = '<form><input required=""><button>Ask</button></form>';

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

  it('shows a conversation, which a second tab shows too', async () => {
    const open = await openChat(echoGraph());
    const tab = await open();
    await tab.shows(FORM);
    tab.type('Hi');
    tab.click('Ask');
    const conversation = `<p>user: Hi</p><p>assistant: echo Hi</p>${FORM}`;
    await tab.shows(conversation);
    await (await open()).shows(conversation);
  });

  it('shows a conversation that asks and is answered', async () => {
    const page = await (await openChat(askingChat()))();
    await page.shows(FORM);
    page.type('Go');
    page.click('Ask');
    const question = 'Approve {"question":"Answer \\"Go\\"?"}';
    await page.shows(`<p>user: Go</p><button>${question}</button><button>Stop</button>${FORM}`);
    page.click(question);
    await page.shows(`<p>user: Go</p><p>assistant: you said true</p>${FORM}`);
  });

  it('shows a conversation whose answer is stopped', async () => {
    const held = new HeldGraph();
    const page = await (await openChat(held.graph))();
    await page.shows(FORM);
    page.type('Hi');
    page.click('Ask');
    await held.begun('Hi');
    await page.shows(`<p>user: Hi</p><button>Stop</button>${FORM}`);
    page.click('Stop');
    await page.shows(`<p>user: Hi</p>${FORM}`);
  });
});
