import { describe, expect, it } from '@jest/globals';
import { deferred } from '../../src/common/deferred.js';
import { redisBackend } from '../../src/cluster/redis/index.js';
import { StreamingError, ThreadService } from '../../src/index.js';
import type { StreamableGraph } from '../../src/sources/langgraph/index.js';
import { until } from '../../src/testing/log-contract/support.js';
import { chatOf } from '../support/agent-app.js';
import { as, checkpointerOf, echoGraph, HeldGraph, says, USERS } from '../support/agents.js';
import { next } from '../support/plain-client.js';
import { clientOf, ownPrefix } from '../support/redis-backends.js';
import { RedisServer } from '../support/redis-server.js';
import { onTestEnd, startApp, type PlainClient } from '../support/streaming-app.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { ask, conversation, start, ThreadInbox } from '../support/threads.js';
import { describeInstances } from './support/backends.js';

/** Instances in one Redis, with leases that do not end. Each reaches Redis by a network of its own. */
async function cluster(graph: StreamableGraph) {
  const server = await RedisServer.start();
  onTestEnd(() => server.stop());
  const prefix = ownPrefix();
  const networks: TcpProxy[] = [];
  const startInstance = async () => {
    const network = await TcpProxy.start(server.port);
    onTestEnd(() => network.stop());
    networks.push(network);
    const backend = redisBackend({
      client: clientOf(network.url),
      prefix,
      leaseMs: 600_000,
      unavailableMs: 1_000,
    });
    const options = {
      gateway: { ...USERS.gateway, rateLimit: false as const },
      agents: { maxStarts: 1_000 },
    };
    const app = await startApp({ ...options, backend }, chatOf(graph));
    onTestEnd(() => networks.forEach((one) => one.accept()));
    return { client: app.connect(as('ada')), network };
  };
  /** The keys whose name has a text, except notes that a channel was deleted. */
  const keysOf = async (text: string): Promise<string[]> => {
    const keys = (await server.command('KEYS', `*${text}*`)) as string[];
    const notes = await Promise.all(
      keys.map(async (key) => key.includes(':m:') && (await server.command('HKEYS', key))),
    );
    return keys.filter((_, index) => String(notes[index]) !== 't');
  };
  return { startInstance, keysOf, server, prefix };
}

const seen = async (client: PlainClient, threadId: string) => {
  const { threads } = await ask(client, 'list_threads', {});
  const got = await client.emitWithAck('get_thread', { threadId });
  return { isListed: threads.some((thread) => thread.threadId === threadId), got };
};

describe('a deletion whose instance dies', () => {
  it('leaves the thread whole or hidden after every step, and a second deletion finishes it', async () => {
    const held = new HeldGraph();
    const { startInstance, keysOf, server, prefix } = await cluster(held.graph);
    const { client } = await startInstance();
    const outcomes: string[] = [];
    for (let step = 1, isWhole = false; !isWhole; step += 1) {
      const threadId = `thread-${step}-`;
      const run = (text: string) => ({ agent: 'chat', threadId, input: says(text) });
      const inbox = await ThreadInbox.follow(client, threadId);
      const [past, active] = [`past ${step}`, `active ${step}`];
      held.release(past);
      const one = await start(client, run(past));
      await inbox.ended(1);
      const two = await start(client, run(active));
      await held.begun(active);
      const ids = [threadId, one.executionId, two.executionId];

      const dying = await startInstance();
      const died = dying.network.diesAt(step, ids).then(() => 'died');
      const asked = dying.client.emitWithAck('delete_thread', { threadId });
      isWhole = (await Promise.race([died, asked.then(() => 'done')])) === 'done';
      if (isWhole) expect(await asked).toEqual({ ok: true, threadId });

      const { isListed, got } = await seen(client, threadId);
      expect(isListed).toBe(got.ok);
      if (got.ok) expect(await conversation(client, threadId)).toContain(`user: ${active}`);
      const again = await client.emitWithAck('delete_thread', { threadId });
      const how = again.ok ? 'finished' : again.error.code;
      outcomes.push(got.ok ? `whole, ${how}` : `hidden, ${how}`);

      for (const id of ids) expect(await keysOf(id)).toEqual([]);
      expect(await server.command('KEYS', `${prefix}:threads:*`)).toEqual([]);
      const fresh = await ThreadInbox.follow(client, threadId);
      held.release(`new ${step}`);
      await start(client, run(`new ${step}`));
      await fresh.ended(1);
      expect(await conversation(client, threadId)).toEqual([
        `user: new ${step}`,
        `assistant: echo new ${step}`,
      ]);
      await ask(client, 'delete_thread', { threadId });
    }
    // First nothing has happened, then the thread is hidden, and at last there is nothing left to do.
    const stages = outcomes.filter((outcome, index) => outcome !== outcomes[index - 1]);
    expect(stages).toEqual(['whole, finished', 'hidden, finished', 'hidden, THREAD_NOT_FOUND']);
    expect(outcomes.filter((outcome) => outcome === 'hidden, finished').length).toBeGreaterThan(6);
  }, 120_000);
});

