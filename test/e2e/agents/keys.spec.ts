import { describe, expect, it } from '@jest/globals';
import { StreamingAgent } from '../../../src/index.js';
import { LangGraphAgent } from '../../../src/sources/langgraph/index.js';
import { as, echoGraph, says, USERS } from '../../support/agents.js';
import { startApp } from '../../support/streaming-app.js';
import { conversation, start, ThreadInbox } from '../../support/threads.js';

async function chat() {
  const graph = echoGraph();
  let calls = 0;
  @StreamingAgent('echo')
  class EchoAgent extends LangGraphAgent<typeof graph> {
    readonly graph = graph;
    override source(...args: Parameters<LangGraphAgent<typeof graph>['source']>) {
      calls += 1;
      return super.source(...args);
    }
  }
  const app = await startApp(USERS, { providers: [EchoAgent] });
  return { app, calls: () => calls };
}

const started = { agent: 'echo', threadId: 'thread-1', key: 'key-1', input: says('Hi') };

describe('a start that is repeated with its key', () => {
  it('starts nothing twice, whether its run is active or over', async () => {
    const { app, calls } = await chat();
    const client = app.connect(as('ada'));
    const inbox = await ThreadInbox.follow(client, 'thread-1');
    const answers = await Promise.all([1, 2, 3].map(() => start(client, started)));
    await inbox.ended(1);
    answers.push(await start(client, started));
    expect(new Set(answers.map(({ executionId }) => executionId)).size).toBe(1);
    expect(answers.map(({ created }) => created)).toEqual([true, false, false, false]);
    expect(calls()).toBe(1);
    expect(await conversation(client, 'thread-1')).toEqual(['user: Hi', 'assistant: echo Hi']);
  });

  it('starts nothing twice when the connection is cut before the answer', async () => {
    const { app, calls } = await chat();
    for (let lost = 0; lost < 5; lost += 1) {
      const cut = app.connect(as('ada'));
      await new Promise<void>((resolve) => cut.on('connect', () => resolve()));
      cut.emit('start_execution', started);
      // At another point each time: before the message is sent, on its way, or while it is handled.
      for (let turn = 0; turn < lost * 2; turn += 1)
        await new Promise((resolve) => setImmediate(resolve));
      cut.disconnect();
    }
    const client = app.connect(as('ada'));
    await start(client, started);
    const inbox = await ThreadInbox.follow(client, 'thread-1');
    await inbox.ended(1);
    expect(calls()).toBe(1);
    expect(await conversation(client, 'thread-1')).toEqual(['user: Hi', 'assistant: echo Hi']);
  });

  it('is another start when another principal makes it', async () => {
    const { app } = await chat();
    const { threadId: _threadId, ...anywhere } = started;
    const users = ['ada', 'bob', 'x/ada'].map((token) => app.connect(as(token)));
    const answers = await Promise.all(users.map((client) => start(client, anywhere)));
    expect(answers.map(({ created }) => created)).toEqual([true, true, true]);
    expect(new Set(answers.map(({ threadId }) => threadId)).size).toBe(3);
  });
});
