import { describe, expect, it } from '@jest/globals';
import { StreamingAgent } from '../../../src/index.js';
import { LangGraphAgent } from '../../../src/sources/langgraph/index.js';
import { HeldGraph, says } from '../../support/agents.js';
import { refused } from '../../support/plain-client.js';
import { startApp, type PlainClient } from '../../support/streaming-app.js';
import { conversation, namesOf, start, ThreadInbox } from '../../support/threads.js';

async function chat() {
  const held = new HeldGraph();
  const { graph } = held;
  @StreamingAgent('held')
  class HeldAgent extends LangGraphAgent<typeof graph> {
    readonly graph = graph;
  }
  const app = await startApp({ gateway: {} }, { providers: [HeldAgent] });
  return { held, clients: [app.connect(), app.connect()] as [PlainClient, PlainClient] };
}

const threadId = 'thread-1';
const run = (text: string) => ({ agent: 'held', threadId, input: says(text) });

describe('a start in a thread in which a run is active', () => {
  it('waits for its turn', async () => {
    const { held, clients } = await chat();
    const inbox = await ThreadInbox.follow(clients[0], threadId);
    const one = await start(clients[0], run('one'));
    await held.begun('one');
    const two = await start(clients[1], run('two'));
    const three = await start(clients[0], run('three'));
    expect([one.queued, two.queued, three.queued]).toEqual([false, true, true]);
    for (const text of ['three', 'two', 'one']) held.release(text);
    await inbox.ended(3);
    const names = namesOf({ one, two, three });
    expect(inbox.brief(names)).toEqual([
      'run:start one running',
      'run:queued two queued',
      'run:queued three queued',
      'run:end one completed',
      'run:start two running',
      'run:end two completed',
      'run:start three running',
      'run:end three completed',
    ]);
    expect(await conversation(clients[1], threadId)).toEqual([
      'user: one',
      'assistant: echo one',
      'user: two',
      'assistant: echo two',
      'user: three',
      'assistant: echo three',
    ]);
  });

  it('is refused, if it asks for that', async () => {
    const { held, clients } = await chat();
    await start(clients[0], run('one'));
    await held.begun('one');
    const answer = await clients[1].emitWithAck('start_execution', {
      ...run('two'),
      multitask: 'reject',
    });
    expect(refused(answer)).toBe('THREAD_BUSY');
    expect(answer).toMatchObject({ error: { retryable: true } });
  });

  it('cancels the active run and drops those that wait, if it asks for that', async () => {
    const { held, clients } = await chat();
    const inbox = await ThreadInbox.follow(clients[1], threadId);
    const one = await start(clients[0], run('one'));
    await held.begun('one');
    const two = await start(clients[0], run('two'));
    held.release('three');
    const three = await start(clients[1], { ...run('three'), multitask: 'interrupt' });
    await inbox.ended(3);
    const names = namesOf({ one, two, three });
    expect(inbox.brief(names)).toEqual([
      'run:start one running',
      'run:queued two queued',
      'run:end two cancelled',
      'run:queued three queued',
      'run:end one cancelled',
      'run:start three running',
      'run:end three completed',
    ]);
    expect(await conversation(clients[0], threadId)).toEqual([
      'user: one',
      'user: three',
      'assistant: echo three',
    ]);
  });

  it.each([['the first run of a thread'], ['a later run']])(
    'rolls %s back, if it asks for that',
    async (which) => {
      const { held, clients } = await chat();
      const inbox = await ThreadInbox.follow(clients[1], threadId);
      const isLater = which === 'a later run';
      if (isLater) {
        held.release('zero');
        await start(clients[0], run('zero'));
        await inbox.ended(1);
      }
      const one = await start(clients[0], run('one'));
      await held.begun('one');
      held.release('two');
      const two = await start(clients[1], { ...run('two'), multitask: 'rollback' });
      await inbox.ended(isLater ? 3 : 2);
      const names = namesOf({ one, two });
      expect(inbox.brief(names).slice(-5)).toEqual([
        'run:start one running',
        'run:queued two queued',
        'run:end one cancelled void',
        'run:start two running',
        'run:end two completed',
      ]);
      expect(await conversation(clients[0], threadId)).toEqual([
        ...(isLater ? ['user: zero', 'assistant: echo zero'] : []),
        'user: two',
        'assistant: echo two',
      ]);
    },
  );

  it('leaves the queue when it is cancelled', async () => {
    const { held, clients } = await chat();
    const inbox = await ThreadInbox.follow(clients[0], threadId);
    const one = await start(clients[0], run('one'));
    await held.begun('one');
    const two = await start(clients[0], run('two'));
    const cancelled = { executionId: two.executionId, threadId, reason: 'enough' };
    expect(await clients[1].emitWithAck('cancel_execution', cancelled)).toMatchObject({ ok: true });
    held.release('one');
    await inbox.ended(2);
    const names = namesOf({ one, two });
    expect(inbox.brief(names)).toEqual([
      'run:start one running',
      'run:queued two queued',
      'run:end two cancelled',
      'run:end one completed',
    ]);
  });
});
