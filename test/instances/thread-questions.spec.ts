import { describe, expect, it } from '@jest/globals';
import {
  interrupt,
  MemorySaver,
  MessagesAnnotation,
  START,
  StateGraph,
} from '@langchain/langgraph';
import { redisBackend } from '../../src/cluster/redis/index.js';
import { OwnerAccessPolicy, type AccessRequest } from '../../src/index.js';
import { deferred } from '../../src/common/deferred.js';
import { chatOf, startChat } from '../support/agent-app.js';
import { as, askingChat, says, USERS } from '../support/agents.js';
import { askingGraph } from '../support/graphs.js';
import { refused } from '../support/plain-client.js';
import { clientOf, ownPrefix } from '../support/redis-backends.js';
import { redisForTests } from '../support/redis-for-tests.js';
import type { PlainClient, StreamingApp } from '../support/streaming-app.js';
import { ask, conversation, start, ThreadInbox } from '../support/threads.js';
import { describeInstances } from './support/backends.js';

const threadId = 'thread-1';
const run = { agent: 'chat', threadId, input: says('Hi') };

/** Lets principals do what a function says, and owners everything else. */
class QuestionPolicy extends OwnerAccessPolicy {
  constructor(
    private readonly decide: (request: AccessRequest) => boolean | Promise<boolean> | undefined,
  ) {
    super();
  }

  override authorize(request: AccessRequest): boolean | Promise<boolean> {
    return this.decide(request) ?? super.authorize(request);
  }
}

const withPolicy = (decide: ConstructorParameters<typeof QuestionPolicy>[0]) => ({
  gateway: { ...USERS.gateway, accessPolicy: new QuestionPolicy(decide) },
});

describeInstances('a question', (instances) => {
  it.each(['wait', 'end'] as const)(
    'takes the first valid answer on whichever instance, and every viewer learns whose (%s)',
    async (onInterrupt) => {
      const { start: startInstance } = instances();
      const graph = askingChat();
      const mayAnswer = withPolicy(({ action }) =>
        ['respond', 'start', 'read-thread', 'subscribe'].includes(action) ? true : undefined,
      );
      const apps: StreamingApp[] = [];
      for (let count = 0; count < 2; count += 1)
        apps.push(await startInstance(mayAnswer, chatOf(graph, { onInterrupt })));
      const users = ['ada', 'bob', 'cyd', 'dan'];
      const clients = users.map((user, index) => apps[index % 2]?.connect(as(user)) as PlainClient);
      const ada = clients[0] as PlainClient;
      const inboxes = [];
      for (const client of clients) inboxes.push(await ThreadInbox.follow(client, threadId));
      const { executionId } = await start(ada, run);
      for (const inbox of inboxes)
        await (onInterrupt === 'wait' ? inbox.until('run:interrupt') : inbox.ended(1));
      const { interrupts } = await ask(ada, 'get_thread', { threadId });
      const interruptId = interrupts[0]?.id ?? '';
      const answers = await Promise.all(
        clients.map((client, index) =>
          client.emitWithAck('respond_interrupt', {
            executionId,
            threadId,
            interruptId,
            value: users[index],
          }),
        ),
      );
      const winner = users[answers.findIndex(({ ok }) => ok)];
      expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
      for (const answer of answers)
        if (!answer.ok) expect(answer.error.code).toMatch(/^(EXECUTION_NOT_|THREAD_BUSY)/);
      for (const inbox of inboxes) {
        await inbox.ended(onInterrupt === 'wait' ? 1 : 2);
        const told = inbox.updates.filter(({ type }) => type === 'run:answer');
        expect(told.map(({ data }) => data)).toEqual([
          expect.objectContaining({ executionId, answered: [{ id: interruptId, by: winner }] }),
        ]);
      }
      expect(await conversation(ada, threadId)).toEqual([
        'user: Hi',
        `assistant: you said ${winner}`,
      ]);
    },
  );
});

