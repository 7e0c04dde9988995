import { describe, expect, it } from '@jest/globals';
import { startChat } from '../../support/agent-app.js';
import { as, says } from '../../support/agents.js';
import { Inbox } from '../../support/plain-client.js';
import { ScriptedChat } from '../../support/scripted-chat.js';
import { start } from '../../support/threads.js';

/** What updates tell of messages, and of who said them. */
async function said(metadata: Readonly<Record<string, unknown>>): Promise<unknown[]> {
  const app = await startChat(new ScriptedChat().graph);
  const client = app.connect(as('ada'));
  const inbox = new Inbox(client);
  const input = says('q say:2 tool say:1');
  await start(client, { agent: 'chat', input, metadata, follow: true });
  await inbox.until(() => inbox.updates.some(({ type }) => type === 'workflow:end'));
  return inbox.updates
    .filter(({ type }) => type === 'token' || type === 'messages')
    .map(({ type, data, metadata: facts }) => {
      const { role, content, toolCallId } = data as Record<string, unknown>;
      return { type, role, content, toolCallId, nodeId: facts?.nodeId, agent: facts?.agent };
    });
}

describe('the metadata of a start', () => {
  it.each([
    ['the kind of a model', { ls_model_type: 'chat', ls_provider: 'other' }],
    ['the name of an agent', { lc_agent_name: 'other' }],
    ['a node', { langgraph_node: 'other', langgraph_checkpoint_ns: 'other:1' }],
    ['a checkpoint', { thread_id: 'other', checkpoint_ns: 'other:1', checkpoint_id: 'other' }],
  ])('that names %s changes nothing of what viewers are told', async (_, metadata) => {
    expect(await said(metadata)).toEqual(await said({}));
  });
});
