import { describe, expect, it } from '@jest/globals';
import { AIMessage } from '@langchain/core/messages';
import { MemorySaver, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { StreamingAgent, type StreamUpdate } from '../../../src/index.js';
import type { ThreadRunData } from '../../../src/protocol/thread-updates.js';
import { LangGraphAgent } from '../../../src/sources/langgraph/index.js';
import { says } from '../../support/agents.js';
import { Random } from '../../support/random.js';
import { startApp, type PlainClient } from '../../support/streaming-app.js';
import { conversation, ThreadInbox } from '../../support/threads.js';

/** `SCHEDULES=5000` tries more of them. */
const SCHEDULES = Number(process.env['SCHEDULES'] ?? 500);
/** How many threads are under way at a time. */
const AT_ONCE = 10;
const POLICIES = ['enqueue', 'reject', 'interrupt', 'rollback'] as const;

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Answers after some turns of the event loop, which the text names: `3:two` after 3. */
const graph = new StateGraph(MessagesAnnotation)
  .addNode('answer', async ({ messages }, config) => {
    const text = messages.at(-1)?.text ?? '';
    await turns(Number.parseInt(text, 10));
    config.signal?.throwIfAborted();
    return { messages: [new AIMessage(`echo ${text}`)] };
  })
  .addEdge(START, 'answer')
  .compile({ checkpointer: new MemorySaver() });

@StreamingAgent('slow')
class SlowAgent extends LangGraphAgent<typeof graph> {
  readonly graph = graph;
}

/** Two pages start runs in one thread, at random moments, and may cancel them. */
async function play(pages: readonly PlainClient[], threadId: string, random: () => number) {
  const inbox = await ThreadInbox.follow(pages[0] as PlainClient, threadId);
  const texts = new Map<string, string>();
  let refusals = 0;
  const count = 2 + Math.floor(random() * 4);
  const actions = Array.from({ length: count }, async (_, index) => {
    const page = pages[Math.floor(random() * pages.length)] as PlainClient;
    const multitask = POLICIES[Math.floor(random() * POLICIES.length)] as (typeof POLICIES)[number];
    const text = `${Math.floor(random() * 12)}:${index}`;
    const [before, cancelAfter] = [Math.floor(random() * 25), random() < 0.2 ? random() * 10 : -1];
    await turns(before);
    const input = says(text, `${threadId}-${index}`);
    const answer = await page.emitWithAck('start_execution', {
      agent: 'slow',
      threadId,
      input,
      multitask,
    });
    if (!answer.ok) {
      expect(answer.error.code).toBe('THREAD_BUSY');
      refusals += 1;
      return;
    }
    texts.set(answer.executionId, text);
    if (cancelAfter < 0) return;
    await turns(cancelAfter);
    const { executionId } = answer;
    await page.emitWithAck('cancel_execution', { executionId, threadId, reason: 'enough' });
  });
  await Promise.all(actions);
  await inbox.ended(count - refusals);
  return { updates: inbox.updates, texts };
}

const dataOf = ({ data }: StreamUpdate): ThreadRunData => data as ThreadRunData;

/** Of the runs of a thread one is active at a time, and each ends once. */
function checkLog(updates: readonly StreamUpdate[]): void {
  let active: string | undefined;
  const ended = new Set<string>();
  for (const update of updates) {
    const { executionId } = dataOf(update);
    expect(ended).not.toContain(executionId);
    if (update.type === 'run:start') {
      expect(active).toBeUndefined();
      active = executionId;
    }
    if (update.type !== 'run:end') continue;
    ended.add(executionId);
    if (active === executionId) active = undefined;
  }
  expect(active).toBeUndefined();
}

/** The conversations that a log allows: a run that was cancelled may have said less than all. */
function allowed(updates: readonly StreamUpdate[], texts: ReadonlyMap<string, string>): RegExp {
  const ends = updates.filter(({ type }) => type === 'run:end').map(dataOf);
  const parts = updates
    .filter(({ type }) => type === 'run:start')
    .map((update) => {
      const { executionId } = dataOf(update);
      const text = texts.get(executionId) ?? '?';
      const end = ends.find((one) => one.executionId === executionId);
      if (end?.void) return '';
      const [asked, answered] = [`user: ${text}\n`, `assistant: echo ${text}\n`];
      return end?.state === 'completed' ? asked + answered : `(${asked}(${answered})?)?`;
    });
  return new RegExp(`^${parts.join('')}$`);
}

async function checkSchedule(pages: readonly PlainClient[], seed: number): Promise<void> {
  const threadId = `thread-${seed}`;
  const { updates, texts } = await play(pages, threadId, new Random(seed).next);
  checkLog(updates);
  const said = await conversation(pages[1] as PlainClient, threadId);
  const whole = said.map((line) => `${line}\n`).join('');
  const pattern = allowed(updates, texts);
  if (!pattern.test(whole))
    throw new Error(
      `seed ${seed}: the log allows ${String(pattern)}, the checkpointer has\n${whole}`,
    );
  await pages[0]?.emitWithAck('unsubscribe_thread', { threadId });
}

describe(`${SCHEDULES} random schedules of two pages in one thread`, () => {
  it('leave one run active at a time, and a checkpointer that agrees with the log', async () => {
    const app = await startApp(
      { gateway: { rateLimit: false, maxSubscriptionsPerClient: 1_000 } },
      {
        providers: [SlowAgent],
      },
    );
    const pages = [app.connect(), app.connect()];
    for (let first = 1; first <= SCHEDULES; first += AT_ONCE)
      await Promise.all(
        Array.from({ length: AT_ONCE }, (_, index) => checkSchedule(pages, first + index)),
      );
  }, 240_000);
});
