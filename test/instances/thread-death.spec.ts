import { expect, it } from '@jest/globals';
import type { Ack } from '../../src/client/index.js';
import type { StreamableGraph } from '../../src/sources/langgraph/index.js';
import { chatOf } from '../support/agent-app.js';
import { as, askingChat, HeldGraph, says, USERS } from '../support/agents.js';
import type { PlainClient, StreamingApp } from '../support/streaming-app.js';
import { ask, conversation, namesOf, start, ThreadInbox } from '../support/threads.js';
import { describeInstances } from './support/backends.js';

const threadId = 'thread-1';
const run = (text: string) => ({ agent: 'chat', threadId, input: says(text) });
const LOST = 'The instance that ran the execution is gone; start the execution again.';

/** Asks again while the instance that it concerns still counts as alive, but is silent. */
async function reached(ask: () => Promise<Ack>): Promise<Ack> {
  for (;;) {
    const ack = await ask();
    if (ack.ok || ack.error.code !== 'INSTANCE_UNREACHABLE') return ack;
  }
}

describeInstances('a thread whose instance died', (instances) => {
  /** Instances that share a checkpointer; a viewer of the thread at each but the first. */
  async function started(graph: StreamableGraph, count = 2) {
    const { start: startInstance, vanish, reappear } = instances();
    const apps: StreamingApp[] = [];
    for (let index = 0; index < count; index += 1)
      apps.push(await startInstance(USERS, chatOf(graph)));
    const [dying, ...living] = apps as [StreamingApp, ...StreamingApp[]];
    const clients = living.map((app) => app.connect(as('ada')));
    const inboxes = [];
    for (const client of clients) inboxes.push(await ThreadInbox.follow(client, threadId));
    return {
      dying: dying.connect(as('ada')),
      client: clients[0] as PlainClient,
      inbox: inboxes[0] as ThreadInbox,
      clients,
      inboxes,
      vanish: () => vanish(dying),
      reappear: () => reappear(dying),
    };
  }

  it('is answered on another instance, and told so', async () => {
    const { dying, client, inbox, vanish } = await started(askingChat());
    const { executionId } = await start(dying, run('Hi'));
    await inbox.until('run:interrupt');
    await vanish();
    const { interrupts } = await ask(client, 'get_thread', { threadId });
    expect(interrupts).toMatchObject([{ executionId }]);
    await reached(() => client.emitWithAck('respond_interrupt', { executionId, value: 'yes' }));
    await inbox.ended(1);
    expect(inbox.brief({ [executionId]: 'run' })).toEqual([
      'run:start run running',
      'run:interrupt run interrupted',
      'run:answer run running',
      'run:end run completed',
    ]);
    expect(await conversation(client, threadId)).toEqual(['user: Hi', 'assistant: you said yes']);
  });

  it('is cancelled while it waits for an answer, and told so', async () => {
    const { dying, client, inbox, vanish } = await started(askingChat());
    const { executionId } = await start(dying, run('Hi'));
    await inbox.until('run:interrupt');
    await vanish();
    const cancelled = { executionId, reason: 'enough' };
    await reached(() => client.emitWithAck('cancel_execution', cancelled));
    await inbox.ended(1);
    expect(inbox.updates.at(-1)?.data).toEqual({ ...cancelled, state: 'cancelled' });
    expect(await ask(client, 'get_thread', { threadId })).toMatchObject({
      runs: [],
      interrupts: [],
    });
  });

  it('is told of its runs once, the queued ones too, though nobody starts another', async () => {
    const held = new HeldGraph();
    const { dying, inboxes, clients, vanish, reappear } = await started(held.graph, 3);
    const one = await start(dying, run('one'));
    await held.begun('one');
    const two = await start(dying, run('two'));
    await vanish();
    for (const inbox of inboxes) await inbox.ended(2);
    await reappear();
    held.release('one');
    held.release('three');
    const three = await start(clients[1] as PlainClient, run('three'));
    const names = namesOf({ one, two, three });
    for (const inbox of inboxes) {
      await inbox.ended(3);
      expect(inbox.brief(names)).toEqual([
        'run:start one running',
        'run:queued two queued',
        'run:end one failed',
        'run:end two failed',
        'run:start three running',
        'run:end three completed',
      ]);
      const ends = inbox.updates.filter(({ type }) => type === 'run:end').map(({ data }) => data);
      expect(ends.slice(0, 2)).toMatchObject([{ reason: LOST }, { reason: LOST }]);
    }
  });

  it('is told of a run that waited there while another instance runs the active one', async () => {
    const held = new HeldGraph();
    const { dying, client, inbox, vanish } = await started(held.graph);
    const one = await start(client, run('one'));
    await held.begun('one');
    const two = await start(dying, run('two'));
    await vanish();
    await inbox.ended(1);
    held.release('one');
    await inbox.ended(2);
    expect(inbox.brief(namesOf({ one, two }))).toEqual([
      'run:start one running',
      'run:queued two queued',
      'run:end two failed',
      'run:end one completed',
    ]);
  });

  it('lets the run begin that waits on another instance', async () => {
    const held = new HeldGraph();
    const { dying, client, inbox, vanish } = await started(held.graph);
    const one = await start(dying, run('one'));
    await held.begun('one');
    held.release('two');
    const two = await start(client, run('two'));
    expect(two.queued).toBe(true);
    await vanish();
    await inbox.ended(2);
    expect(inbox.brief(namesOf({ lost: one, two }))).toEqual([
      'run:start lost running',
      'run:queued two queued',
      'run:end lost failed',
      'run:start two running',
      'run:end two completed',
    ]);
  });

  it('lets a run that is started meanwhile begin when the active one is told lost', async () => {
    const held = new HeldGraph();
    const { dying, client, inbox, vanish } = await started(held.graph);
    const lost = await start(dying, run('one'));
    await held.begun('one');
    await vanish();
    held.release('two');
    const two = await start(client, run('two'));
    await inbox.ended(2);
    const names = namesOf({ lost, two });
    expect(inbox.brief(names).filter((line) => !line.startsWith('run:queued'))).toEqual([
      'run:start lost running',
      'run:end lost failed',
      'run:start two running',
      'run:end two completed',
    ]);
  });
});
