import { describe, expect, it } from '@jest/globals';
import { startChat } from '../../../support/agent-app.js';
import { as, HeldGraph, says } from '../../../support/agents.js';
import { ask, conversation, start, ThreadInbox } from '../../../support/threads.js';

const threadId = 'thread-1';
const run = (text: string) => ({ agent: 'chat', threadId, input: says(text) });

describe('what a thread holds while a run begins', () => {
  it('at a checkpoint is what was there, not the branch that is left', async () => {
    const held = new HeldGraph();
    const app = await startChat(held.graph);
    const ada = app.connect(as('ada'));
    const inbox = await ThreadInbox.follow(ada, threadId);
    for (const text of ['one', 'two']) held.release(text);
    await start(ada, run('one'));
    await inbox.ended(1);
    const { checkpointId = '' } = await ask(ada, 'get_thread', { threadId });
    await start(ada, run('two'));
    await inbox.ended(2);
    const [begun, saw] = [held.begun('three'), inbox.until('run:start', 3)];
    await start(ada, { ...run('three'), checkpointId });
    await Promise.all([begun, saw]);
    expect(await conversation(ada, threadId)).toEqual([
      'user: one',
      'assistant: echo one',
      'user: three',
    ]);
    held.release('three');
    await inbox.ended(3);
  });
});
