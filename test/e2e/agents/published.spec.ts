import { describe, expect, it } from '@jest/globals';
import { StreamingAgent, ThreadService, type Agent } from '../../../src/index.js';
import type { AgentContext } from '../../../src/entries/gateway.js';
import { startChat } from '../../support/agent-app.js';
import { as, HeldGraph, says, USERS } from '../../support/agents.js';
import { Inbox } from '../../support/plain-client.js';
import { startApp } from '../../support/streaming-app.js';
import { ask, start, ThreadInbox } from '../../support/threads.js';

const threadId = 'thread-1';

describe('the input of a run', () => {
  it.each([
    ['not told to viewers', undefined, []],
    ['told to viewers if the agent asks for that', true, [says('one'), says('two')]],
  ])('is %s', async (_what, publishInput, told) => {
    const held = new HeldGraph();
    const app = await startChat(held.graph, publishInput === undefined ? {} : { publishInput });
    const ada = app.connect(as('ada'));
    const [inbox, thread] = [new Inbox(ada), await ThreadInbox.follow(ada, threadId)];
    await start(ada, { agent: 'chat', threadId, input: says('one'), follow: true });
    const two = await start(ada, { agent: 'chat', threadId, input: says('two') });
    for (const text of ['one', 'two']) held.release(text);
    await thread.ended(2);
    await ask(ada, 'subscribe_execution', { executionId: two.executionId });
    await inbox.ended(two.executionId);
    const inputsOf = (type: string): unknown[] =>
      inbox.updates
        .filter((update) => update.type === type)
        .flatMap(({ data }) => (data as { input?: unknown }).input ?? []);
    expect(inputsOf('workflow:start')).toEqual(told);
    expect(inputsOf('run:start')).toEqual(told);
    expect(inputsOf('run:queued')).toEqual(told.slice(1));
  });
});

describe('a run that another run started', () => {
  it('tells its viewers which', async () => {
    @StreamingAgent('inner')
    class Inner implements Agent {
      source() {
        return ['inner'];
      }
    }
    let inner = '';
    @StreamingAgent('outer')
    class Outer implements Agent {
      constructor(readonly threads: ThreadService) {}
      async *source(_input: unknown, { principal }: AgentContext) {
        inner = (await this.threads.start({ agent: 'inner' }, principal)).executionId;
        yield inner;
      }
    }
    const app = await startApp(USERS, { providers: [Inner, Outer] });
    const ada = app.connect(as('ada'));
    const inbox = new Inbox(ada);
    const { executionId } = await start(ada, { agent: 'outer', follow: true });
    await inbox.ended(executionId);
    await ask(ada, 'subscribe_execution', { executionId: inner });
    await inbox.ended(inner);
    const starts = inbox.updates.filter(({ type }) => type === 'workflow:start');
    expect(starts.map(({ data }) => data)).toEqual([
      expect.not.objectContaining({ parentExecutionId: expect.anything() }),
      expect.objectContaining({ agent: 'inner', parentExecutionId: executionId, startedBy: 'ada' }),
    ]);
  });
});
