import { expect, it } from '@jest/globals';
import { AgentRegistry } from '../../src/agents/agent-registry.js';
import { Cluster } from '../../src/cluster/cluster.js';
import { deferred } from '../../src/common/deferred.js';
import { STREAMING_BACKEND, type StreamingBackend } from '../../src/entries/log.js';
import { StreamingError, ThreadService } from '../../src/index.js';
import { threadChannel } from '../../src/protocol/channel.js';
import { until } from '../../src/testing/log-contract/support.js';
import { heldName } from '../../src/threads/held-name.js';
import { chatOf } from '../support/agent-app.js';
import { as, checkpointerOf, echoGraph, says, USERS } from '../support/agents.js';
import { refused } from '../support/plain-client.js';
import type { StreamingApp } from '../support/streaming-app.js';
import { ask, conversation, start, ThreadInbox } from '../support/threads.js';
import { describeInstances, type Instances } from './support/backends.js';

const threadId = 'thread-1';

const backendOf = ({ app }: StreamingApp): Required<StreamingBackend> => app.get(STREAMING_BACKEND);

const isThere = async (app: StreamingApp): Promise<boolean> =>
  (await backendOf(app).log.describe(threadChannel(threadId))) !== undefined;

/** An instance with a thread in which a run has ended, and how to start more instances with the same graph. */
async function scene({ start: startInstance, vanish }: Instances) {
  const graph = echoGraph();
  const withAgent = () => startInstance(USERS, chatOf(graph));
  const one = await withAgent();
  const client = one.connect(as('ada'));
  const inbox = await ThreadInbox.follow(client, threadId);
  await start(client, { agent: 'chat', threadId, input: says('Hi') });
  await inbox.ended(1);
  const checkpointer = checkpointerOf(graph);
  /** The next time that a checkpointer deletes the thread, it says so and does not end until it is let go. */
  const stallDeletion = () => {
    const [begun, end] = [deferred<void>(), deferred<void>()];
    const deleteThread = checkpointer.deleteThread.bind(checkpointer);
    checkpointer.deleteThread = () => {
      checkpointer.deleteThread = deleteThread;
      begun.resolve();
      return end.promise;
    };
    return { begun: begun.promise, end };
  };
  const asked = () => one.app.get(ThreadService).delete(threadId);
  return { one, client, checkpointer, stallDeletion, asked, withAgent, startInstance, vanish };
}

describeInstances('a thread that several instances delete', (instances) => {
  it('is deleted, if the request comes while an instance looks for a deletion to finish', async () => {
    const { one, withAgent, vanish } = await scene(instances());
    const living = await withAgent();
    await one.app.get(Cluster).holds.hold(heldName('deletion', threadId));
    const { log } = backendOf(living);
    const [looked, gate] = [deferred<void>(), deferred<void>()];
    const describeChannel = log.describe.bind(log);
    log.describe = async (channel) => {
      const info = await describeChannel(channel);
      if (channel.id !== threadId) return info;
      log.describe = describeChannel;
      looked.resolve();
      await gate.promise;
      return info;
    };
    await vanish(one);
    await looked.promise;
    const deletion = living.app.get(ThreadService).delete(threadId);
    gate.resolve();
    await deletion;
    expect(await isThere(living)).toBe(false);
  });

  it('keeps what it got after it began again, though one of them is slow', async () => {
    const { stallDeletion, asked, withAgent } = await scene(instances());
    const slow = stallDeletion();
    const deletion = asked();
    await slow.begun;
    const client = (await withAgent()).connect(as('ada'));
    await ask(client, 'delete_thread', { threadId });
    const inbox = await ThreadInbox.follow(client, threadId);
    await start(client, { agent: 'chat', threadId, input: says('again') });
    await inbox.ended(1);
    slow.end.resolve();
    await deletion.catch((error: unknown) =>
      expect(error).toMatchObject({ code: 'THREAD_NOT_FOUND' }),
    );
    expect(await conversation(client, threadId)).toEqual(['user: again', 'assistant: echo again']);
    expect((await ask(client, 'list_threads', {})).threads).toHaveLength(1);
  });

  it('is finished by an instance with its agent, though an instance without it tried before', async () => {
    const { one, stallDeletion, asked, withAgent, startInstance, vanish } =
      await scene(instances());
    const other = await startInstance(USERS);
    const agents = other.app.get(AgentRegistry);
    const tried = deferred<void>();
    agents.get = (name) => {
      tried.resolve();
      return AgentRegistry.prototype.get.call(agents, name);
    };
    const { begun } = stallDeletion();
    void asked().catch(() => undefined);
    await begun;
    await vanish(one);
    await tried.promise;
    const able = await withAgent();
    await until(async () => !(await isThere(able)));
  }, 60_000);

  it('is never shown empty, if its instance dies after the agent has deleted its data', async () => {
    const { one, checkpointer, asked, withAgent, vanish } = await scene(instances());
    const living = await withAgent();
    const { threads } = backendOf(one);
    const removal = deferred<void>();
    const remove = threads.delete.bind(threads);
    threads.delete = () => {
      threads.delete = remove;
      removal.resolve();
      return new Promise(() => undefined);
    };
    void asked().catch(() => undefined);
    await removal.promise;
    checkpointer.deleteThread = () => Promise.reject(new Error('There is no such thread.'));
    await vanish(one);
    await until(async () => !(await isThere(living)));
  }, 60_000);

  it('keeps its record, if it is renamed meanwhile and the agent then refuses', async () => {
    const { one, client, stallDeletion, asked } = await scene(instances());
    const { begun, end } = stallDeletion();
    const { threads } = backendOf(one);
    const update = threads.update.bind(threads);
    let deletion: Promise<void> | undefined;
    threads.update = async (id, changes) => {
      threads.update = update;
      deletion = asked();
      await begun;
      return update(id, changes);
    };
    const named = { threadId, title: 'Trains' };
    expect(refused(await client.emitWithAck('update_thread', named))).toBe('THREAD_NOT_FOUND');
    end.reject(new StreamingError('FORBIDDEN', 'It is kept by law.'));
    await expect(deletion).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect((await ask(client, 'list_threads', {})).threads).toMatchObject([named]);
  });
});
