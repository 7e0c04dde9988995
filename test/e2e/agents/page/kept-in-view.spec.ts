import { describe, expect, it } from '@jest/globals';
import { AIMessage } from '@langchain/core/messages';
import { MemorySaver, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import type { Thread } from '../../../../src/client/index.js';
import { deferred } from '../../../../src/common/deferred.js';
import { ThreadService } from '../../../../src/index.js';
import { startChat } from '../../../support/agent-app.js';
import { HeldGraph, says as input, USERS } from '../../../support/agents.js';
import { hasRuns, openPage, says, shows } from '../../../support/pages.js';
import { ScriptedChat } from '../../../support/scripted-chat.js';
import type { StreamingApp } from '../../../support/streaming-app.js';
import type { CuttableProxy } from '../../client/cuttable-proxy.js';

const threadId = 'thread-1';
const agent = { agent: 'chat' };

/** What a page stops to show at a change, and texts of which it shows less. */
function lossesOf(thread: Thread): string[] {
  const losses: string[] = [];
  let before = thread.messages;
  thread.on('change', () => {
    const now = thread.messages;
    const left = [...now];
    for (const { role, content } of before) {
      const at = left.findIndex((one) => one.role === role && one.content.startsWith(content));
      if (at < 0) losses.push(`${role}: ${content}`);
      else left.splice(at, 1);
    }
    before = now;
  });
  return losses;
}

/** From now on, the answers of the server to `start` or `get` wait until they are let go. */
function hold({ app }: StreamingApp, name: 'start' | 'get') {
  const threads = app.get(ThreadService);
  const [asked, gate] = [deferred<void>(), deferred<void>()];
  const answer = threads[name].bind(threads) as (...args: unknown[]) => Promise<unknown>;
  Object.assign(threads, {
    [name]: async (...args: unknown[]) => {
      const answered = answer(...args);
      asked.resolve();
      await gate.promise;
      return answered;
    },
  });
  return { asked: asked.promise, release: gate.resolve };
}

/** A page that shows a first question and its answer. */
async function pageOf(app: StreamingApp) {
  const { client, network } = await openPage(app);
  const thread = client.thread(threadId, agent);
  await thread.follow();
  await thread.start(input('one'));
  await shows(thread, hasRuns('completed'));
  await shows(thread, says('user: one', 'assistant: echo one'));
  return { thread, network };
}

interface Scene {
  readonly thread: Thread;
  readonly network: CuttableProxy;
}

/** When the start is answered. */
const MOMENTS: readonly (readonly [string, (scene: Scene) => Promise<unknown>])[] = [
  ['at once', () => Promise.resolve()],
  ['when its run is told', ({ thread }) => shows(thread, hasRuns('completed', 'running'))],
  [
    'together with the news that its run has stored it',
    async ({ network, thread }) => {
      await shows(thread, hasRuns('completed', 'running'));
      void network.gather('"source":"loop"');
    },
  ],
];

const INPUTS: readonly (readonly [string, object])[] = [
  ['with an id', input('two')],
  ['without an id', { messages: [{ role: 'user', content: 'two' }] }],
];

describe('a message that a page has sent', () => {
  it.each(
    MOMENTS.flatMap(([when, until]) =>
      INPUTS.map(([what, sent]) => [when, what, until, sent] as const),
    ),
  )('stays in view while its start is answered %s: %s', async (_when, _what, until, sent) => {
    const graph = new HeldGraph();
    graph.release('one');
    const app = await startChat(graph.graph);
    const { thread, network } = await pageOf(app);
    const losses = lossesOf(thread);
    const { release } = hold(app, 'start');
    const started = thread.start(sent);
    await until({ thread, network });
    release();
    await started;
    graph.release('two');
    await shows(thread, hasRuns('completed', 'completed'));
    await shows(
      thread,
      says('user: one', 'assistant: echo one', 'user: two', 'assistant: echo two'),
    );
    expect(losses).toEqual([]);
  });
});

describe('what a page shows when it comes back and the logs have lost a part', () => {
  it('stays in view until the page knows what is stored, if the run has ended', async () => {
    const chat = new ScriptedChat();
    const app = await startChat(chat.graph, {}, { ...USERS, log: { maxEntries: 8 } });
    const [mine, theirs] = await Promise.all([openPage(app), openPage(app)]);
    const [thread, other] = [mine, theirs].map(({ client }) => client.thread(threadId, agent));
    if (!thread || !other) throw new Error('There are two pages.');
    await Promise.all([thread.follow(), other.follow()]);
    await thread.start(input('a say:2 hold say:1'));
    await chat.holds('a');
    await shows(thread, says('user: a say:2 hold say:1', 'assistant: a0.1 a0.2 '));
    const losses = lossesOf(thread);
    mine.network.down();
    chat.release('a');
    for (const name of ['b', 'c', 'd', 'e', 'f']) {
      await other.start(input(`${name} say:1`));
      await shows(other, ({ runs }) => runs.every(({ endedAt }) => endedAt !== undefined));
    }
    const { asked, release } = hold(app, 'get');
    mine.network.up();
    await asked;
    release();
    await shows(thread, ({ messages }) => messages.length === 12);
    expect(losses).toEqual([]);
  });

  it('stays in view until the page knows what is stored, if the run goes on', async () => {
    const gates = [deferred<void>(), deferred<void>()];
    const reached = deferred<void>();
    const message = (id: string) => new AIMessage({ id, content: id });
    const graph = new StateGraph(MessagesAnnotation)
      .addNode('first', () => ({ messages: [message('first')] }))
      .addNode('many', async () => {
        await gates[0]?.promise;
        return { messages: Array.from({ length: 20 }, (_, index) => message(`many ${index}`)) };
      })
      .addNode('last', async () => {
        reached.resolve();
        await gates[1]?.promise;
        return { messages: [message('last')] };
      })
      .addEdge(START, 'first')
      .addEdge('first', 'many')
      .addEdge('many', 'last')
      .compile({ checkpointer: new MemorySaver() });
    const app = await startChat(graph, {}, { ...USERS, log: { maxEntries: 8 } });
    const { client, network } = await openPage(app);
    const thread = client.thread(threadId, agent);
    await thread.follow();
    await thread.start(input('one'));
    await shows(thread, says('user: one', 'assistant: first'));
    const losses = lossesOf(thread);
    network.down();
    gates[0]?.resolve();
    await reached.promise;
    const { asked, release } = hold(app, 'get');
    network.up();
    await asked;
    release();
    await shows(thread, ({ messages }) => messages.length === 22);
    gates[1]?.resolve();
    await shows(thread, hasRuns('completed'));
    await shows(thread, ({ messages }) => messages.length === 23);
    expect(losses).toEqual([]);
  });
});
