import { setTimeout as wait } from 'node:timers/promises';
import { AIMessage, SystemMessage, type BaseMessage } from '@langchain/core/messages';
import {
  Annotation,
  END,
  interrupt,
  MessagesAnnotation,
  START,
  StateGraph,
  type BaseCheckpointSaver,
  type LangGraphRunnableConfig,
} from '@langchain/langgraph';
import { ToolNode } from '@langchain/langgraph/prebuilt';
import { findTrain } from './find-train.tool.js';
import type { AgentStep, ModelFor } from './model-for.js';
import { GREET, planTask, RESEARCH } from './tasks.js';

const TripState = Annotation.Root({
  ...MessagesAnnotation.spec,
  /** What the research found. */
  notes: Annotation<string>,
  /** Whether the traveller wants the seats. */
  approved: Annotation<boolean>,
});

/** Asks the model of a step, with its task and what was said so far. */
type AskModel = (
  step: AgentStep,
  task: string,
  messages: readonly BaseMessage[],
  config: LangGraphRunnableConfig,
) => Promise<BaseMessage>;

const SOURCES = ['the timetable', 'the weather', 'what is on', 'where to eat'];

/**
 * A travel agent: it greets, looks for a train with a tool, does its research in a subgraph, asks
 * the traveller before it reserves, and writes the plan.
 */
export function createTravelAgent(modelFor: ModelFor, checkpointer: BaseCheckpointSaver) {
  const ask: AskModel = (step, task, messages, config) =>
    modelFor(step).invoke([new SystemMessage(task), ...messages], config);

  return new StateGraph(TripState)
    .addNode('assistant', async ({ messages }, config) => {
      const model = modelFor('assistant');
      const request = [new SystemMessage(GREET), ...messages];
      const reply = await (model.bindTools?.([findTrain]) ?? model).invoke(request, config);
      return { messages: [reply] };
    })
    .addNode('tools', new ToolNode([findTrain]))
    .addNode('research', researchGraph(ask))
    .addNode('approve', ({ messages }) => {
      const train = trainOf(messages);
      const question = train ? `Shall I reserve ${train}?` : 'Shall I write the plan?';
      return { approved: interrupt<{ question: string }, unknown>({ question }) === true };
    })
    .addNode('answer', async ({ messages, notes, approved }, config) => {
      return { messages: [await ask('answer', planTask(notes, approved), messages, config)] };
    })
    .addEdge(START, 'assistant')
    .addConditionalEdges('assistant', ({ messages }) =>
      callsTool(messages) ? 'tools' : 'research',
    )
    .addEdge('tools', 'research')
    .addEdge('research', 'approve')
    .addEdge('approve', 'answer')
    .addEdge('answer', END)
    .compile({ checkpointer });
}

/** The subgraph: reads its sources, telling how far it is, and sums them up. */
function researchGraph(ask: AskModel) {
  return new StateGraph(TripState)
    .addNode('gather', async (_trip, config) => {
      for (const [index, source] of SOURCES.entries()) {
        const progress = ((index + 1) / SOURCES.length) * 100;
        await wait(200, undefined, config.signal && { signal: config.signal });
        config.writer?.({ type: 'progress', progress, message: `Read ${source}` });
      }
      return {};
    })
    .addNode('summarize', async ({ messages }, config) => {
      return { notes: (await ask('research', RESEARCH, messages, config)).text };
    })
    .addEdge(START, 'gather')
    .addEdge('gather', 'summarize')
    .addEdge('summarize', END)
    .compile();
}

function callsTool(messages: readonly BaseMessage[]): boolean {
  const last = messages.at(-1);
  return AIMessage.isInstance(last) && (last.tool_calls?.length ?? 0) > 0;
}

function trainOf(messages: readonly BaseMessage[]): string | undefined {
  return messages.findLast((message) => message.type === 'tool')?.text;
}
