import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import {
  MemorySaver,
  MessagesAnnotation,
  interrupt,
  START,
  StateGraph,
} from '@langchain/langgraph';
import { chatOf } from '../support/agent-app.js';
import { modelOf } from '../support/graphs.js';
import { onTestEnd, startApp } from '../support/streaming-app.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { hasPython, PYTHON } from './viewers/python.js';

const itWithPython = hasPython() ? it : it.skip;

/** Asks before it answers, and streams its answer. */
const graph = new StateGraph(MessagesAnnotation)
  .addNode('ask', async ({ messages }, config) => {
    const said = String(interrupt('May I?'));
    const asked = messages.at(-1)?.text ?? '';
    return { messages: [await modelOf(`${said} to `, asked).invoke(messages, config)] };
  })
  .addEdge(START, 'ask')
  .compile({ checkpointer: new MemorySaver() });

describe('a page in another language, written from docs/protocol.md alone', () => {
  itWithPython.each<[string, (network: TcpProxy) => void]>([
    ['a whole connection', () => undefined],
    [
      'a connection that is cut in the first answer',
      (network) => network.tearNextAnswer('43/streaming,', 0),
    ],
    [
      'a connection that is cut when the first run asks',
      (network) => network.tearNextAnswer('run:interrupt', 0),
    ],
  ])('starts runs once, follows their thread and answers it, over %s', async (_what, befall) => {
    const { url } = await startApp({ gateway: {} }, chatOf(graph));
    const network = await TcpProxy.start(Number(new URL(url).port));
    onTestEnd(() => network.stop());
    befall(network);
    const page = spawn(PYTHON, [
      '-B',
      'test/fault/viewers/conversation.py',
      `http://127.0.0.1:${network.port}`,
      crypto.randomUUID(),
      'chat',
      'one',
      'two',
    ]);
    onTestEnd(() => page.kill());
    const [printed, complaints] = await Promise.all([text(page.stdout), text(page.stderr)]);
    if (printed === '') throw new Error(complaints);
    const told = JSON.parse(printed) as { thread: [string, string][] };
    // When the second run is queued depends on the network.
    expect(told.thread.filter(([type]) => type === 'run:queued')).toHaveLength(1);
    expect({ ...told, thread: told.thread.filter(([type]) => type !== 'run:queued') }).toEqual({
      failures: [],
      thread: ['one', 'two'].flatMap(() => [
        ['run:start', 'running'],
        ['run:interrupt', 'interrupted'],
        ['run:answer', 'running'],
        ['run:end', 'completed'],
      ]),
      texts: ['yes to one', 'yes to two'],
      conversation: ['user: one', 'assistant: yes to one', 'user: two', 'assistant: yes to two'],
    });
  });
});
