import { describe, expect, it } from '@jest/globals';
import {
  Command,
  END,
  interrupt,
  MemorySaver,
  START,
  StateGraph,
  type LangGraphRunnableConfig,
} from '@langchain/langgraph';
import { langGraphVersion } from '../../../test/support/lang-graph-version.js';
import { Steps } from '../../../test/support/graphs.js';
import { RecordingContext } from '../../../test/support/recording-context.js';
import { smallRegistry } from '../../../test/support/small-registry.js';
import { WIDE_BOUNDS } from '../../../test/support/wide-bounds.js';
import { MemoryStreamLog } from '../../log/memory-stream-log.js';
import { BREAKPOINT_ID, langGraph } from './index.js';

const THREAD = { configurable: { thread_id: 'thread-1' } };
type CompileOptions = Parameters<typeof reviewGraph>[0];

/** Writes a draft, asks whether to send it, and sends it. */
function reviewGraph(options: { readonly interruptBefore?: ['send'] } = {}) {
  return new StateGraph(Steps)
    .addNode('draft', () => ({ steps: ['draft'] }))
    .addNode('ask', () => ({ steps: [`ask:${String(interrupt('Send it?'))}`] }))
    .addNode('send', () => ({ steps: ['send'] }))
    .addEdge(START, 'draft')
    .addEdge('draft', 'ask')
    .addEdge('ask', 'send')
    .addEdge('send', END)
    .compile({ checkpointer: new MemorySaver(), ...options });
}

/** The graph, after a run in which the answer was "approve". */
async function approved(options?: CompileOptions) {
  const graph = reviewGraph(options);
  await graph.invoke({ steps: ['in'] }, THREAD);
  await graph.invoke(new Command({ resume: 'approve' }), THREAD);
  if (options?.interruptBefore) await graph.invoke(null, THREAD);
  return graph;
}

/** Where the graph was before a node. */
async function before(graph: ReturnType<typeof reviewGraph>, node: string) {
  for await (const { next, config } of graph.getStateHistory(THREAD)) {
    if (next.includes(node)) return config;
  }
  throw new Error(`The graph was never before ${node}.`);
}

async function stepsOf(graph: ReturnType<typeof reviewGraph>): Promise<readonly string[]> {
  return ((await graph.getState(THREAD)).values as typeof Steps.State).steps;
}

/** Runs a source to its end, and answers each question with the next answer. */
async function play(
  graph: ReturnType<typeof reviewGraph>,
  config: LangGraphRunnableConfig,
  answers: readonly string[],
  input: { steps: string[] } | null = null,
) {
  const context = new RecordingContext();
  const source = langGraph(graph, input, { config });
  const asked: unknown[] = [];
  let outcome = await source.run(context);
  for (const value of answers) {
    if (outcome.state !== 'interrupted') throw new Error(`No question for ${value}.`);
    asked.push(outcome.interrupts.map((question) => question.value));
    const [question] = outcome.interrupts;
    const next = await source.resume?.(context, { interruptId: question?.id, value });
    if (!next) throw new Error('The source cannot go on.');
    outcome = next;
  }
  return { outcome, asked };
}

