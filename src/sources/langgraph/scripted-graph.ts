/**
 * One step of a scripted graph.
 *
 * @publicApi
 */
export type ScriptedStep =
  /** A model streams this text, word by word. */
  | { readonly says: string; readonly node?: string }
  /** The graph asks this question, and waits for the answer. */
  | { readonly asks: unknown; readonly node?: string }
  /** The graph streams this value as `custom`. */
  | { readonly sends: unknown; readonly node?: string }
  /** The graph fails with this message. */
  | { readonly throws: string; readonly node?: string };

/**
 * The type of a scripted graph. Pass the graph to `langGraph`, or use it in a `LangGraphAgent`.
 *
 * @publicApi
 */
export interface ScriptedGraph {
  /** Starts or continues a run, and resolves with its chunks. */
  stream(
    input: unknown,
    options?: { readonly configurable?: { readonly thread_id?: string } },
  ): Promise<AsyncIterable<unknown>>;
}

/**
 * Makes a real graph that runs a list of steps, for tests. It has one node for each step, and a checkpointer in
 * memory. It needs `@langchain/langgraph` and `@langchain/core`.
 *
 * ```ts
 * const graph = await scriptedGraph({ says: 'Shall I?' }, { asks: 'approve' }, { says: 'Done.' });
 * ```
 *
 * @param steps - the steps in order. `node` names the node of a step; the default names are `step1`, `step2`, …
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
