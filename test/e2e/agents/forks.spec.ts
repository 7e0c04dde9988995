import { describe, expect, it } from '@jest/globals';
import { MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { OpenAccessPolicy } from '../../../src/entries/auth.js';
import { startChat } from '../../support/agent-app.js';
import { as, echoGraph, says, USERS } from '../../support/agents.js';
import { accepted, refused } from '../../support/plain-client.js';
import { ask, conversation, start, ThreadInbox } from '../../support/threads.js';

const threadId = 'thread-1';
const run = (text: string) => ({ agent: 'chat', threadId, input: says(text) });

describe('the checkpoints of a thread', () => {
  it('are where a run can begin, as a fork', async () => {
    const app = await startChat(echoGraph());
    const ada = app.connect(as('ada'));
    const inbox = await ThreadInbox.follow(ada, threadId);
    await start(ada, run('one'));
    await inbox.ended(1);
    const { checkpointId = '' } = await ask(ada, 'get_thread', { threadId });
    await start(ada, run('two'));
    await inbox.ended(2);
    await start(ada, { ...run('edited'), checkpointId });
    await inbox.ended(3);
    expect(await conversation(ada, threadId)).toEqual([
      'user: one',
      'assistant: echo one',
      'user: edited',
      'assistant: echo edited',
    ]);
    const { checkpoints } = await ask(ada, 'get_thread_history', { threadId });
    expect(checkpoints.map(({ messages }) => messages.at(-1)?.content)).toContain('echo two');
    expect(checkpoints.map((one) => one.checkpointId)).toContain(checkpointId);
    const page = await ask(ada, 'get_thread_history', { threadId, limit: 2, before: checkpointId });
    expect(page.checkpoints.length).toBeGreaterThan(0);
    expect(page.checkpoints.map((one) => one.checkpointId)).not.toContain(checkpointId);
  });

  it('make an answer once more when a run begins at one without an input', async () => {
    const app = await startChat(echoGraph());
    const ada = app.connect(as('ada'));
    const inbox = await ThreadInbox.follow(ada, threadId);
    await start(ada, run('one'));
    await inbox.ended(1);
    const { checkpoints } = await ask(ada, 'get_thread_history', { threadId });
    const asked = checkpoints.find(({ next }) => next.includes('answer'));
    await start(ada, { agent: 'chat', threadId, checkpointId: asked?.checkpointId ?? '' });
    await inbox.ended(2);
    expect(await conversation(ada, threadId)).toEqual(['user: one', 'assistant: echo one']);
  });

  it('are not those of other threads', async () => {
    const app = await startChat(echoGraph());
    const [ada, bob] = [app.connect(as('ada')), app.connect(as('bob'))];
    const inbox = await ThreadInbox.follow(ada, threadId);
    await start(ada, run('secret'));
    await inbox.ended(1);
    const { checkpointId = '' } = await ask(ada, 'get_thread', { threadId });
    for (const own of ['bobs', undefined])
      expect(
        refused(
          await bob.emitWithAck('start_execution', {
            agent: 'chat',
            input: says('Hi'),
            checkpointId,
            ...(own !== undefined && { threadId: own }),
          }),
        ),
      ).toBe('CHECKPOINT_NOT_FOUND');
    expect(await ask(bob, 'list_threads', {})).toEqual({ threads: [] });
  });

  it('are written by whom the policy lets', async () => {
    const open = { gateway: { ...USERS.gateway, accessPolicy: new OpenAccessPolicy() } };
    for (const [options, isAllowed] of [
      [USERS, false],
      [open, true],
    ] as const) {
      const app = await startChat(echoGraph(), {}, options);
      const ada = app.connect(as('ada'));
      const inbox = await ThreadInbox.follow(ada, threadId);
      await start(ada, run('one'));
      await inbox.ended(1);
      const state = { values: says('added'), asNode: 'answer' };
      const answer = await ada.emitWithAck('update_thread', { threadId, state });
      if (!isAllowed) {
        expect(refused(answer)).toBe('THREAD_NOT_FOUND');
        continue;
      }
      const { checkpointId } = accepted(answer);
      await inbox.until('thread:update');
      expect(inbox.updates.at(-1)?.data).toEqual({ checkpointId });
      expect((await conversation(ada, threadId)).at(-1)).toBe('user: added');
    }
  });

  it.each([
    ['a fork', { checkpointId: 'c' }],
    ['a rollback', { multitask: 'rollback' as const }],
    ['an end with a question', { onInterrupt: 'end' as const }],
  ])('are missing without a checkpointer, so that %s is refused', async (_what, extra) => {
    const graph = new StateGraph(MessagesAnnotation)
      .addNode('answer', () => ({ messages: [] }))
      .addEdge(START, 'answer')
      .compile();
    const app = await startChat(graph);
    const ada = app.connect(as('ada'));
    const answer = await ada.emitWithAck('start_execution', { ...run('Hi'), ...extra });
    expect(refused(answer)).toBe('UNSUPPORTED_BY_AGENT');
    const inbox = await ThreadInbox.follow(ada, threadId);
    await start(ada, run('Hi'));
    await inbox.ended(1);
    expect(await conversation(ada, threadId)).toEqual([]);
    expect(refused(await ada.emitWithAck('get_thread_history', { threadId }))).toBe(
      'UNSUPPORTED_BY_AGENT',
    );
  });
});
