import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { describe, expect, it } from '@jest/globals';
import { StreamingProvider, useThread } from '../../../src/client/react/index.js';
import { startChat } from '../../support/agent-app.js';
import { as, says as input } from '../../support/agents.js';
import { linesOf, openPage as openNetwork } from '../../support/pages.js';
import { ScriptedChat } from '../../support/scripted-chat.js';
import { countFrames, openPage, Renders } from './rendered.js';

const agent = { agent: 'chat' };

async function chatPage() {
  const chat = new ScriptedChat();
  const app = await startChat(chat.graph);
  const { client, network } = await openNetwork(app);
  return { app, chat, client, network };
}

const isOver = ({ endedAt }: { readonly endedAt?: number }): boolean => endedAt !== undefined;

describe.each([
  ['in production', false],
  ['in StrictMode', true],
])('an answer of 200 words, %s', (_, strict) => {
  it('renders once per frame, its runs when they change, over one subscription', async () => {
    const frames = countFrames();
    const { client } = await chatPage();
    const text = new Renders(() =>
      useThread('thread-1', { ...agent, select: ({ messages }) => messages.at(-1)?.content ?? '' }),
    );
    const runs = new Renders(() =>
      useThread('thread-1', { ...agent, select: (view) => view.runs }),
    );
    const questions = new Renders(() =>
      useThread('thread-1', { ...agent, select: (view) => view.interrupts }),
    );
    const start = new Renders(() =>
      useThread('thread-1', { ...agent, select: (view) => view.start }),
    );
    openPage(client, { strict }).show(
      ...[text, runs, questions, start].map(({ component }) => createElement(component)),
    );
    await (
      await start.until(() => true)
    )(input('q say:200'));
    await runs.until((shown) => shown.length === 1 && shown.every(isOver));
    await text.until((shown) => shown.endsWith('q0.200 '));
    const perRender = strict ? 2 : 1;
    // The first render, and that of what was known when the component was shown.
    expect(text.values.length).toBeLessThanOrEqual((frames.count + 2) * perRender);
    expect(runs.values.length).toBeLessThanOrEqual(6 * perRender);
    expect(questions.values.length).toBeLessThanOrEqual(2 * perRender);
    expect(start.values.length).toBeLessThanOrEqual(2 * perRender);
  });
});

describe('components that show a thread', () => {
  it('send, show what was sent at once, and show the answer', async () => {
    const { client, chat } = await chatPage();
    const shown = new Renders(() => useThread('thread-1', agent));
    openPage(client).show(createElement(shown.component));
    const { start } = await shown.until(({ state }) => state === 'live');
    const started = start(input('q say:1 hold say:1'));
    await shown.until((view) => linesOf(view)[0] === 'user: q say:1 hold say:1');
    await started;
    await chat.holds('q');
    await shown.until((view) => linesOf(view).at(-1) === 'assistant: q0.1 ');
    chat.release('q');
    const last = await shown.until(({ runs }) => runs.length === 1 && runs.every(isOver));
    expect(last).toMatchObject({ id: 'thread-1', state: 'live' });
    await shown.until((view) => linesOf(view).at(-1) === 'assistant: q0.1 q0.2 ');
  });

  it('answer, cancel, fork and change it', async () => {
    const { client } = await chatPage();
    const shown = new Renders(() => useThread('thread-1', agent));
    openPage(client).show(createElement(shown.component));
    const thread = await shown.until(({ state }) => state === 'live');
    await thread.start(input('q ask say:1'));
    const { interrupts } = await shown.until((view) => view.interrupts.length === 1);
    await thread.respond('yes', { interruptId: interrupts[0]?.id ?? '' });
    await shown.until((view) => linesOf(view).at(-1) === 'assistant: yes. q0.1 ');
    await shown.until(({ runs }) => runs.every(isOver));
    const { checkpoints } = await thread.history();
    await thread.update({ title: 'Trains' });
    await shown.until(({ title }) => title === 'Trains');
    await thread.fork(checkpoints[0]?.checkpointId ?? '', input('r say:1 hold'));
    await shown.until((view) => linesOf(view).at(-1) === 'assistant: r0.1 ');
    await thread.cancel({ reason: 'enough' });
    await shown.until(({ runs }) => runs.at(-1)?.reason === 'enough');
    await thread.delete();
    await shown.until(({ state }) => state === 'deleted');
  });

  it('have an id of their own for a new thread, which begins with its first start', async () => {
    const { app, client } = await chatPage();
    const shown = new Renders(() => useThread(undefined, agent));
    openPage(client, { strict: true }).show(createElement(shown.component));
    // Strict mode renders twice, and React 18 throws the first away.
    const { id, start, state } = await shown.until(() => shown.values.length > 1);
    expect(state).toBe('idle');
    const plain = app.connect(as('ada'));
    expect(await plain.emitWithAck('get_thread', { threadId: id })).toMatchObject({ ok: false });
    expect(await start(input('q say:1'))).toMatchObject({ threadId: id });
    await shown.until((view) => linesOf(view).at(-1) === 'assistant: q0.1 ');
    expect(new Set(shown.values.map((view) => view.id)).size).toBeLessThanOrEqual(2);
  });

  it('follow another thread when the id changes', async () => {
    const { client } = await chatPage();
    for (const id of ['one', 'two']) await client.thread(id, agent).start(input(`${id} say:1`));
    let id = 'one';
    const shown = new Renders(() => useThread(id, agent));
    const page = openPage(client);
    for (id of ['one', 'two']) {
      page.show(createElement(shown.component, { key: 'same' }));
      await shown.until((view) => linesOf(view).at(-1) === `assistant: ${id}0.1 `);
    }
  });

  it('keep the thread when they come back before it is released', async () => {
    const { client } = await chatPage();
    const shown = new Renders(() => useThread('thread-1', agent));
    const page = openPage(client);
    page.show(createElement(shown.component));
    const { start } = await shown.until(({ state }) => state === 'live');
    await start(input('q say:1'));
    await shown.until((view) => linesOf(view).at(-1) === 'assistant: q0.1 ');
    page.show();
    await client.status();
    shown.values.length = 0;
    page.show(createElement(shown.component));
    await shown.until(() => true);
    expect(shown.values[0]?.messages).toHaveLength(2);
  });

  it('render nothing of it on a server, and are taken over by the page', async () => {
    const { client } = await chatPage();
    await client.thread('thread-1', agent).start(input('q say:1'));
    const Chat = () => createElement('p', null, linesOf(useThread('thread-1', agent)).join());
    const html = renderToString(
      createElement(
        StreamingProvider,
        {
          client: () => {
            throw new Error('A server needs no client.');
          },
        },
        createElement(Chat),
      ),
    );
    expect(html).toBe('<p></p>');
    const page = openPage(client, { html, strict: true });
    page.show(createElement(Chat));
    while (!page.html.includes('q0.1')) await client.status();
    expect(page.errors).toEqual([]);
  });
});
