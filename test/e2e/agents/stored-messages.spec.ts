import { describe, expect, it } from '@jest/globals';
import {
  AIMessage,
  AIMessageChunk,
  ChatMessage,
  HumanMessage,
  RemoveMessage,
  ToolMessage,
} from '@langchain/core/messages';
import { Annotation, MemorySaver, START, StateGraph } from '@langchain/langgraph';
import type { StreamableGraph } from '../../../src/sources/langgraph/index.js';
import { startChat } from '../../support/agent-app.js';
import { as, echoGraph, says } from '../../support/agents.js';
import { ask, conversation, start, ThreadInbox } from '../../support/threads.js';

const threadId = 'thread-1';

/** A graph that keeps whatever it is given in the place of its messages. */
function graphWith(messages: () => unknown): StreamableGraph {
  const State = Annotation.Root({ messages: Annotation<unknown>() });
  return new StateGraph(State)
    .addNode('answer', () => ({ messages: messages() }))
    .addEdge(START, 'answer')
    .compile({ checkpointer: new MemorySaver() });
}

const LARGE = 'x'.repeat(2_000_000);

/** A stored item, and what the conversation shows of it; undefined if it is left out. */
const ITEMS: readonly (readonly [string, unknown, object | undefined])[] = [
  ['a role of one’s own', new ChatMessage('x', 'critic'), { role: 'critic', content: 'x' }],
  ['a plain object with a role', { role: 'alien', content: 'x' }, { role: 'alien', content: 'x' }],
  ['a type without a role', { type: 'alien', content: 'x' }, { role: 'alien', content: 'x' }],
  [
    'a type that is a name of every object',
    { type: 'constructor', content: 'x' },
    { role: 'constructor', content: 'x' },
  ],
  ['neither type nor role', { content: 'x' }, { role: 'assistant', content: 'x' }],
  ['no content', { role: 'user' }, { role: 'user', content: '' }],
  ['null as content', { role: 'user', content: null }, { role: 'user', content: '' }],
  ['a number as content', { role: 'user', content: 5 }, { role: 'user', content: '', blocks: [5] }],
  [
    'one block as content',
    { role: 'user', content: { type: 'text', text: 'x' } },
    { role: 'user', content: 'x' },
  ],
  [
    'blocks of unknown types',
    new AIMessage({ content: [{ type: 'hologram', data: { size: 1 } }] }),
    { role: 'assistant', content: '', blocks: [{ type: 'hologram', data: { size: 1 } }] },
  ],
  [
    'blocks that are none',
    { role: 'user', content: [null, 5, 'text', [['nested']], { type: 'text', text: '!' }] },
    { role: 'user', content: 'text!', blocks: [null, 5, [['nested']]] },
  ],
  ['null as id', { id: null, role: 'user', content: 'x' }, { role: 'user', content: 'x' }],
  ['a number as id', { id: 7, role: 'user', content: 'x' }, { role: 'user', content: 'x' }],
  [
    'tool calls without an id',
    { role: 'assistant', content: '', tool_calls: [{ name: 'add', args: { a: 1 } }] },
    { role: 'assistant', content: '', toolCalls: [{ name: 'add', args: { a: 1 } }] },
  ],
  [
    'tool calls that are none',
    { role: 'assistant', content: 'x', tool_calls: [null, 5, 'add'] },
    { role: 'assistant', content: 'x' },
  ],
  [
    'tool calls in place of a list',
    { role: 'assistant', content: 'x', tool_calls: 'add', usage_metadata: 'much' },
    { role: 'assistant', content: 'x' },
  ],
  [
    'an answer to no call',
    new ToolMessage({ content: 'x', tool_call_id: undefined as never }),
    { role: 'tool', content: 'x' },
  ],
  ['a part of a message', new AIMessageChunk('x'), { role: 'assistant', content: 'x' }],
  ['a large text', new HumanMessage(LARGE), { role: 'user', content: LARGE }],
  ['the JSON of a message', JSON.parse(JSON.stringify(new HumanMessage('x'))), { role: 'user' }],
  ['the order to remove a message', new RemoveMessage({ id: 'gone' }), undefined],
  ['its JSON', JSON.parse(JSON.stringify(new RemoveMessage({ id: 'gone' }))), undefined],
  ['its plain form', { type: 'remove', id: 'gone', content: '' }, undefined],
  ['an object that is no message', { answer: 42 }, undefined],
  ['an empty object', {}, undefined],
  ['a list of messages', [new HumanMessage('x')], undefined],
  ['a text', 'x', undefined],
  ['a pair of role and text', ['user', 'x'], undefined],
  ['a number', 5, undefined],
  ['null', null, undefined],
];

