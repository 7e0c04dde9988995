import { describe, expect, it } from '@jest/globals';
import { StreamingAgent } from '../../../../src/index.js';
import { LangGraphAgent } from '../../../../src/sources/langgraph/index.js';
import { echoGraph, says as input, USERS } from '../../../support/agents.js';
import { hasRuns, linesOf, openPage, says, shows } from '../../../support/pages.js';
import { connection } from '../../client/waiters.js';
import { startApp } from '../../../support/streaming-app.js';

const agent = { agent: 'chat' };

/** An application that counts what its agent is started for. */
async function countingChat() {
  const graph = echoGraph();
  const calls: unknown[] = [];
  let listener = (): void => undefined;
  @StreamingAgent('chat')
  class CountingAgent extends LangGraphAgent<typeof graph> {
    readonly graph = graph;
    override source(...args: Parameters<LangGraphAgent<typeof graph>['source']>) {
      calls.push(args[0]);
      listener();
      return super.source(...args);
    }
  }
  const app = await startApp(USERS, { providers: [CountingAgent] });
  return { app, calls, onCall: (call: () => void) => void (listener = call) };
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('a start whose connection is cut', () => {
  it('before it is sent begins once, when the page is connected again', async () => {
    const { app, calls } = await countingChat();
    const { client, network } = await openPage(app);
    const thread = client.thread('thread-1', agent);
    await thread.follow();
    const lost = connection(client, 'reconnecting');
    network.cut();
    await lost;
    const started = thread.start(input('Hi'));
    expect(linesOf(thread)).toEqual(['user: Hi']);
    expect(await started).toMatchObject({ created: true });
    await shows(thread, says('user: Hi', 'assistant: echo Hi'));
    expect(calls).toHaveLength(1);
  });

  it.each(Array.from({ length: 12 }, (_, index) => index))(
    'begins once, wherever it is cut (%d)',
    async (point) => {
      const { app, calls } = await countingChat();
      const { client, network } = await openPage(app);
      const thread = client.thread('thread-1', agent);
      await thread.follow();
      const started = thread.start(input('Hi'));
      // On its way, while it is handled, or when its answer is on its way.
      await turns(point * 2);
      network.cut();
      await started;
      await shows(thread, hasRuns('completed'));
      await shows(thread, says('user: Hi', 'assistant: echo Hi'));
      expect(calls).toHaveLength(1);
    },
  );

  it('after the agent was called, and before the answer is sent, begins once', async () => {
    const { app, calls, onCall } = await countingChat();
    const { client, network } = await openPage(app);
    const thread = client.thread('thread-1', agent);
    await thread.follow();
    onCall(() => network.cut());
    expect(await thread.start(input('Hi'))).toMatchObject({ created: false });
    await shows(thread, hasRuns('completed'));
    await shows(thread, says('user: Hi', 'assistant: echo Hi'));
    expect(calls).toHaveLength(1);
  });

  it('after its run has ended gets the answer of that run', async () => {
    const { app, calls } = await countingChat();
    const [one, two] = await Promise.all([openPage(app), openPage(app)]);
    const key = 'my key';
    const first = await one.client.thread('thread-1', agent).start(input('Hi'), { key });
    const thread = two.client.thread('thread-1', agent);
    await shows(thread, hasRuns('completed'));
    const again = await thread.start(input('Hi'), { key });
    expect(again).toMatchObject({ executionId: first.executionId, created: false });
    await shows(thread, says('user: Hi', 'assistant: echo Hi'));
    expect(calls).toHaveLength(1);
  });
});

describe('what a page sends', () => {
  it('is shown at once, and becomes the message that the agent keeps', async () => {
    const { app } = await countingChat();
    const { client } = await openPage(app);
    const thread = client.thread('thread-1', agent);
    await thread.follow();
    const started = thread.start(input('Hi'));
    expect(linesOf(thread)).toEqual(['user: Hi']);
    const seen: number[] = [];
    thread.on('change', () => {
      seen.push(thread.messages.filter(({ role }) => role === 'user').length);
    });
    await started;
    await shows(thread, hasRuns('completed'));
    await shows(thread, says('user: Hi', 'assistant: echo Hi'));
    expect(thread.messages[0]?.id).toBe('human-Hi');
    expect(new Set(seen)).toEqual(new Set([1]));
  });

  it('is shown once, too, without an id', async () => {
    const { app } = await countingChat();
    const { client } = await openPage(app);
    const thread = client.thread('thread-1', agent);
    await thread.follow();
    await thread.start({ messages: [{ role: 'user', content: 'Hi' }] });
    await shows(thread, hasRuns('completed'));
    await shows(thread, says('user: Hi', 'assistant: echo Hi'));
  });

  it('is taken back when the agent refuses it', async () => {
    const { app } = await countingChat();
    const { client } = await openPage(app);
    const thread = client.thread('thread-1', { agent: 'nobody' });
    await thread.follow();
    const started = thread.start(input('Hi'));
    expect(thread.messages).toHaveLength(1);
    await expect(started).rejects.toMatchObject({ code: 'AGENT_NOT_FOUND' });
    expect(thread.messages).toEqual([]);
  });
});