describe('the policy of questions', () => {
  it('is asked about each question, also when several are answered in one message', async () => {
    const questions: Record<string, string> = { ada: 'a?', bob: 'b?' };
    const options = withPolicy(({ action, principal, interrupt: question }) =>
      action === 'respond' ? question?.value === questions[principal.id] : undefined,
    );
    const app = await startChat(askingGraph('a', 'b'), {}, options);
    const [ada, bob] = [app.connect(as('ada')), app.connect(as('bob'))];
    const inbox = await ThreadInbox.follow(ada, threadId);
    const { executionId } = await start(ada, { ...run, input: {} });
    await inbox.until('run:interrupt');
    const { interrupts } = await ask(ada, 'get_thread', { threadId });
    const idOf = (value: string): string => interrupts.find((one) => one.value === value)?.id ?? '';
    const both = ['a?', 'b?'].map((value) => ({ interruptId: idOf(value), value: 'yes' }));
    for (const client of [ada, bob])
      for (const answers of [both, both.toReversed()])
        expect(
          refused(await client.emitWithAck('respond_interrupt', { executionId, answers })),
        ).toBe('EXECUTION_NOT_FOUND');
    const wrong = { executionId, interruptId: idOf('b?'), value: 'yes' };
    expect(refused(await ada.emitWithAck('respond_interrupt', wrong))).toBe('EXECUTION_NOT_FOUND');
    await ask(ada, 'respond_interrupt', { executionId, interruptId: idOf('a?'), value: 'of ada' });
    await inbox.until('run:interrupt', 2);
    const { interrupts: left } = await ask(ada, 'get_thread', { threadId });
    expect(left.map(({ value }) => value)).toEqual(['b?']);
    await ask(bob, 'respond_interrupt', { executionId, value: 'of bob' });
    await inbox.ended(1);
    expect((await ask(ada, 'get_thread', { threadId })).state).toEqual({
      steps: expect.arrayContaining(['a:"of ada"', 'b:"of bob"']),
    });
  });

  it('decides about the question that it was asked about, not about the next one', async () => {
    const graph = new StateGraph(MessagesAnnotation)
      .addNode('ask', () => {
        const said = [interrupt('first?'), interrupt('second?')];
        return { messages: [{ role: 'assistant', content: said.join(', ') }] };
      })
      .addEdge(START, 'ask')
      .compile({ checkpointer: new MemorySaver() });
    const [asked, decided] = [deferred<void>(), deferred<boolean>()];
    const options = withPolicy(({ action, principal, interrupt: question }) => {
      if (action !== 'respond' || principal.id !== 'bob') return undefined;
      if (question?.value !== 'first?') return false;
      asked.resolve();
      return decided.promise;
    });
    const app = await startChat(graph, {}, options);
    const [ada, bob] = [app.connect(as('ada')), app.connect(as('bob'))];
    const inbox = await ThreadInbox.follow(ada, threadId);
    const { executionId } = await start(ada, run);
    await inbox.until('run:interrupt');
    const late = bob.emitWithAck('respond_interrupt', { executionId, value: 'of bob' });
    await asked.promise;
    await ask(ada, 'respond_interrupt', { executionId, value: 'one' });
    await inbox.until('run:interrupt', 2);
    decided.resolve(true);
    expect(refused(await late)).toBe('EXECUTION_NOT_INTERRUPTED');
    await ask(ada, 'respond_interrupt', { executionId, value: 'two' });
    await inbox.ended(1);
    expect(await conversation(ada, threadId)).toEqual(['user: Hi', 'assistant: one, two']);
  });

  it('lets an answer write into the state if it allows that too', async () => {
    const options = withPolicy(({ action }) => (action === 'command' ? true : undefined));
    const app = await startChat(askingChat(), {}, options);
    const ada = app.connect(as('ada'));
    const inbox = await ThreadInbox.follow(ada, threadId);
    const { executionId } = await start(ada, run);
    await inbox.until('run:interrupt');
    const update = says('by command');
    await ask(ada, 'respond_interrupt', { executionId, value: 'yes', update });
    await inbox.ended(1);
    expect(await conversation(ada, threadId)).toContain('user: by command');
  });
});

describe('a question in Redis', () => {
  const server = redisForTests();

  it.each(['wait', 'end'] as const)(
    'survives that every instance is stopped, and is answered once on a new one (%s)',
    async (onInterrupt) => {
      const graph = askingChat();
      const prefix = ownPrefix();
      const open = (): Promise<StreamingApp> =>
        startChat(
          graph,
          { onInterrupt },
          { ...USERS, backend: redisBackend({ client: clientOf(server().url), prefix }) },
        );
      const before = await open();
      const page = before.connect(as('ada'));
      const asked = await ThreadInbox.follow(page, threadId);
      const { executionId } = await start(page, run);
      await (onInterrupt === 'wait' ? asked.until('run:interrupt') : asked.ended(1));
      await before.app.close();

      const after = await open();
      const clients = [after.connect(as('ada')), after.connect(as('ada'))];
      const ada = clients[0] as PlainClient;
      const inbox = await ThreadInbox.follow(ada, threadId);
      const { interrupts } = await ask(ada, 'get_thread', { threadId });
      expect(interrupts).toMatchObject([{ executionId, value: { question: 'Answer "Hi"?' } }]);
      const answer = { executionId, threadId, value: 'yes' };
      const answers = await Promise.all(
        clients.map((client) => client.emitWithAck('respond_interrupt', answer)),
      );
      expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
      await inbox.ended(onInterrupt === 'wait' ? 1 : 2);
      expect(await conversation(ada, threadId)).toEqual(['user: Hi', 'assistant: you said yes']);
      expect((await ask(ada, 'get_thread', { threadId })).interrupts).toEqual([]);
    },
  );
});