describe('a thread with stored messages of any form', () => {
  it.each(ITEMS)('shows them, and the messages beside them: %s', async (_name, item, shown) => {
    const app = await startChat(graphWith(() => [new HumanMessage('a'), item, new AIMessage('b')]));
    const client = app.connect(as('ada'));
    const inbox = await ThreadInbox.follow(client, threadId);
    await start(client, { agent: 'chat', threadId, input: { messages: [] } });
    await inbox.ended(1);
    const { messages } = await ask(client, 'get_thread', { threadId });
    expect(messages.map(({ content }) => content).at(0)).toBe('a');
    expect(messages.map(({ content }) => content).at(-1)).toBe('b');
    const between = messages.slice(1, -1);
    expect(between).toHaveLength(shown ? 1 : 0);
    if (shown) expect(between[0]).toMatchObject(shown);
    for (const key of ['toolCalls', 'blocks'])
      if (shown && !(key in shown)) expect(between[0]).not.toHaveProperty(key);
    const { checkpoints } = await ask(client, 'get_thread_history', { threadId });
    expect(checkpoints[0]?.messages).toEqual(messages);
  });

  it.each([
    ['a text', 'x'],
    ['a message', new HumanMessage('x')],
    ['an object', { 0: 'x' }],
    ['null', null],
  ])('shows no messages, if there is no list of them but %s', async (_name, value) => {
    const app = await startChat(graphWith(() => value));
    const client = app.connect(as('ada'));
    const inbox = await ThreadInbox.follow(client, threadId);
    await start(client, { agent: 'chat', threadId, input: { messages: [] } });
    await inbox.ended(1);
    expect((await ask(client, 'get_thread', { threadId })).messages).toEqual([]);
  });
});

/** Inputs that a graph with LangChain's messages cannot read. */
const INPUTS: readonly (readonly [string, unknown])[] = [
  ['an unknown role', { role: 'alien', content: 'x' }],
  ['an unknown type', { type: 'alien', content: 'x' }],
  ['a tool answer without a call', { role: 'tool', content: 'x' }],
  ['an unknown role in a pair', ['alien', 'x']],
  ['a list in place of a message', [{ role: 'user', content: 'x' }]],
  ['an empty object', {}],
  ['a number', 5],
  ['null', null],
];

describe('a thread whose run failed because its graph cannot read the input', () => {
  it.each(INPUTS)('shows the conversation before it, and continues: %s', async (_name, message) => {
    const app = await startChat(echoGraph());
    const client = app.connect(as('ada'));
    const inbox = await ThreadInbox.follow(client, threadId);
    const run = (input: unknown) => start(client, { agent: 'chat', threadId, input });
    await run({ messages: [message] });
    await inbox.ended(1);
    expect(await conversation(client, threadId)).toEqual([]);
    await run(says('one'));
    await inbox.ended(2);
    const before = ['user: one', 'assistant: echo one'];
    expect(await conversation(client, threadId)).toEqual(before);
    await run({ messages: [message] });
    await inbox.ended(3);
    expect(inbox.updates.at(-1)?.data).toMatchObject({ state: 'failed' });
    expect(await conversation(client, threadId)).toEqual(before);
    await run(says('two'));
    await inbox.ended(4);
    expect(await conversation(client, threadId)).toEqual([
      ...before,
      'user: two',
      'assistant: echo two',
    ]);
  });
});
