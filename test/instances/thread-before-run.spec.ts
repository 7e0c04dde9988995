import { describe, expect, it } from '@jest/globals';
import { STREAMING_BACKEND, type StreamingBackend } from '../../src/entries/log.js';
import { startChat, chatOf } from '../support/agent-app.js';
import { as, echoGraph, says, USERS } from '../support/agents.js';
import { refused } from '../support/plain-client.js';
import { ThreadService, type StreamingModuleOptions } from '../../src/index.js';
import type { PlainClient } from '../support/streaming-app.js';
import { ask, conversation, start, ThreadInbox } from '../support/threads.js';
import { describeInstances } from './support/backends.js';

const threadId = 'thread-1';

/** Owners may also edit the state of their threads. */
const OPTIONS: StreamingModuleOptions = {
  gateway: {
    ...USERS.gateway,
    accessPolicy: { authorize: ({ principal, owner }) => owner?.principalId === principal.id },
  },
};

const listed = async (client: PlainClient): Promise<string[]> =>
  (await ask(client, 'list_threads', {})).threads.map((thread) => thread.threadId);

describeInstances('a thread before its first run', (instances) => {
  /** Two clients of one user, at two instances, and another user. */
  async function scene() {
    const graph = echoGraph();
    const { start: startInstance } = instances();
    const one = await startInstance(OPTIONS, chatOf(graph));
    const two = await startInstance(OPTIONS, chatOf(graph));
    return {
      graph,
      ada: one.connect(as('ada')),
      away: two.connect(as('ada')),
      bob: one.connect(as('bob')),
    };
  }

  it('does not exist until somebody follows it', async () => {
    const { ada } = await scene();
    for (const event of ['get_thread', 'get_thread_history', 'delete_thread'] as const)
      expect(refused(await ada.emitWithAck(event, { threadId }))).toBe('THREAD_NOT_FOUND');
    const named = { threadId, title: 'Trains' };
    expect(refused(await ada.emitWithAck('update_thread', named))).toBe('THREAD_NOT_FOUND');
    expect(await listed(ada)).toEqual([]);
  });

  it('is empty when somebody follows it, and not listed', async () => {
    const { ada, away, bob } = await scene();
    await ThreadInbox.follow(ada, threadId);
    const { createdAt, updatedAt, cursor, ...rest } = await ask(away, 'get_thread', { threadId });
    expect(rest).toEqual({ threadId, messages: [], interrupts: [], runs: [] });
    expect(updatedAt).toBe(createdAt);
    expect(cursor.sequence).toBe(0);
    expect(await ask(away, 'get_thread_history', { threadId })).toEqual({
      threadId,
      checkpoints: [],
    });
    expect(await listed(ada)).toEqual([]);
    expect(refused(await bob.emitWithAck('get_thread', { threadId }))).toBe('THREAD_NOT_FOUND');
  });

  it('has a title and metadata, which its first run keeps', async () => {
    const { ada, away, bob } = await scene();
    const inbox = await ThreadInbox.follow(ada, threadId);
    const named = { threadId, title: 'Trains', metadata: { pinned: true } };
    const { createdAt, updatedAt, ...answer } = await ask(away, 'update_thread', named);
    expect(answer).toEqual(named);
    expect(updatedAt).toBeGreaterThanOrEqual(createdAt);
    await inbox.until('thread:update');
    expect(await ask(ada, 'list_threads', {})).toEqual({
      threads: [{ ...named, createdAt, updatedAt }],
    });
    expect(await ask(ada, 'get_thread', { threadId })).toMatchObject({ ...named, messages: [] });
    expect(refused(await bob.emitWithAck('update_thread', named))).toBe('THREAD_NOT_FOUND');

    await start(ada, { agent: 'chat', threadId, input: says('Hi') });
    await inbox.ended(1);
    expect(await ask(away, 'list_threads', {})).toMatchObject({
      threads: [{ ...named, agent: 'chat', createdAt }],
    });
    expect(inbox.updates.map(({ type }) => type)).toEqual([
      'thread:update',
      'run:start',
      'run:end',
    ]);
  });

  it('has no state to edit, and an edit changes nothing', async () => {
    const { ada } = await scene();
    await ThreadInbox.follow(ada, threadId);
    const edit = { threadId, title: 'Trains', state: { values: { messages: [] } } };
    expect(refused(await ada.emitWithAck('update_thread', edit))).toBe('UNSUPPORTED_BY_AGENT');
    expect(await ask(ada, 'get_thread', { threadId })).not.toHaveProperty('title');
    expect(await listed(ada)).toEqual([]);
  });

  it.each([{}, { title: 'Trains' }])('is deleted like any other: %j', async (changes) => {
    const { ada, away } = await scene();
    await ThreadInbox.follow(ada, threadId);
    if ('title' in changes) await ask(ada, 'update_thread', { threadId, ...changes });
    expect(await ask(away, 'delete_thread', { threadId })).toEqual({ threadId });
    expect(refused(await ada.emitWithAck('get_thread', { threadId }))).toBe('THREAD_NOT_FOUND');
    expect(await listed(ada)).toEqual([]);
  });

  it('does not take a conversation that only the checkpointer has, by naming it', async () => {
    const { graph, ada } = await scene();
    await graph.invoke(says('secret'), { configurable: { thread_id: threadId } });
    const inbox = await ThreadInbox.follow(ada, threadId);
    await ask(ada, 'update_thread', { threadId, title: 'mine' });
    const run = { agent: 'chat', threadId, input: says('Hi') };
    expect(refused(await ada.emitWithAck('start_execution', run))).toBe('THREAD_NOT_FOUND');
    expect(await conversation(ada, threadId)).toEqual([]);
    await ask(ada, 'delete_thread', { threadId });
    const kept = await graph.getState({ configurable: { thread_id: threadId } });
    expect(kept.values.messages).toHaveLength(2);
    expect(inbox.updates.map(({ type }) => type)).toEqual(['thread:update']);
  });

  it('has its agent after a first run, even if it is named while the run is started', async () => {
    const app = await instances().start(OPTIONS, chatOf(echoGraph()));
    const service = app.app.get(ThreadService);
    const { threads } = app.app.get<Required<StreamingBackend>>(STREAMING_BACKEND);
    await service.open(threadId, { principalId: 'ada' });
    const get = threads.get.bind(threads);
    threads.get = async (id) => {
      threads.get = get;
      const found = await get(id);
      await service.update({ threadId, title: 'Trains' });
      return found;
    };
    const run = { agent: 'chat', threadId, input: says('Hi') };
    await service.start(run, { id: 'ada', scopes: [], claims: {} });
    expect(await get(threadId)).toMatchObject({ agent: 'chat', title: 'Trains' });
  });

  it('is gone or has its title, if it is named and deleted at the same moment', async () => {
    const { ada, away } = await scene();
    for (let round = 0; round < 10; round += 1) {
      await ask(ada, 'subscribe_thread', { threadId });
      await Promise.all([
        ada.emitWithAck('delete_thread', { threadId }),
        away.emitWithAck('update_thread', { threadId, title: 'Trains' }),
      ]);
      expect(refused(await ada.emitWithAck('get_thread', { threadId }))).toBe('THREAD_NOT_FOUND');
      expect(await listed(ada)).toEqual([]);
    }
  });
});

describe('the threads that are named before their first run', () => {
  it('count like others where their number is limited', async () => {
    const app = await startChat(
      echoGraph(),
      {},
      { ...USERS, agents: { maxThreadsPerPrincipal: 2 } },
    );
    const client = app.connect(as('ada'));
    for (const id of ['one', 'two', 'three']) {
      await ask(client, 'subscribe_thread', { threadId: id });
      await ask(client, 'update_thread', { threadId: id, title: id });
    }
    expect(await listed(client)).toEqual(['three', 'two']);
  });
});