describe('a run that starts at an earlier checkpoint', () => {
  it('takes the new answer, not the one that its thread had stored', async () => {
    const graph = await approved();
    const { outcome, asked } = await play(graph, await before(graph, 'draft'), ['reject']);
    expect(asked).toEqual([['Send it?']]);
    expect(outcome).toEqual({
      state: 'completed',
      result: { steps: ['in', 'draft', 'ask:reject', 'send'] },
    });
    expect(await stepsOf(graph)).toEqual(['in', 'draft', 'ask:reject', 'send']);
  });

  // Before 1.6 LangGraph itself takes the stored answer when the node that asks comes next.
  const itForks = Number(langGraphVersion().split('.')[1]) >= 6 ? it : it.skip;
  itForks('asks again when the node that asks comes next', async () => {
    const graph = await approved();
    const { outcome } = await play(graph, await before(graph, 'ask'), ['reject']);
    expect(outcome).toMatchObject({ result: { steps: ['in', 'draft', 'ask:reject', 'send'] } });
  });

  it('takes an answer to the question that its thread never answered', async () => {
    const graph = reviewGraph();
    await graph.invoke({ steps: ['in'] }, THREAD);
    const asking = await before(graph, 'ask');
    await graph.invoke({ steps: ['other'] }, THREAD);
    const { outcome } = await play(graph, asking, ['yes']);
    expect(outcome).toMatchObject({ result: { steps: ['in', 'draft', 'ask:yes', 'send'] } });
  });

  it('goes on with an edited state', async () => {
    const graph = await approved();
    const edited = await graph.updateState(
      await before(graph, 'draft'),
      { steps: ['edit'] },
      START,
    );
    const { outcome } = await play(graph, edited, ['reject']);
    expect(outcome).toMatchObject({
      result: { steps: ['in', 'edit', 'draft', 'ask:reject', 'send'] },
    });
  });

  it('goes on with a new input', async () => {
    const graph = await approved();
    const config = await before(graph, 'draft');
    const { outcome } = await play(graph, config, ['reject'], { steps: ['new'] });
    expect(outcome).toMatchObject({
      result: { steps: ['in', 'new', 'draft', 'ask:reject', 'send'] },
    });
  });

  it('stops once at a breakpoint', async () => {
    const graph = await approved({ interruptBefore: ['send'] });
    const config = await before(graph, 'draft');
    const { outcome, asked } = await play(graph, config, ['reject', 'go']);
    expect(asked).toEqual([['Send it?'], [null]]);
    expect(outcome).toMatchObject({ result: { steps: ['in', 'draft', 'ask:reject', 'send'] } });
  });
});

describe('a question', () => {
  /** Asks twice in one node: older versions of LangGraph give both questions one id. */
  const twiceAsking = () =>
    new StateGraph(Steps)
      .addNode('ask', () => ({ steps: [String(interrupt('one?')), String(interrupt('two?'))] }))
      .addEdge(START, 'ask')
      .compile({ checkpointer: new MemorySaver() });

  it('has an id of its own, also in a node that asks twice', async () => {
    const context = new RecordingContext();
    const source = langGraph(twiceAsking(), { steps: [] });
    const first = await source.run(context);
    const [one] = first.state === 'interrupted' ? first.interrupts : [];
    const second = await source.resume?.(context, { interruptId: one?.id, value: 'a' });
    const [two] = second?.state === 'interrupted' ? second.interrupts : [];
    expect([one?.value, two?.value]).toEqual(['one?', 'two?']);
    expect(two?.id).not.toBe(one?.id);
    expect(await source.resume?.(context, { interruptId: two?.id, value: 'b' })).toEqual({
      state: 'completed',
      result: { steps: ['a', 'b'] },
    });
  });

  it('has an id of its own for each breakpoint', async () => {
    const graph = new StateGraph(Steps)
      .addNode('one', () => ({ steps: ['one'] }))
      .addNode('two', () => ({ steps: ['two'] }))
      .addEdge(START, 'one')
      .addEdge('one', 'two')
      .compile({ checkpointer: new MemorySaver(), interruptBefore: ['one', 'two'] });
    const context = new RecordingContext();
    const source = langGraph(graph, { steps: [] });
    await source.run(context);
    expect(await source.resume?.(context, { interruptId: BREAKPOINT_ID, value: 1 })).toEqual({
      state: 'interrupted',
      interrupts: [{ id: `${BREAKPOINT_ID}:2`, value: null }],
    });
    expect(
      await source.resume?.(context, { interruptId: `${BREAKPOINT_ID}:2`, value: 1 }),
    ).toMatchObject({ state: 'completed' });
  });

  it('refuses an answer to the question before', async () => {
    const { streaming } = smallRegistry(new MemoryStreamLog(WIDE_BOUNDS));
    const { executionId, done } = streaming.run(langGraph(twiceAsking(), { steps: [] }));
    const questions: string[] = [];
    for await (const update of streaming.follow(executionId)) {
      if (update.type !== 'interrupt') continue;
      const [question] = update.data.interrupts ?? [];
      questions.push(question?.id ?? '');
      for (const late of questions.slice(0, -1)) {
        await expect(
          streaming.respond(executionId, { interruptId: late, value: 'late' }),
        ).rejects.toEqual(expect.objectContaining({ code: 'EXECUTION_NOT_INTERRUPTED' }));
      }
      await streaming.respond(executionId, { interruptId: question?.id, value: questions.length });
    }
    expect(questions).toHaveLength(2);
    expect(await done).toEqual({ state: 'completed', result: { steps: ['1', '2'] } });
  });
});
