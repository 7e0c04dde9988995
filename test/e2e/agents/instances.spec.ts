import { expect, it } from '@jest/globals';
import type { StreamableGraph } from '../../../src/sources/langgraph/index.js';
import { startChat } from '../../support/agent-app.js';
import { as, HeldGraph, says, USERS } from '../../support/agents.js';
import { describeShared } from '../../support/shared-backends.js';
import type { StreamingApp } from '../../support/streaming-app.js';
import { conversation, start, ThreadInbox } from '../../support/threads.js';

const threadId = 'thread-1';
const run = (text: string) => ({ agent: 'chat', threadId, input: says(text) });

describeShared('a thread, on several instances', (share) => {
  /** Two instances of an application, which share the checkpointer of the graph. */
  async function instancesOf(graph: StreamableGraph): Promise<[StreamingApp, StreamingApp]> {
    const options = { ...USERS, backend: share() };
    return [await startChat(graph, {}, options), await startChat(graph, {}, options)];
  }

  it('has one run active at a time, wherever runs are started', async () => {
    const held = new HeldGraph();
    const apps = await instancesOf(held.graph);
    const clients = apps.map((app) => app.connect(as('ada')));
    const inbox = await ThreadInbox.follow(clients[1] as never, threadId);
    const texts = ['a', 'b', 'c', 'd', 'e', 'f'];
    for (const text of texts) held.release(text);
    await Promise.all(texts.map((text, index) => start(clients[index % 2] as never, run(text))));
    await inbox.ended(texts.length);
    let active = 0;
    for (const { type } of inbox.updates) {
      if (type === 'run:start') active += 1;
      if (type === 'run:end') active -= 1;
      expect(active).toBeLessThanOrEqual(1);
    }
    const said = await conversation(clients[0] as never, threadId);
    expect(said).toHaveLength(2 * texts.length);
    for (const [index, line] of said.entries())
      if (index % 2 === 1)
        expect(line).toBe(said[index - 1]?.replace('user: ', 'assistant: echo '));
  });

  it('starts a key once, wherever it comes', async () => {
    const held = new HeldGraph();
    held.release('Hi');
    const apps = await instancesOf(held.graph);
    const clients = apps.map((app) => app.connect(as('ada')));
    const starts = await Promise.all(
      [0, 1, 0, 1].map((index) => start(clients[index] as never, { ...run('Hi'), key: 'k' })),
    );
    expect(new Set(starts.map(({ executionId }) => executionId)).size).toBe(1);
    expect(starts.filter(({ created }) => created)).toHaveLength(1);
  });

  it('is rolled back by an instance that does not run its run', async () => {
    const held = new HeldGraph();
    const apps = await instancesOf(held.graph);
    const [one, two] = apps.map((app) => app.connect(as('ada')));
    const inbox = await ThreadInbox.follow(one as never, threadId);
    await start(one as never, run('one'));
    await held.begun('one');
    held.release('two');
    await start(two as never, { ...run('two'), multitask: 'rollback' });
    await inbox.ended(2);
    expect(await conversation(one as never, threadId)).toEqual([
      'user: two',
      'assistant: echo two',
    ]);
  });
});
