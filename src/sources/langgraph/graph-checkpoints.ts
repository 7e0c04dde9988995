import { isRecord, listOf, numberOf, recordOf, textOf } from '../../common/is-record.js';
import { StreamingError } from '../../errors/streaming.error.js';
import type { InterruptRequest } from '../../protocol/stream-update.js';
import type { StreamedMessage } from '../../protocol/streamed-message.js';
import type { ThreadCheckpoint } from '../../protocol/thread-messages.js';
import type { AgentCheckpoints, StateEdit } from '../agent.js';
import { copyInSlices } from '../plain-data.js';
import { conversationOf } from './conversation.js';
import { interruptsOf } from './interrupts.js';

/** The methods of a compiled graph with a checkpointer. */
export interface CheckpointedGraph {
  readonly checkpointer: { deleteThread?(threadId: string): Promise<void> };
  getState(config: object): Promise<unknown>;
  getStateHistory(config: object, options?: object): AsyncIterable<unknown>;
  updateState(config: object, values: unknown, asNode?: string): Promise<unknown>;
}

/** Whether a graph keeps checkpoints. */
export function isCheckpointed(graph: object): graph is CheckpointedGraph {
  return 'checkpointer' in graph && isRecord(graph.checkpointer) && 'getState' in graph;
}

/** The checkpoints of a graph's threads, in the form for clients. */
export class GraphCheckpoints implements AgentCheckpoints {
  /** @param messagesKey - the key of the state that has the messages of the conversation */
  constructor(
    private readonly graph: CheckpointedGraph,
    private readonly messagesKey: string,
  ) {}

  async get(threadId: string, checkpointId?: string): Promise<ThreadCheckpoint | undefined> {
    if (checkpointId === undefined) return this.#toCheckpoint(await this.#newest(threadId));
    return this.#toCheckpoint(await this.graph.getState(configOf(threadId, checkpointId)));
  }

  /**
   * The newest state. The graph applies the input of a run that has not begun to it. If the graph cannot read this
   * input, such as a message with an unknown role, the run fails, and the state without the input counts.
   */
  async #newest(threadId: string): Promise<unknown> {
    const config = configOf(threadId);
    try {
      return await this.graph.getState(config);
    } catch (error) {
      for await (const snapshot of this.graph.getStateHistory(config, { limit: 1 }))
        return snapshot;
      throw error;
    }
  }

  async history(
    threadId: string,
    { limit, before }: { readonly limit: number; readonly before?: string | undefined },
  ): Promise<readonly ThreadCheckpoint[]> {
    const options = { limit, ...(before !== undefined && { before: configOf(threadId, before) }) };
    const found: ThreadCheckpoint[] = [];
    for await (const snapshot of this.graph.getStateHistory(configOf(threadId), options)) {
      const checkpoint = await this.#toCheckpoint(snapshot);
      if (checkpoint) found.push(checkpoint);
      // Some checkpointers ignore the limit.
      if (found.length >= limit) break;
    }
    return found;
  }

  async update(
    threadId: string,
    { values, asNode, checkpointId }: StateEdit,
  ): Promise<string | undefined> {
    const config = configOf(threadId, checkpointId);
    return checkpointIdOf(await this.graph.updateState(config, values, asNode));
  }

  async delete(threadId: string): Promise<void> {
    const { checkpointer } = this.graph;
    if (!checkpointer.deleteThread)
      throw new StreamingError(
        'UNSUPPORTED_BY_AGENT',
        'The checkpointer of the graph cannot delete threads; use one that has `deleteThread`.',
      );
    await checkpointer.deleteThread(threadId);
  }

  async #toCheckpoint(snapshot: unknown): Promise<ThreadCheckpoint | undefined> {
    const { values, config, parentConfig, metadata, createdAt, next, tasks } = recordOf(snapshot);
    const checkpointId = checkpointIdOf(config);
    // A checkpoint that does not exist has no metadata.
    if (checkpointId === undefined || !isRecord(metadata)) return undefined;
    const { [this.messagesKey]: messages, ...rest } = recordOf(values);
    const parentId = checkpointIdOf(parentConfig);
    const time = Date.parse(textOf(createdAt) ?? '');
    const { step, source } = metadata;
    const isBreakpoint = listOf(next).length > 0;
    return {
      checkpointId,
      ...(parentId !== undefined && { parentId }),
      ...(Number.isFinite(time) && { createdAt: time }),
      ...(numberOf(step) !== undefined && { step: Number(step) }),
      ...(textOf(source) !== undefined && { source: String(source) }),
      next: listOf(next).map(String),
      messages: (await copyInSlices(conversationOf(messages))) as StreamedMessage[],
      state: await copyInSlices(rest),
      interrupts: isBreakpoint ? questionsOf(tasks) : [],
    };
  }
}

function configOf(threadId: string, checkpointId?: string): object {
  const checkpoint = checkpointId === undefined ? {} : { checkpoint_id: checkpointId };
  return { configurable: { thread_id: threadId, ...checkpoint } };
}

function checkpointIdOf(config: unknown): string | undefined {
  return textOf(recordOf(recordOf(config)['configurable'])['checkpoint_id']);
}

function questionsOf(tasks: unknown): InterruptRequest[] {
  return listOf(tasks).flatMap((task) => {
    const interrupts = listOf(recordOf(task)['interrupts']);
    return interrupts.length > 0 ? interruptsOf({ __interrupt__: interrupts }) : [];
  });
}
