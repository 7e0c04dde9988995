import { describe, expect, it } from '@jest/globals';
import {
  StreamingGateway,
  StreamingWebSocketGateway,
  type StreamUpdate,
} from '../../../src/index.js';
import type { UpdateContent } from '../../../src/log/log-entry.js';
import { chatOf } from '../../support/agent-app.js';
import { as, askingChat, echoGraph, says, USERS } from '../../support/agents.js';
import { startApp, type PlainClient, type StreamingApp } from '../../support/streaming-app.js';
import { ask, start, ThreadInbox } from '../../support/threads.js';
import type { StreamableGraph } from '../../../src/sources/langgraph/index.js';

type Hook = (update: StreamUpdate) => UpdateContent | undefined;

/** A chat whose gateway shows what a hook makes of updates. */
async function startWith(hook: Hook, graph: StreamableGraph): Promise<StreamingApp> {
  @StreamingGateway()
  class ShowingGateway extends StreamingWebSocketGateway {
    protected override beforeDeliver(update: StreamUpdate): UpdateContent | undefined {
      return hook(update);
    }
  }
  const { providers = [] } = chatOf(graph);
  return startApp(USERS, { providers: [...providers, ShowingGateway] });
}

const SECRET = 'the secret';
const threadId = 'thread-1';

const redact: Hook = (update) => {
  if (update.type === 'values') return { ...update, data: { messages: [] } };
  if (update.type !== 'interrupt') return update;
  const { interrupts = [] } = update.data;
  const data = { ...update.data, interrupts: interrupts.map(({ id }) => ({ id, value: '***' })) };
  return { ...update, data };
};

const HOOKS: readonly [string, Hook, number][] = [
  ['redacts', redact, 1],
  ['withholds', () => undefined, 0],
  [
    'throws at',
    () => {
      throw new Error('not prepared for this');
    },
    0,
  ],
];

/** Everything that a client hears, as JSON. */
function heardBy(client: PlainClient): string[] {
  const heard: string[] = [];
  client.onAny((event: string, message: unknown) =>
    heard.push(`${event} ${JSON.stringify(message)}`),
  );
  return heard;
}

describe('what a hook keeps from viewers', () => {
  it.each(
    HOOKS.flatMap(([what, hook, shown]) =>
      (['wait', 'end'] as const).map((onInterrupt) => [what, onInterrupt, hook, shown] as const),
    ),
  )(
    'is told by no update and no answer of a thread: it %s the question of a run that would %s',
    async (_what, onInterrupt, hook, shown) => {
      const app = await startWith(hook, askingChat());
      const ada = app.connect(as('ada'));
      const heard = heardBy(ada);
      const inbox = await ThreadInbox.follow(ada, threadId);
      const input = says(SECRET);
      const { executionId } = await start(ada, {
        agent: 'chat',
        threadId,
        input,
        onInterrupt,
        follow: true,
      });
      await inbox.until(onInterrupt === 'wait' ? 'run:interrupt' : 'run:end');
      const thread = await ask(ada, 'get_thread', { threadId });
      const history = await ask(ada, 'get_thread_history', { threadId });
      const again = await ask(ada, 'subscribe_thread', { threadId, from: 'start' });
      await ask(ada, 'subscribe_execution', { executionId, options: { from: 'start' } });
      const status = await ask(ada, 'get_status', { executionId });
      await ask(ada, 'ping', {});
      for (const told of [...heard, thread, history, again, status])
        expect(JSON.stringify(told)).not.toContain(SECRET);
      expect(thread.messages).toEqual([]);
      expect(thread.interrupts).toHaveLength(shown);
      expect(history.checkpoints.length).toBeGreaterThan(0);
      // What became of the run is told all the same.
      const state = onInterrupt === 'wait' ? 'interrupted' : 'completed';
      expect(inbox.updates.at(-1)?.data).toMatchObject({ executionId, state });
      expect(thread.runs.map((run) => run.state)).toEqual(onInterrupt === 'wait' ? [state] : []);
    },
  );

  it('leaves the rest of a thread as it is', async () => {
    const seen: string[] = [];
    const app = await startWith((update) => {
      seen.push(update.type);
      return update;
    }, askingChat());
    const plain = await startApp(USERS, chatOf(askingChat()));
    const answers: unknown[] = [];
    for (const { connect } of [app, plain]) {
      const ada = connect(as('ada'));
      const inbox = await ThreadInbox.follow(ada, threadId);
      await start(ada, { agent: 'chat', threadId, input: says('Hi'), onInterrupt: 'wait' });
      await inbox.until('run:interrupt');
      const { messages, state, interrupts, runs } = await ask(ada, 'get_thread', { threadId });
      const { checkpoints } = await ask(ada, 'get_thread_history', { threadId });
      const values = interrupts.map(({ value }) => value);
      answers.push([messages, state, values, runs.length, checkpoints.map((one) => one.messages)]);
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]).toMatchObject([[{ role: 'user', content: 'Hi' }], {}, [{}], 1, [[{}], []]]);
    expect(seen).toContain('values');
  });

  it('can be a part of the conversation', async () => {
    const app = await startWith((update) => {
      if (update.type !== 'values') return update;
      const { messages } = update.data as { messages: { content: string }[] };
      return {
        ...update,
        data: { messages: messages.filter(({ content }) => content !== SECRET) },
      };
    }, echoGraph());
    const ada = app.connect(as('ada'));
    const inbox = await ThreadInbox.follow(ada, threadId);
    for (const [index, text] of ['Hi', SECRET].entries()) {
      await start(ada, { agent: 'chat', threadId, input: says(text) });
      await inbox.ended(index + 1);
    }
    const { messages } = await ask(ada, 'get_thread', { threadId });
    expect(messages.map(({ content }) => content)).toEqual(['Hi', 'echo Hi', `echo ${SECRET}`]);
  });
});
