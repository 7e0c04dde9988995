import { describe, expect, it } from '@jest/globals';
import { MemorySaver, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { deferred } from '../../../src/common/deferred.js';
import { StreamingAgent } from '../../../src/index.js';
import type { AgentContext } from '../../../src/entries/gateway.js';
import { LangGraphAgent } from '../../../src/sources/langgraph/index.js';
import { toExecutionSource } from '../../../src/sources/to-execution-source.js';
import { as, says, USERS } from '../../support/agents.js';
import { startApp } from '../../support/streaming-app.js';
import { ask, conversation, start, ThreadInbox } from '../../support/threads.js';

const threadId = 'thread-1';
const echo = (text: string) => ({ messages: [{ role: 'assistant', content: `echo ${text}` }] });

/** Starts an agent that answers with an echo, but does not stop soon when it hears "slow". */
async function startSlow() {
  const begun = deferred<void>();
  const gate = deferred<void>();
  const graph = new StateGraph(MessagesAnnotation)
    .addNode('answer', ({ messages }) => echo(messages.at(-1)?.text ?? ''))
    .addEdge(START, 'answer')
    .compile({ checkpointer: new MemorySaver() });

  @StreamingAgent('chat')
  class SlowAgent extends LangGraphAgent {
    readonly graph = graph;
    override source(input: unknown, context: AgentContext) {
      if (!JSON.stringify(input).includes('slow')) return super.source(input, context);
      const config = { configurable: { thread_id: context.threadId } };
      return toExecutionSource(async () => {
        await graph.updateState(config, input, 'answer');
        begun.resolve();
        await gate.promise;
      });
    }
  }
  const gateway = { ...USERS.gateway, accessPolicy: { authorize: () => true } };
  const app = await startApp({ gateway }, { providers: [SlowAgent] });
  return { client: app.connect(as('ada')), begun, gate };
}

describe('an edit after a rollback, while the run that should begin there was cancelled', () => {
  it.each([
    ['first', [] as string[]],
    ['second', ['one']],
  ])('is where the next run begins, if the %s run was rolled back', async (_, texts) => {
    const { client, begun, gate } = await startSlow();
    const inbox = await ThreadInbox.follow(client, threadId);
    for (const text of texts) await start(client, { agent: 'chat', threadId, input: says(text) });
    await inbox.ended(texts.length);
    const before = await conversation(client, threadId);
    await start(client, { agent: 'chat', threadId, input: says('slow') });
    await begun.promise;
    const queued = await start(client, {
      agent: 'chat',
      threadId,
      input: says('queued'),
      multitask: 'rollback',
    });
    await ask(client, 'cancel_execution', { executionId: queued.executionId, threadId });
    gate.resolve();
    await inbox.ended(texts.length + 2);
    expect(await conversation(client, threadId)).toEqual(before);
    await ask(client, 'update_thread', {
      threadId,
      state: { values: says('edited'), asNode: 'answer' },
    });
    expect(await conversation(client, threadId)).toEqual([...before, 'user: edited']);
    await start(client, { agent: 'chat', threadId, input: says('two') });
    await inbox.ended(texts.length + 3);
    expect(await conversation(client, threadId)).toEqual([
      ...before,
      'user: edited',
      'user: two',
      'assistant: echo two',
    ]);
  });
});
