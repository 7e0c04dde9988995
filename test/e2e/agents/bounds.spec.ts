import { describe, expect, it } from '@jest/globals';
import { ThreadService, type StreamingModuleOptions } from '../../../src/index.js';
import { startChat } from '../../support/agent-app.js';
import { as, echoGraph, HeldGraph, says, USERS } from '../../support/agents.js';
import { next, refused } from '../../support/plain-client.js';
import type { PlainClient } from '../../support/streaming-app.js';
import { ask, conversation, start, ThreadInbox } from '../../support/threads.js';

const run = (threadId: string) => ({ agent: 'chat', threadId, input: says('Hi') });
const withAgents = (agents: StreamingModuleOptions['agents']) => ({
  ...USERS,
  agents: { ...agents },
});

/** Runs in threads one after the other, each to its end. */
async function runIn(client: PlainClient, ...threadIds: string[]): Promise<void> {
  for (const threadId of threadIds) {
    const inbox = await ThreadInbox.follow(client, threadId);
    await start(client, run(threadId));
    await inbox.ended(1);
  }
}

const listed = async (client: PlainClient): Promise<string[]> =>
  (await ask(client, 'list_threads', {})).threads.map(({ threadId }) => threadId);

describe('threads in memory', () => {
  it('are bounded for each principal: the idle one that changed first goes, and viewers learn it', async () => {
    const app = await startChat(echoGraph(), {}, withAgents({ maxThreadsPerPrincipal: 3 }));
    const [ada, bob] = [app.connect(as('ada')), app.connect(as('bob'))];
    await runIn(bob, 'of bob');
    await runIn(ada, 'a', 'b', 'c');
    await ask(ada, 'update_thread', { threadId: 'a', title: 'Kept' });
    const gone = next(ada, 'error');
    await runIn(ada, 'd');
    expect(await gone).toMatchObject({ code: 'CHANNEL_GONE', threadId: 'b' });
    expect(await listed(ada)).toEqual(['d', 'a', 'c']);
    expect(refused(await ada.emitWithAck('get_thread', { threadId: 'b' }))).toBe(
      'THREAD_NOT_FOUND',
    );
    expect(await listed(bob)).toEqual(['of bob']);
  });

  it('are bounded in total, at the cost of whoever has the most', async () => {
    const app = await startChat(echoGraph(), {}, withAgents({ maxThreads: 4 }));
    const [ada, bob] = [app.connect(as('ada')), app.connect(as('bob'))];
    await runIn(bob, 'x');
    await runIn(ada, 'a', 'b', 'c', 'd', 'e');
    await runIn(bob, 'y');
    expect(await listed(ada)).toEqual(['e', 'd']);
    expect(await listed(bob)).toEqual(['y', 'x']);
  });

  it('stay while something runs in them: then no other begins', async () => {
    const held = new HeldGraph();
    const app = await startChat(held.graph, {}, withAgents({ maxThreadsPerPrincipal: 1 }));
    const ada = app.connect(as('ada'));
    const inbox = await ThreadInbox.follow(ada, 'a');
    await start(ada, run('a'));
    expect(refused(await ada.emitWithAck('start_execution', run('b')))).toBe('LIMIT_EXCEEDED');
    expect(await listed(ada)).toEqual(['a']);
    held.release('Hi');
    await inbox.ended(1);
    await runIn(ada, 'b');
    expect(await listed(ada)).toEqual(['b']);
  });
});

describe('a conversation that only the checkpointer has', () => {
  it('is nobody’s, until the server says whose it is', async () => {
    const graph = echoGraph();
    await graph.invoke(says('secret'), { configurable: { thread_id: 'elsewhere' } });
    const app = await startChat(graph);
    const [ada, bob] = [app.connect(as('ada')), app.connect(as('bob'))];
    await ask(bob, 'subscribe_thread', { threadId: 'elsewhere' });
    expect(await conversation(bob, 'elsewhere')).toEqual([]);
    expect(refused(await bob.emitWithAck('start_execution', run('elsewhere')))).toBe(
      'THREAD_NOT_FOUND',
    );
    expect(await conversation(bob, 'elsewhere')).toEqual([]);
    await ask(bob, 'unsubscribe_thread', { threadId: 'elsewhere' });
    await app.app.get(ThreadService).adopt('elsewhere', 'chat', { principalId: 'ada' });
    expect(refused(await bob.emitWithAck('start_execution', run('elsewhere')))).toBe(
      'THREAD_NOT_FOUND',
    );
    await runIn(ada, 'elsewhere');
    expect(await conversation(ada, 'elsewhere')).toEqual([
      'user: secret',
      'assistant: secret',
      'user: Hi',
      'assistant: echo Hi',
    ]);
  });
});

describe('a thread that is deleted while runs are started in it', () => {
  it('is gone with all of its runs, or has one that was started afterwards', async () => {
    const app = await startChat(echoGraph(), {}, withAgents({ maxStarts: 1_000 }));
    const [page, tab] = [app.connect(as('ada')), app.connect(as('ada'))];
    const threadId = 'thread-1';
    for (let round = 0; round < 20; round += 1) {
      await Promise.all([
        page.emitWithAck('start_execution', run(threadId)),
        tab.emitWithAck('delete_thread', { threadId }),
        tab.emitWithAck('start_execution', run(threadId)),
        page.emitWithAck('delete_thread', { threadId }),
      ]);
      const found = await page.emitWithAck('get_thread', { threadId });
      expect(await listed(page)).toEqual(found.ok ? [threadId] : []);
      await page.emitWithAck('delete_thread', { threadId });
      expect(refused(await page.emitWithAck('get_thread', { threadId }))).toBe('THREAD_NOT_FOUND');
      expect(await listed(page)).toEqual([]);
    }
  });
});
