/**
 * One step of a scripted graph.
 *
 * @publicApi
 */
export type ScriptedStep =
  /** A model says this, a word at a time. */
  | { readonly says: string; readonly node?: string }
  /** The graph asks this, and waits for the answer. */
  | { readonly asks: unknown; readonly node?: string }
  /** The graph streams this as `custom`. */
  | { readonly sends: unknown; readonly node?: string }
  /** The graph fails with this message. */
  | { readonly throws: string; readonly node?: string };

/**
 * What a scripted graph looks like to `langGraph`.
 *
 * @publicApi
 */
export interface ScriptedGraph {
  stream(
    input: unknown,
    options?: { readonly configurable?: { readonly thread_id?: string } },
  ): Promise<AsyncIterable<unknown>>;
}

/**
 * A real graph, with a checkpointer in memory, that does what a test tells it: one node for each step. Needs
 * `@langchain/langgraph` and `@langchain/core`.
 *
 * ```ts
 * const graph = await scriptedGraph({ says: 'Shall I?' }, { asks: 'approve' }, { says: 'Done.' });
 * ```
 *
 * @param steps - what the graph does, in this order; nodes are called `step1`, `step2`, … unless they say
 * `node`
 *
 * @publicApi
 */
export async function scriptedGraph(...steps: readonly ScriptedStep[]): Promise<ScriptedGraph> {
  const { END, interrupt, MemorySaver, MessagesAnnotation, START, StateGraph } =
    await import('@langchain/langgraph');
  const { FakeListChatModel } = await import('@langchain/core/utils/testing');

  type State = typeof MessagesAnnotation.State;
  type Config = Parameters<InstanceType<typeof FakeListChatModel>['invoke']>[1] & {
    readonly writer?: (data: unknown) => void;
  };
  const play = (step: ScriptedStep) => async (state: State, config: Config) => {
    if ('says' in step) {
      const model = new FakeListChatModel({ responses: [step.says] });
      return { messages: [await model.invoke(state.messages, config)] };
    }
    if ('asks' in step) interrupt(step.asks);
    else if ('sends' in step) config.writer?.(step.sends);
    else throw new Error(step.throws);
    return {};
  };

  const names = steps.map(({ node }, index) => node ?? `step${index + 1}`);
  const graph = new StateGraph(MessagesAnnotation);
  const nodes = graph.addNode(
    Object.fromEntries(steps.map((step, index) => [names[index], play(step)])),
  );
  const path = [START, ...names, END] as never[];
  for (const [index, name] of path.slice(1).entries()) nodes.addEdge(path[index] as never, name);
  return nodes.compile({ checkpointer: new MemorySaver() });
}
