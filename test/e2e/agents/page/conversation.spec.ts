import { describe, expect, it } from '@jest/globals';
import { startChat } from '../../../support/agent-app.js';
import { as, echoGraph, HeldGraph, says as input } from '../../../support/agents.js';
import { hasRuns, linesOf, openPage, says, shows } from '../../../support/pages.js';
import { ask } from '../../../support/threads.js';

const threadId = 'thread-1';
const agent = { agent: 'chat' };

describe('a conversation', () => {
  it('is the same on two pages and after a reload, while an answer grows and at rest', async () => {
    const app = await startChat(echoGraph());
    const [one, two] = [await openPage(app), await openPage(app)];
    const [mine, theirs] = [one, two].map(({ client }) => client.thread(threadId, agent));
    if (!mine || !theirs) throw new Error('There are two pages.');
    await Promise.all([mine.follow(), theirs.follow()]);
    await mine.start(input('one'));
    await Promise.all([mine, theirs].map((thread) => shows(thread, hasRuns('completed'))));
    const whole = ['user: one', 'assistant: echo one'];
    await Promise.all([mine, theirs].map((thread) => shows(thread, says(...whole))));
    const kept = await ask(app.connect(as('ada')), 'get_thread', { threadId });
    for (const { messages } of [mine, theirs]) expect(messages).toEqual(kept.messages);
    const reloaded = (await openPage(app)).client.thread(threadId, agent);
    await reloaded.follow();
    expect(reloaded.messages).toEqual(kept.messages);
  });

  it('is the same for whoever comes while a run answers', async () => {
    const held = new HeldGraph();
    const app = await startChat(held.graph);
    const early = (await openPage(app)).client.thread(threadId, agent);
    await early.start(input('one'));
    await held.begun('one');
    await early.follow();
    const late = (await openPage(app)).client.thread(threadId, agent);
    await Promise.all([early, late].map((thread) => shows(thread, says('user: one'))));
    expect(late.runs).toEqual(early.runs);
    held.release('one');
    const whole = ['user: one', 'assistant: echo one'];
    await Promise.all([early, late].map((thread) => shows(thread, says(...whole))));
    await shows(late, hasRuns('completed'));
    expect(linesOf(late)).toEqual(whole);
  });

  it('is not followed by reading it', async () => {
    const app = await startChat(echoGraph());
    const { client } = await openPage(app);
    const thread = client.thread(threadId, agent);
    expect([thread.messages, thread.runs, thread.interrupts, thread.state]).toEqual([
      [],
      [],
      [],
      'idle',
    ]);
    const status = await client.status();
    expect(status).toMatchObject({ subscriptions: [], rooms: [] });
    expect(await ask(app.connect(as('ada')), 'list_threads', {})).toEqual({ threads: [] });
  });
});
