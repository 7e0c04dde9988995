import { describe, expect, it } from '@jest/globals';
import { startChat } from '../../../support/agent-app.js';
import { as, echoGraph, HeldGraph, says as input } from '../../../support/agents.js';
import { hasRuns, openPage, says, shows } from '../../../support/pages.js';
import { ask } from '../../../support/threads.js';

const agent = { agent: 'chat' };

describe('a thread', () => {
  it('that is deleted is gone on every page, while a run answers too', async () => {
    const held = new HeldGraph();
    const app = await startChat(held.graph);
    const [one, two] = await Promise.all([openPage(app), openPage(app)]);
    const [mine, theirs] = [one, two].map(({ client }) => client.thread('thread-1', agent));
    if (!mine || !theirs) throw new Error('There are two pages.');
    await Promise.all([mine.follow(), theirs.follow()]);
    await mine.start(input('one'));
    await held.begun('one');
    await mine.delete();
    for (const thread of [mine, theirs]) {
      const view = await shows(thread, ({ state }) => state === 'deleted');
      expect(view).toMatchObject({ messages: [], runs: [], interrupts: [] });
    }
    expect(await one.client.listThreads()).toMatchObject({ threads: [] });
    await expect(mine.delete()).rejects.toMatchObject({ code: 'THREAD_NOT_FOUND' });
  });

  it('of somebody else looks as if it did not exist', async () => {
    const app = await startChat(echoGraph());
    const mine = (await openPage(app)).client.thread('thread-1', agent);
    await mine.start(input('secret'));
    const { client } = await openPage(app, 'bob');
    const theirs = client.thread('thread-1', agent);
    await expect(theirs.follow()).rejects.toMatchObject({ code: 'THREAD_NOT_FOUND' });
    expect(theirs.view()).toMatchObject({
      state: 'failed',
      messages: [],
      runs: [],
      error: { code: 'THREAD_NOT_FOUND' },
    });
    for (const request of [
      theirs.start(input('Hi')),
      theirs.respond('yes'),
      theirs.cancel(),
      theirs.history(),
      theirs.update({ title: 'mine' }),
      theirs.delete(),
    ])
      await expect(request).rejects.toMatchObject({ code: 'THREAD_NOT_FOUND' });
    expect(await client.listThreads()).toMatchObject({ threads: [] });
  });

  it('has a title and metadata that all pages learn', async () => {
    const app = await startChat(echoGraph());
    const [one, two] = await Promise.all([openPage(app), openPage(app)]);
    const mine = one.client.thread('thread-1', agent);
    await mine.start(input('one'));
    const theirs = two.client.thread('thread-1', agent);
    await theirs.follow();
    await mine.update({ title: 'Trains', metadata: { pinned: true } });
    const view = await shows(theirs, ({ title }) => title === 'Trains');
    expect(view.metadata).toEqual({ pinned: true });
    const later = one.client.thread('thread-1', agent);
    await later.follow();
    expect(later.view()).toMatchObject({ title: 'Trains', metadata: { pinned: true } });
  });

  it('without an id is new: it begins with its first start', async () => {
    const app = await startChat(echoGraph());
    const { client } = await openPage(app);
    const thread = client.thread(undefined, agent);
    await thread.follow();
    expect([thread.state, thread.id]).toEqual(['idle', expect.stringMatching(/^[0-9a-f]{32}$/)]);
    const plain = app.connect(as('ada'));
    expect(await plain.emitWithAck('get_thread', { threadId: thread.id })).toMatchObject({
      ok: false,
    });
    const { threadId } = await thread.start(input('one'));
    expect(threadId).toBe(thread.id);
    await shows(thread, says('user: one', 'assistant: echo one'));
  });

  it('is listed page by page, the one that changed last first', async () => {
    const app = await startChat(echoGraph());
    const { client } = await openPage(app);
    const ids = ['a', 'b', 'c', 'd', 'e'];
    for (const id of ids) {
      const thread = client.thread(id, agent);
      await thread.start(input(`in ${id}`));
      await shows(thread, hasRuns('completed'));
      thread.close();
    }
    const listed: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await client.listThreads({ limit: 2, ...(cursor !== undefined && { cursor }) });
      listed.push(...page.threads.map(({ threadId }) => threadId));
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(new Set(listed)).toEqual(new Set(ids));
    expect(listed).toHaveLength(5);
    expect(await ask(app.connect(as('bob')), 'list_threads', {})).toEqual({ threads: [] });
  });

  it('that is closed shows what it had, and asks for nothing more', async () => {
    const app = await startChat(echoGraph());
    const { client } = await openPage(app);
    const [thread, other] = [client.thread('thread-1', agent), client.thread('thread-1', agent)];
    await thread.start(input('one'));
    await shows(thread, says('user: one', 'assistant: echo one'));
    await shows(thread, hasRuns('completed'));
    thread.close();
    expect(thread.state).toBe('closed');
    await other.follow();
    await other.start(input('two'));
    await shows(other, hasRuns('completed', 'completed'));
    expect(thread.messages).toHaveLength(2);
  });

  it('keeps each part of its view until the part changes', async () => {
    const app = await startChat(echoGraph());
    const { client } = await openPage(app);
    const thread = client.thread('thread-1', agent);
    await thread.follow();
    await thread.start(input('one'));
    await shows(thread, hasRuns('completed'));
    const kept = await ask(app.connect(as('ada')), 'get_thread', { threadId: 'thread-1' });
    await shows(thread, ({ checkpointId }) => checkpointId === kept.checkpointId);
    await shows(thread, says('user: one', 'assistant: echo one'));
    const before = thread.view();
    expect(thread.view()).toBe(before);
    await thread.update({ title: 'Trains' });
    const after = await shows(thread, ({ title }) => title === 'Trains');
    expect(after.messages).toBe(before.messages);
    expect(after.runs).toBe(before.runs);
    expect(after.interrupts).toBe(before.interrupts);
    await thread.start(input('two'));
    await shows(thread, ({ messages }) => messages.length === 4);
    expect(thread.messages[1]).toBe(before.messages[1]);
  });
});
