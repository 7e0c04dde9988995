import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { StreamingAgent } from '@hive-academy/langgraph-streaming';
import { createStreamingClient, type ThreadView } from '@hive-academy/langgraph-streaming/client';
import { LangGraphAgent } from '@hive-academy/langgraph-streaming/langgraph';
import { as, askingChat, echoGraph, USERS } from '../support/agents.js';
import { snippetsOf, typeFaults } from '../support/snippets.js';
import { onTestEnd, startApp } from '../support/streaming-app.js';
import { checkpointBefore } from './threads/checkpoint-before.js';
import { openConversation } from './threads/conversation.js';

@StreamingAgent('support')
class EchoAgent extends LangGraphAgent {
  readonly graph = echoGraph();
}

@StreamingAgent('support')
class AskingAgent extends LangGraphAgent {
  readonly graph = askingChat();
}

/** A page with a conversation, and what it has rendered. */
async function openPage(agent: typeof EchoAgent | typeof AskingAgent) {
  const { url } = await startApp(USERS, { providers: [agent] });
  const client = createStreamingClient({ url, ...as('ada') });
  onTestEnd(() => client.close());
  const threadId = crypto.randomUUID();
  let view: ThreadView | undefined;
  let wake = (): void => undefined;
  const page = openConversation(client, threadId, (rendered) => {
    view = rendered;
    wake();
  });
  const until = async (condition: (view: ThreadView) => boolean): Promise<void> => {
    while (!view || !condition(view)) await new Promise<void>((resolve) => (wake = resolve));
  };
  const shows = (...texts: string[]): Promise<void> =>
    until(({ messages }) => messages.map(({ content }) => content).join() === texts.join());
  const rests = (): Promise<void> => until(({ runs }) => runs.every(({ endedAt }) => endedAt));
  return { page, client, threadId, until, shows, rests };
}

describe('docs/threads.md', () => {
  const snippets = snippetsOf('docs/threads.md');

  it('has snippets that compile', () => {
    expect([...snippets.keys()]).toEqual(['conversation.ts', 'checkpoint-before.ts']);
    expect(typeFaults(snippets)).toEqual([]);
  }, 60_000);

  it('shows the code that this spec runs, and that the example uses', () => {
    expect(readdirSync('test/docs/threads').sort()).toEqual([...snippets.keys()].sort());
    for (const [name, code] of snippets)
      expect(readFileSync(`test/docs/threads/${name}`, 'utf8')).toBe(code);
    const name = 'checkpoint-before.ts';
    expect(`// ${name}\n${readFileSync(`examples/chat/public/${name}`, 'utf8')}`).toBe(
      snippets.get(name),
    );
  });

  it('shows how a page asks, and gives a conversation a title', async () => {
    const { page, client, threadId, shows, rests, until } = await openPage(EchoAgent);
    await page.ask('one');
    await shows('one', 'echo one');
    await rests();
    await page.rename('Echoes');
    await until(({ title }) => title === 'Echoes');
    expect((await client.listThreads()).threads).toMatchObject([{ threadId, title: 'Echoes' }]);
    page.leave();
    await until(({ state }) => state === 'closed');
  });

  it('shows how a page answers and stops', async () => {
    const { page, shows, until, rests } = await openPage(AskingAgent);
    await page.ask('one');
    await until(({ interrupts }) => interrupts.length === 1);
    await page.answer('yes');
    await shows('one', 'you said yes');
    await rests();
    await page.ask('two');
    await until(({ interrupts }) => interrupts.length === 1);
    await page.stop();
    await until(({ runs }) => runs.at(-1)?.state === 'cancelled');
  });

  it('shows where to fork, however often that was done', async () => {
    const { page, client, threadId, until, shows, rests } = await openPage(EchoAgent);
    await page.ask('one');
    await shows('one', 'echo one');
    const thread = client.thread(threadId, { agent: 'support' });
    onTestEnd(() => thread.close());
    let answerId: string | undefined;
    for (const runs of [2, 3]) {
      await rests();
      await thread.follow();
      const answer = thread.messages.at(-1);
      expect(answer?.id).not.toBe(answerId);
      answerId = answer?.id;
      await thread.fork(await checkpointBefore(thread, answerId));
      await until((view) => view.runs.length === runs && view.messages.at(-1)?.id !== answerId);
      await shows('one', 'echo one');
    }
    await rests();
    const [question] = thread.messages;
    await thread.fork(await checkpointBefore(thread, question?.id), {
      messages: [{ id: 'edited', role: 'user', content: 'two' }],
    });
    await shows('two', 'echo two');
    await expect(checkpointBefore(thread, undefined)).resolves.toEqual(expect.any(String));
  });
});
