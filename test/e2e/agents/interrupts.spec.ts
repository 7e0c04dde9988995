import { describe, expect, it } from '@jest/globals';
import { startChat } from '../../support/agent-app.js';
import { as, askingChat, says } from '../../support/agents.js';
import { accepted, Inbox, refused } from '../../support/plain-client.js';
import { askingGraph } from '../../support/graphs.js';
import { ask, conversation, start, ThreadInbox } from '../../support/threads.js';

const threadId = 'thread-1';

describe('a run that asks', () => {
  it('waits for the answer, and every viewer learns who gave it', async () => {
    const app = await startChat(askingChat());
    const [page, tab] = [app.connect(as('ada')), app.connect(as('ada'))];
    const [inbox, thread] = [new Inbox(tab), await ThreadInbox.follow(page, threadId)];
    const { executionId } = await start(tab, {
      agent: 'chat',
      threadId,
      input: says('Hi'),
      follow: true,
    });
    await thread.until('run:interrupt');
    const { interrupts, runs } = await ask(page, 'get_thread', { threadId });
    expect(interrupts).toEqual([
      { id: expect.any(String), value: { question: 'Answer "Hi"?' }, executionId },
    ]);
    const [question] = interrupts;
    const id = question?.id ?? '';
    expect(runs).toMatchObject([{ executionId, state: 'interrupted' }]);
    const unknown = { executionId, interruptId: 'other', value: 'no' };
    expect(refused(await page.emitWithAck('respond_interrupt', unknown))).toBe(
      'EXECUTION_NOT_INTERRUPTED',
    );
    const answers = await Promise.all(
      [page, tab].map((client, index) =>
        client.emitWithAck('respond_interrupt', { executionId, interruptId: id, value: index }),
      ),
    );
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    await thread.ended(1);
    const answered = [{ id, by: 'ada' }];
    expect(thread.updates.map(({ type, data }) => [type, data])).toEqual([
      ['run:start', { executionId, state: 'running', startedBy: 'ada' }],
      ['run:interrupt', { executionId, state: 'interrupted', interrupts: [expect.anything()] }],
      ['run:answer', { executionId, state: 'running', answered }],
      ['run:end', { executionId, state: 'completed' }],
    ]);
    await inbox.ended(executionId);
    expect(inbox.brief).toContainEqual(['workflow:resume', { state: 'running', answered }]);
  });

  it('takes the answers to several questions in one message', async () => {
    const app = await startChat(askingGraph('a', 'b'));
    const page = app.connect(as('ada'));
    const thread = await ThreadInbox.follow(page, threadId);
    const { executionId } = await start(page, { agent: 'chat', threadId, input: {} });
    await thread.until('run:interrupt');
    const { interrupts } = await ask(page, 'get_thread', { threadId });
    expect(new Set(interrupts.map(({ value }) => value))).toEqual(new Set(['a?', 'b?']));
    const answers = interrupts.map(({ id, value }) => ({
      interruptId: id,
      value: `to ${String(value)}`,
    }));
    const twice = { executionId, answers: [answers[0], answers[0]] as typeof answers };
    expect(refused(await page.emitWithAck('respond_interrupt', twice))).toBe(
      'EXECUTION_NOT_INTERRUPTED',
    );
    await ask(page, 'respond_interrupt', { executionId, answers });
    await thread.ended(1);
    const { state } = await ask(page, 'get_thread', { threadId });
    expect(state).toEqual({ steps: ['a:"to a?"', 'b:"to b?"', 'done'] });
  });

  it('ends, if that is asked for, and the answer starts the next run', async () => {
    const app = await startChat(askingChat(), { onInterrupt: 'end' });
    const [page, tab] = [app.connect(as('ada')), app.connect(as('ada'))];
    const thread = await ThreadInbox.follow(page, threadId);
    const { executionId } = await start(page, { agent: 'chat', threadId, input: says('Hi') });
    await thread.ended(1);
    const { interrupts, runs } = await ask(tab, 'get_thread', { threadId });
    expect(runs).toEqual([]);
    expect(interrupts).toMatchObject([{ executionId, value: { question: 'Answer "Hi"?' } }]);
    const id = interrupts[0]?.id ?? '';
    const answer = { executionId, threadId, interruptId: id, value: 'yes' };
    const answers = await Promise.all(
      [page, tab, page].map((client) => client.emitWithAck('respond_interrupt', answer)),
    );
    const taken = answers.filter(({ ok }) => ok).map(accepted);
    expect(taken).toEqual([{ executionId: expect.any(String) }]);
    const nextId = taken[0]?.executionId ?? '';
    expect(nextId).not.toBe(executionId);
    await thread.ended(2);
    expect(thread.brief({ [executionId]: 'first', [nextId]: 'next' })).toEqual([
      'run:start first running',
      'run:end first completed',
      'run:answer first completed',
      'run:start next running',
      'run:end next completed',
    ]);
    expect(await conversation(page, threadId)).toEqual(['user: Hi', 'assistant: you said yes']);
    expect((await ask(page, 'get_thread', { threadId })).interrupts).toEqual([]);
  });

  it('is not answered by others, and its state not written without permission', async () => {
    const app = await startChat(askingChat());
    const [ada, bob] = [app.connect(as('ada')), app.connect(as('bob'))];
    const thread = await ThreadInbox.follow(ada, threadId);
    const { executionId } = await start(ada, { agent: 'chat', threadId, input: says('Hi') });
    await thread.until('run:interrupt');
    const answer = { executionId, value: 'yes' };
    expect(refused(await bob.emitWithAck('respond_interrupt', answer))).toBe('EXECUTION_NOT_FOUND');
    for (const extra of [{ goto: 'ask' }, { update: { messages: [] } }])
      expect(refused(await ada.emitWithAck('respond_interrupt', { ...answer, ...extra }))).toBe(
        'EXECUTION_NOT_FOUND',
      );
    await ask(ada, 'respond_interrupt', answer);
    await thread.ended(1);
  });
});
