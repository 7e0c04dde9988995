import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { AIMessage, HumanMessage, RemoveMessage, type BaseMessage } from '@langchain/core/messages';
import {
  MemorySaver,
  MessagesAnnotation,
  REMOVE_ALL_MESSAGES,
  START,
  StateGraph,
} from '@langchain/langgraph';
import { deferred } from '../../../../src/common/deferred.js';
import { startChat } from '../../../support/agent-app.js';
import { echoGraph, HeldGraph, says as input } from '../../../support/agents.js';
import { modelOf } from '../../../support/graphs.js';
import { hasRuns, openPage, says, shows } from '../../../support/pages.js';

const threadId = 'thread-1';
const agent = { agent: 'chat' };

/** What a node can do to the messages before it, and what is left of them. */
const CHANGES: [string, (messages: readonly BaseMessage[]) => BaseMessage[], string[]][] = [
  [
    'removes the first message',
    ([first]) => [new RemoveMessage({ id: first?.id ?? '' })],
    ['assistant: said one', 'user: two', 'assistant: said two'],
  ],
  [
    'removes what the run has said',
    (messages) => [new RemoveMessage({ id: messages.at(-1)?.id ?? '' })],
    ['user: one', 'assistant: said one', 'user: two'],
  ],
  [
    'removes all, and writes a summary',
    () => [
      new RemoveMessage({ id: REMOVE_ALL_MESSAGES }),
      new HumanMessage({ id: 'summary', content: 'all of it' }),
    ],
    ['user: all of it'],
  ],
  [
    'changes the first message',
    ([first]) => [new HumanMessage({ id: first?.id ?? '', content: 'changed' })],
    ['user: changed', 'assistant: said one', 'user: two', 'assistant: said two'],
  ],
];

describe('a run that goes on after a node', () => {
  it.each(CHANGES)('that %s shows the same to all viewers', async (_, change, left) => {
    const begun = deferred<void>();
    const gate = deferred<void>();
    const textOf = (messages: readonly BaseMessage[]): string =>
      messages.findLast((one) => one.getType() === 'human')?.text ?? '';
    const graph = new StateGraph(MessagesAnnotation)
      .addNode('say', async ({ messages }, config) => ({
        messages: [await modelOf('said ', textOf(messages)).invoke(messages, config)],
      }))
      .addNode('change', ({ messages }) => ({
        messages: textOf(messages) === 'two' ? change(messages) : [],
      }))
      .addNode('wait', async ({ messages }) => {
        if (messages.length === 2 && textOf(messages) === 'one') return {};
        begun.resolve();
        await gate.promise;
        return { messages: [new AIMessage({ id: 'end', content: 'done' })] };
      })
      .addEdge(START, 'say')
      .addEdge('say', 'change')
      .addEdge('change', 'wait')
      .compile({ checkpointer: new MemorySaver() });
    const app = await startChat(graph);
    const pages = await Promise.all([openPage(app), openPage(app), openPage(app)]);
    const [sender, viewer, late] = pages.map(({ client }) => client.thread(threadId, agent));
    if (!sender || !viewer || !late) throw new Error('There are three pages.');
    await Promise.all([sender.follow(), viewer.follow()]);
    await sender.start(input('one'));
    for (const thread of [sender, viewer]) await shows(thread, hasRuns('completed'));
    await sender.start(input('two'));
    await begun.promise;
    await late.follow();
    for (const thread of [sender, viewer, late]) await shows(thread, says(...left));
    gate.resolve();
    for (const thread of [sender, viewer, late])
      await shows(thread, says(...left, 'assistant: done'));
  });
});

describe('what a failed attempt of a node has said', () => {
  it('is removed from the thread when the node is tried again', async () => {
    const begun = deferred<void>();
    const gate = deferred<void>();
    let attempts = 0;
    const node = async ({ messages }: { messages: BaseMessage[] }, config: object) => {
      attempts += 1;
      const message = await modelOf(`attempt ${attempts}`).invoke(messages, config);
      if (attempts === 1) throw new Error('The first attempt fails.');
      begun.resolve();
      await gate.promise;
      return { messages: [message] };
    };
    const graph = new StateGraph(MessagesAnnotation)
      .addNode('answer', node, {
        retryPolicy: { maxAttempts: 2, initialInterval: 1, retryOn: () => true },
      })
      .addEdge(START, 'answer')
      .compile({ checkpointer: new MemorySaver() });
    const { client } = await openPage(await startChat(graph));
    const thread = client.thread(threadId, agent);
    await thread.follow();
    await thread.start(input('one'));
    await begun.promise;
    await shows(thread, says('user: one', 'assistant: attempt 2'));
    gate.resolve();
    await shows(thread, hasRuns('completed'));
  });
});

describe('a title', () => {
  it('that changes while the agent is asked for the conversation is the new one', async () => {
    const graph = echoGraph();
    const { checkpointer } = graph as unknown as {
      checkpointer: { getTuple(config: object): Promise<unknown> };
    };
    const app = await startChat(graph);
    const [one, other] = (await Promise.all([openPage(app), openPage(app)])).map(({ client }) =>
      client.thread(threadId, agent),
    );
    if (!one || !other) throw new Error('There are two pages.');
    await one.follow();
    await one.start(input('one'));
    await shows(one, hasRuns('completed'));
    await shows(one, says('user: one', 'assistant: echo one'));
    await one.update({ title: 'Old' });
    const asked = deferred<void>();
    const gate = deferred<void>();
    const getTuple = checkpointer.getTuple.bind(checkpointer);
    checkpointer.getTuple = async (config) => {
      asked.resolve();
      await gate.promise;
      return getTuple(config);
    };
    const loaded = other.follow();
    await asked.promise;
    const told = new Promise((resolve) => other.on('change', resolve));
    await one.update({ title: 'New' });
    await told;
    gate.resolve();
    await loaded;
    await shows(other, ({ title }) => title === 'New');
  });
});

describe('a run that is cancelled', () => {
  it.each([
    ['before its start is answered', false],
    ['right after its start is answered', true],
  ])('%s ends', async (_, isAnswered) => {
    const held = new HeldGraph();
    const { client } = await openPage(await startChat(held.graph));
    const thread = client.thread(threadId, agent);
    await thread.follow();
    const started = thread.start(input('one'));
    if (isAnswered) await started;
    await thread.cancel({ reason: 'enough' });
    const { runs } = await shows(thread, hasRuns('cancelled'));
    expect(runs[0]).toMatchObject({ reason: 'enough', executionId: (await started).executionId });
  });
});

describe('a page whose user changes', () => {
  it('shows nothing of the first user', async () => {
    const app = await startChat(echoGraph());
    let token = 'ada';
    const { client, network } = await openPage(app, token, { auth: () => ({ token }) });
    const thread = client.thread(threadId, agent);
    await thread.follow();
    await thread.start(input('secret'));
    await shows(thread, hasRuns('completed'));
    await thread.update({ title: 'Secret' });
    token = 'bob';
    network.cut();
    const view = await shows(thread, ({ state }) => state === 'deleted');
    expect(view).toMatchObject({
      messages: [],
      runs: [],
      interrupts: [],
    });
    expect(isDeepStrictEqual([view.title, view.values], [undefined, undefined])).toBe(true);
    expect(await client.listThreads()).toMatchObject({ threads: [] });
  });
});
