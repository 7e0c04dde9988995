import { describe, expect, it } from '@jest/globals';
import { deferred } from '../../../src/common/deferred.js';
import { STREAM_LOG, type StreamLog } from '../../../src/entries/log.js';
import { executionChannel } from '../../../src/protocol/channel.js';
import { startChat } from '../../support/agent-app.js';
import { as, echoGraph, HeldGraph, says, USERS } from '../../support/agents.js';
import { next, refused } from '../../support/plain-client.js';
import { ask, conversation, start, ThreadInbox } from '../../support/threads.js';

const threadId = 'thread-1';
const run = (text: string) => ({ agent: 'chat', threadId, input: says(text) });

describe('a thread', () => {
  it('is followed before its first run', async () => {
    const app = await startChat(echoGraph());
    const [page, tab] = [app.connect(as('ada')), app.connect(as('ada'))];
    const answer = await ask(page, 'subscribe_thread', { threadId });
    expect(answer).toEqual({
      threadId,
      cursor: { epoch: expect.any(String), sequence: 0 },
      recovered: true,
      head: 0,
      runs: [],
    });
    const inbox = await ThreadInbox.follow(page, threadId);
    const { executionId } = await start(tab, run('Hi'));
    await inbox.ended(1);
    expect(inbox.updates.map(({ type, data }) => [type, data])).toEqual([
      ['run:start', { executionId, state: 'running', startedBy: 'ada' }],
      ['run:end', { executionId, state: 'completed' }],
    ]);
  });

  it('tells its conversation, and those of others nothing', async () => {
    const app = await startChat(echoGraph());
    const [ada, bob] = [app.connect(as('ada')), app.connect(as('bob'))];
    const inbox = await ThreadInbox.follow(ada, threadId);
    await start(ada, run('Hi'));
    await inbox.ended(1);
    const thread = await ask(ada, 'get_thread', { threadId });
    expect(thread).toMatchObject({
      threadId,
      agent: 'chat',
      messages: [
        { id: 'human-Hi', role: 'user', content: 'Hi' },
        { role: 'assistant', content: 'echo Hi' },
      ],
      checkpointId: expect.any(String),
      interrupts: [],
      runs: [],
      cursor: { sequence: 2 },
    });
    const missing = await bob.emitWithAck('get_thread', { threadId: 'no such thread' });
    for (const asked of [
      await bob.emitWithAck('get_thread', { threadId }),
      await bob.emitWithAck('get_thread_history', { threadId }),
      await bob.emitWithAck('update_thread', { threadId, title: 'mine' }),
      await bob.emitWithAck('delete_thread', { threadId }),
      await bob.emitWithAck('subscribe_thread', { threadId }),
      await bob.emitWithAck('start_execution', run('Hi')),
    ]) {
      expect(refused(asked)).toBe('THREAD_NOT_FOUND');
      expect(asked).toEqual({
        ok: false,
        error: { ...(missing.ok ? {} : missing.error), correlationId: expect.any(String) },
      });
    }
    expect(await ask(bob, 'list_threads', {})).toEqual({ threads: [] });
    expect(await conversation(ada, threadId)).toEqual(['user: Hi', 'assistant: echo Hi']);
  });

  it('tells the same conversation when the logs of its runs are gone', async () => {
    const app = await startChat(echoGraph(), {}, { ...USERS, log: { retentionMs: 1_000 } });
    const ada = app.connect(as('ada'));
    const inbox = await ThreadInbox.follow(ada, threadId);
    const { executionId } = await start(ada, run('Hi'));
    const gone = deferred<void>();
    const log = app.app.get<StreamLog>(STREAM_LOG);
    await log.follow(executionChannel(executionId), ({ type }) => {
      if (type === 'gone') gone.resolve();
    });
    await inbox.ended(1);
    const before = await ask(ada, 'get_thread', { threadId });
    await gone.promise;
    expect(refused(await ada.emitWithAck('subscribe_execution', { executionId }))).toBe(
      'EXECUTION_NOT_FOUND',
    );
    expect(before.messages).toHaveLength(2);
    expect(await ask(ada, 'get_thread', { threadId })).toEqual(before);
  });

  it('keeps tenants apart', async () => {
    const app = await startChat(echoGraph());
    const clients = ['ada', 'x/ada', 'y/ada'].map((token) => app.connect(as(token)));
    for (const [index, client] of clients.entries())
      await start(client, { agent: 'chat', threadId: `thread-${index}`, input: says('Hi') });
    for (const [index, client] of clients.entries()) {
      const { threads } = await ask(client, 'list_threads', {});
      expect(threads.map((thread) => thread.threadId)).toEqual([`thread-${index}`]);
      const others = await client.emitWithAck('get_thread', {
        threadId: `thread-${(index + 1) % 3}`,
      });
      expect(refused(others)).toBe('THREAD_NOT_FOUND');
    }
  });

  it('is listed with those that changed later first, page by page', async () => {
    const app = await startChat(echoGraph());
    const ada = app.connect(as('ada'));
    for (const id of ['a', 'b', 'c', 'd', 'e'])
      await start(ada, { agent: 'chat', threadId: id, input: says('Hi') });
    const updated = await ask(ada, 'update_thread', {
      threadId: 'b',
      title: 'Second',
      metadata: { n: 2 },
    });
    expect(updated).toMatchObject({ threadId: 'b', title: 'Second', metadata: { n: 2 } });
    const listed: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await ask(ada, 'list_threads', {
        limit: 2,
        ...(cursor !== undefined && { cursor }),
      });
      listed.push(...page.threads.map((thread) => thread.threadId));
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect([...listed].sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(listed[0]).toBe('b');
    const invalid = await ada.emitWithAck('list_threads', { cursor: 'no cursor' });
    expect(refused(invalid)).toBe('INVALID_PAYLOAD');
  });

  it('is deleted with its runs, its logs and what the agent keeps', async () => {
    const held = new HeldGraph();
    const app = await startChat(held.graph);
    const [page, tab] = [app.connect(as('ada')), app.connect(as('ada'))];
    const inbox = await ThreadInbox.follow(tab, threadId);
    held.release('one');
    const one = await start(page, run('one'));
    await inbox.ended(1);
    const two = await start(page, run('two'));
    await held.begun('two');
    const three = await start(page, run('three'));
    const gone = next(tab, 'error');
    await ask(page, 'delete_thread', { threadId });
    expect(await gone).toMatchObject({ code: 'CHANNEL_GONE', threadId });
    for (const { executionId } of [one, two, three])
      expect(refused(await page.emitWithAck('subscribe_execution', { executionId }))).toBe(
        'EXECUTION_NOT_FOUND',
      );
    expect(refused(await page.emitWithAck('get_thread', { threadId }))).toBe('THREAD_NOT_FOUND');
    expect(await ask(page, 'list_threads', {})).toEqual({ threads: [] });
    const state = await held.graph.getState({ configurable: { thread_id: threadId } });
    expect(state.values).toEqual({});
  });
});
