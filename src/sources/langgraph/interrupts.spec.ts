import { describe, expect, it } from '@jest/globals';
import { AIMessage } from '@langchain/core/messages';
import { END, interrupt, MemorySaver, START, StateGraph } from '@langchain/langgraph';
import { askingGraph, nestedAskingGraph, Steps } from '../../../test/support/graphs.js';
import { RecordingContext } from '../../../test/support/recording-context.js';
import type { SourceOutcome } from '../../executions/execution-source.js';
import { BREAKPOINT_ID, langGraph } from './index.js';
import { STREAM_MODES } from './lang-graph-options.js';

function questionsOf(outcome: SourceOutcome) {
  if (outcome.state !== 'interrupted') throw new Error(`The run is ${outcome.state}.`);
  return outcome.interrupts;
}

function idOf(outcome: SourceOutcome, question: unknown): string {
  const found = questionsOf(outcome).find(({ value }) => value === question);
  if (!found) throw new Error(`Nobody asked ${String(question)}`);
  return found.id;
}

describe('an interrupted graph', () => {
  it.each(STREAM_MODES.filter((mode) => mode !== 'chat'))(
    'is found when only "%s" is streamed',
    async (streamMode) => {
      const source = langGraph(askingGraph('a'), { steps: [] }, { streamMode });
      expect(await source.run(new RecordingContext())).toEqual({
        state: 'interrupted',
        interrupts: [{ id: expect.any(String), value: 'a?' }],
      });
    },
  );

  it('streams no update for the interrupt itself', async () => {
    const context = new RecordingContext();
    const options = { streamMode: ['values', 'updates'], nodeEvents: false } as const;
    await langGraph(askingGraph('a'), { steps: [] }, options).run(context);
    expect(context.updatesWithoutTask).toEqual([{ type: 'values', data: { steps: [] } }]);
  });

  it('goes on with the answer, in the same thread', async () => {
    const graph = askingGraph('a');
    const context = new RecordingContext('execution-7');
    const source = langGraph(graph, { steps: [] }, { streamMode: 'updates', nodeEvents: false });
    const interruptId = idOf(await source.run(context), 'a?');
    const outcome = await source.resume?.(context, { interruptId, value: { ok: true } });
    expect(outcome).toEqual({
      state: 'completed',
      result: { steps: ['a:{"ok":true}', 'done'] },
    });
    expect(context.updates.map(({ data }) => data)).toEqual([
      { a: { steps: ['a:{"ok":true}'] } },
      { done: { steps: ['done'] } },
    ]);
    const state = await graph.getState({ configurable: { thread_id: 'execution-7' } });
    expect(state.values).toEqual({ steps: ['a:{"ok":true}', 'done'] });
  });

  it.each([null, false, 0, '', 'text', { nested: [1] }])('takes %j as an answer', async (value) => {
    const context = new RecordingContext();
    const source = langGraph(askingGraph('a'), { steps: [] });
    const interruptId = idOf(await source.run(context), 'a?');
    expect(await source.resume?.(context, { interruptId, value })).toEqual({
      state: 'completed',
      result: { steps: [`a:${JSON.stringify(value)}`, 'done'] },
    });
  });

  it('needs no interrupt id when one question is open', async () => {
    const context = new RecordingContext();
    const source = langGraph(askingGraph('a'), { steps: [] });
    await source.run(context);
    expect(await source.resume?.(context, { value: 'yes' })).toEqual({
      state: 'completed',
      result: { steps: ['a:"yes"', 'done'] },
    });
  });

  it('asks several questions at once and takes the answers one by one, in any order', async () => {
    const context = new RecordingContext();
    const options = { streamMode: 'updates', nodeEvents: false } as const;
    const source = langGraph(askingGraph('a', 'b'), { steps: [] }, options);
    const asked = await source.run(context);
    expect(questionsOf(asked).map(({ value }) => value)).toEqual(['a?', 'b?']);

    const second = await source.resume?.(context, { interruptId: idOf(asked, 'b?'), value: 2 });
    expect(second).toEqual({
      state: 'interrupted',
      interrupts: [{ id: idOf(asked, 'a?'), value: 'a?' }],
    });

    const last = await source.resume?.(context, { interruptId: idOf(asked, 'a?'), value: 1 });
    expect(last).toEqual({ state: 'completed', result: { steps: ['a:1', 'b:2', 'done'] } });
    expect(context.updates.map(({ data }) => data)).toEqual([
      { b: { steps: ['b:2'] } },
      { a: { steps: ['a:1'] } },
      { done: { steps: ['done'] } },
    ]);
  });

  it('asks a question of a subgraph once', async () => {
    const context = new RecordingContext();
    const source = langGraph(nestedAskingGraph(), { steps: [] }, { subgraphs: true });
    const asked = await source.run(context);
    expect(asked).toEqual({
      state: 'interrupted',
      interrupts: [{ id: expect.any(String), value: { question: 'Go on?' } }],
    });
    const [question] = questionsOf(asked);
    expect(await source.resume?.(context, { interruptId: question?.id, value: 'yes' })).toEqual({
      state: 'completed',
      result: { steps: ['ask:yes'] },
    });
  });

  it('stops at a breakpoint and goes on after any answer', async () => {
    const graph = new StateGraph(Steps)
      .addNode('one', () => ({ steps: ['one'] }))
      .addNode('two', () => ({ steps: ['two'] }))
      .addEdge(START, 'one')
      .addEdge('one', 'two')
      .addEdge('two', END)
      .compile({ checkpointer: new MemorySaver(), interruptBefore: ['two'] });
    const context = new RecordingContext();
    const source = langGraph(graph, { steps: [] });
    expect(await source.run(context)).toEqual({
      state: 'interrupted',
      interrupts: [{ id: BREAKPOINT_ID, value: null }],
    });
    expect(await source.resume?.(context, { interruptId: BREAKPOINT_ID, value: 'go' })).toEqual({
      state: 'completed',
      result: { steps: ['one', 'two'] },
    });
  });

  it('does not take the answer to a breakpoint for that to a question', async () => {
    const graph = new StateGraph(Steps)
      .addNode('ask', () => ({ steps: [`ask:${String(interrupt('ask?'))}`] }))
      .addEdge(START, 'ask')
      .addEdge('ask', END)
      .compile({ checkpointer: new MemorySaver(), interruptBefore: ['ask'] });
    const context = new RecordingContext();
    const source = langGraph(graph, { steps: [] });
    await source.run(context);
    const answer = { interruptId: BREAKPOINT_ID, value: 'go' };
    expect(await source.resume?.(context, answer)).toEqual({
      state: 'interrupted',
      interrupts: [{ id: expect.any(String), value: 'ask?' }],
    });
  });

  it('shows messages in a question as plain data', async () => {
    const draft = new AIMessage({ id: 'draft-1', content: 'Dear customer' });
    const graph = new StateGraph(Steps)
      .addNode('ask', () => ({ steps: [String(interrupt({ draft }))] }))
      .addEdge(START, 'ask')
      .addEdge('ask', END)
      .compile({ checkpointer: new MemorySaver() });
    const outcome = await langGraph(graph, { steps: [] }).run(new RecordingContext());
    expect(questionsOf(outcome)[0]?.value).toEqual({
      draft: { id: 'draft-1', role: 'assistant', content: 'Dear customer' },
    });
  });

  it('keeps the thread that the application names', async () => {
    const graph = askingGraph('a');
    const config = { configurable: { thread_id: 'my-thread' } };
    const source = langGraph(graph, { steps: [] }, { config });
    const context = new RecordingContext();
    await source.run(context);
    await source.resume?.(context, { value: 1 });
    expect((await graph.getState(config)).values).toEqual({ steps: ['a:1', 'done'] });
  });

  it('says that a checkpointer is missing', async () => {
    const graph = new StateGraph(Steps)
      .addNode('ask', () => ({ steps: [String(interrupt('?'))] }))
      .addEdge(START, 'ask')
      .addEdge('ask', END)
      .compile();
    const source = langGraph(graph, { steps: [] });
    const missing = {
      code: 'UNSUPPORTED_SOURCE',
      message: expect.stringContaining('checkpointer'),
    };
    await expect(source.run(new RecordingContext())).rejects.toMatchObject(missing);
    await expect(source.resume?.(new RecordingContext(), { value: 1 })).rejects.toMatchObject(
      missing,
    );
  });
});
