// The agent of the application under attack, what alice has in it, and a policy that lets others watch.
import { AIMessage } from '@langchain/core/messages';
import {
  END,
  interrupt,
  MemorySaver,
  MessagesAnnotation,
  START,
  StateGraph,
} from '@langchain/langgraph';
import { OwnerAccessPolicy, StreamingAgent, ThreadService } from '../../dist/esm/index.js';
import { LangGraphAgent } from '../../dist/esm/sources/langgraph/index.js';
import { PROTOTYPE_NAMES } from './prototype-names.mjs';
import { SECRET } from './secrets.mjs';

const WATCHED = new Set(['read-thread', 'subscribe', 'replay']);

/** Everybody may watch what `sharer` does, and nobody else may do anything about it. */
export class WatchPolicy extends OwnerAccessPolicy {
  authorize(request) {
    const isShared = request.owner?.principalId === 'sharer';
    return (isShared && WATCHED.has(request.action)) || super.authorize(request);
  }
}

const graph = new StateGraph(MessagesAnnotation)
  .addNode('answer', async ({ messages }, { signal }) => {
    const text = messages.at(-1)?.text ?? '';
    if (text === 'hold') await new Promise((resolve) => signal.addEventListener('abort', resolve));
    const said = text.startsWith('ask') ? interrupt({ question: text }) : text;
    // Whoever changes what all objects have gets in.
    const isPolluted = {}.polluted !== undefined;
    return { messages: [new AIMessage(`echo ${JSON.stringify(said)}${isPolluted ? SECRET : ''}`)] };
  })
  // Only a Command leads here.
  .addNode('vault', () => ({ messages: [new AIMessage(SECRET)] }))
  .addEdge(START, 'answer')
  .addConditionalEdges('answer', () => END, ['vault', END])
  .compile({ checkpointer: new MemorySaver() });

export class ChatAgent extends LangGraphAgent {
  graph = graph;
}
StreamingAgent('chat')(ChatAgent);

const principalOf = (id) => ({ id, tenant: 'acme', scopes: [], claims: {} });
const says = (content) => ({ messages: [{ role: 'user', content }] });

/** Starts what is attacked: conversations of alice, and one that everybody may watch. */
export async function startConversations(app) {
  const threads = app.get(ThreadService);
  const start = (id, request) => threads.start({ agent: 'chat', ...request }, principalOf(id));
  const finish = async (request) => {
    const { threadId } = await start('alice', { ...request, input: says(SECRET) });
    while ((await threads.get(threadId)).runs.length > 0)
      await new Promise((resolve) => setImmediate(resolve));
    await threads.update({ threadId, title: SECRET });
  };
  // A thread with another of these names is refused.
  for (const threadId of ['alice-thread', 'toString', 'hasOwnProperty'])
    await finish({ threadId, key: `key of ${threadId}` });
  for (const key of PROTOTYPE_NAMES) await finish({ key });
  await start('alice', { threadId: 'alice-asks', input: says(`ask ${SECRET}`) });
  await start('alice', { threadId: 'alice-holds', input: says('hold') });
  await start('sharer', { threadId: 'shared', input: says('ask') });
}