describe('a deletion whose instance loses Redis', () => {
  it('still cancels the run of another instance when Redis is back', async () => {
    const held = new HeldGraph();
    const { startInstance } = await cluster(held.graph);
    const [running, deleting] = [await startInstance(), await startInstance()];
    const run = { agent: 'chat', threadId: 'thread-1', input: says('Hi') };
    const inbox = await ThreadInbox.follow(running.client, run.threadId);
    const { executionId } = await start(running.client, run);
    await held.begun('Hi');
    // The first of these requests marks the thread, the second asks who runs the execution.
    const lost = deleting.network.diesAt(2, [executionId]);
    const asked = deleting.client.emitWithAck('delete_thread', { threadId: run.threadId });
    await lost;
    expect(await asked).toMatchObject({ ok: false, error: { code: 'LOG_UNAVAILABLE' } });
    deleting.network.accept();
    await inbox.ended(1);
    expect(inbox.updates.at(-1)).toMatchObject({
      type: 'run:end',
      data: { executionId, state: 'cancelled', reason: 'The thread was deleted.' },
    });
  }, 60_000);
});

describeInstances('a thread whose deletion is interrupted', (instances) => {
  const threadId = 'thread-1';

  /** An instance that died after the first step; a client of another instance. */
  async function interrupted(after: (threadId: string) => Promise<void>) {
    const graph = echoGraph();
    const { start: startInstance, vanish } = instances();
    const [dying, living] = [
      await startInstance(USERS, chatOf(graph)),
      await startInstance(USERS, chatOf(graph)),
    ];
    const client = living.connect(as('ada'));
    const inbox = await ThreadInbox.follow(client, threadId);
    await start(client, { agent: 'chat', threadId, input: says('Hi') });
    await inbox.ended(1);
    const checkpointer = checkpointerOf(graph);
    const deleteThread = checkpointer.deleteThread.bind(checkpointer);
    const begun = deferred<void>();
    checkpointer.deleteThread = () => {
      checkpointer.deleteThread = () => after(threadId).then(() => deleteThread(threadId));
      begun.resolve();
      return new Promise(() => undefined);
    };
    dying.connect(as('ada')).emit('delete_thread', { threadId });
    await begun.promise;
    const isThere = async () => (await living.app.get(ThreadService).find(threadId)) !== undefined;
    return { client, isThere, vanish: () => vanish(dying) };
  }

  it('is finished by another instance, though nobody asks for it', async () => {
    const { client, vanish } = await interrupted(async () => undefined);
    expect(await seen(client, threadId)).toMatchObject({ isListed: false, got: { ok: false } });
    const gone = next(client, 'error');
    await vanish();
    expect(await gone).toMatchObject({ code: 'CHANNEL_GONE', threadId });
    await start(client, { agent: 'chat', threadId, input: says('again') });
    expect(await conversation(client, threadId)).toContain('user: again');
    expect(await conversation(client, threadId)).not.toContain('user: Hi');
  });

  it('comes back, if the agent refuses to delete it', async () => {
    const { client, isThere, vanish } = await interrupted(() =>
      Promise.reject(new StreamingError('FORBIDDEN', 'It is kept by law.')),
    );
    await vanish();
    await until(isThere);
    expect(await conversation(client, threadId)).toEqual(['user: Hi', 'assistant: echo Hi']);
    expect((await seen(client, threadId)).isListed).toBe(true);
  });
});
