import type { StreamEventName } from '../../protocol/stream-event-type.js';
import { StreamEventType } from '../../protocol/stream-event-type.js';
import { isRecord } from '../../common/is-record.js';
import type { Origin } from './origin.js';

interface RunningNode {
  readonly taskId: string;
  readonly name: string;
  readonly namespace: readonly string[];
  readonly startedAt: number;
}

/**
 * `data` of a `node:start`, `node:complete`, `node:error` or `node:end` update of a graph.
 *
 * @publicApi
 */
export interface NodeEventData {
  /** The id of one run of the node. */
  readonly taskId: string;
  /** How long the node ran, in milliseconds. Absent in `node:start`. */
  readonly durationMs?: number;
}

/** A node started or ended. */
export interface NodeEvent {
  readonly type: StreamEventName;
  readonly nodeId: string;
  readonly namespace: readonly string[];
  readonly taskId: string;
  readonly data: NodeEventData;
}

/**
 * Follows the chunks of stream mode `tasks`. After each start of a node follows exactly one of
 * `node:complete`, `node:error` and `node:end`. `node:end` means that the node was interrupted or cancelled.
 * A cancelled execution ends without these events.
 */
export class NodeEvents {
  private readonly running = new Map<string, RunningNode>();
  /** Nodes of each graph that had completed before, so their next start does not count. */
  private readonly done = new Map<string, string[]>();

  /** The event of a chunk, if it has one. */
  accept(payload: unknown, namespace: readonly string[], at: number): NodeEvent | undefined {
    if (!isTask(payload)) return undefined;
    const { id: taskId, name } = payload;
    if (!('result' in payload)) return this.start({ taskId, name, namespace, startedAt: at });
    const node = this.running.get(taskId);
    return node && this.end(node, endType(payload), at);
  }

  /**
   * The output of a node comes from the cache or from the interrupted run, so there is no chunk for its end.
   * If the node has not started, it will not run.
   */
  cached(name: string, namespace: readonly string[], at: number): NodeEvent | undefined {
    const node = this.runningIn(namespace).find((running) => running.name === name);
    if (node) return this.end(node, StreamEventType.NODE_COMPLETE, at);
    const graph = namespace.join('|');
    this.done.set(graph, [...(this.done.get(graph) ?? []), name]);
    return undefined;
  }

  /** A graph begins its next step. */
  nextStep(namespace: readonly string[]): void {
    this.done.delete(namespace.join('|'));
  }

  /** The running part of a graph: the node if only one node runs, and its task if only one task runs. */
  only(namespace: readonly string[]): Origin {
    const [node, ...others] = this.runningIn(namespace);
    if (!node || others.some(({ name }) => name !== node.name)) return { namespace };
    const { name: nodeId, taskId } = node;
    return others.length === 0 ? { nodeId, namespace, taskId } : { nodeId, namespace };
  }

  /** Ends the nodes that still run after the graph threw without reporting their end. */
  endAll(at: number): NodeEvent[] {
    const running = [...this.running.values()].toReversed();
    return running.map((node) => this.end(node, StreamEventType.NODE_END, at));
  }

  private runningIn(namespace: readonly string[]): RunningNode[] {
    const graph = namespace.join('|');
    return [...this.running.values()].filter((node) => node.namespace.join('|') === graph);
  }

  private start(node: RunningNode): NodeEvent | undefined {
    const { name: nodeId, namespace, taskId } = node;
    const done = this.done.get(namespace.join('|')) ?? [];
    if (done.includes(nodeId)) {
      done.splice(done.indexOf(nodeId), 1);
      return undefined;
    }
    this.running.set(taskId, node);
    return { type: StreamEventType.NODE_START, nodeId, namespace, taskId, data: { taskId } };
  }

  private end(node: RunningNode, type: StreamEventName, at: number): NodeEvent {
    const { name: nodeId, namespace, taskId, startedAt } = node;
    this.running.delete(taskId);
    const durationMs = Math.round(at - startedAt);
    return { type, nodeId, namespace, taskId, data: { taskId, durationMs } };
  }
}

type Task = { readonly id: string; readonly name: string } & Readonly<Record<string, unknown>>;

function isTask(payload: unknown): payload is Task {
  return (
    isRecord(payload) && typeof payload['id'] === 'string' && typeof payload['name'] === 'string'
  );
}

function endType({ error, interrupts }: Task): StreamEventName {
  if (isRecord(error)) {
    return isAbort(error) ? StreamEventType.NODE_END : StreamEventType.NODE_ERROR;
  }
  const interrupted = Array.isArray(interrupts) && interrupts.length > 0;
  return interrupted ? StreamEventType.NODE_END : StreamEventType.NODE_COMPLETE;
}

/**
 * If a node throws, LangGraph aborts the nodes that run in parallel. LangChain has its own error for this.
 */
function isAbort(error: Readonly<Record<string, unknown>>): boolean {
  return error['name'] === 'AbortError' || error['message'] === 'Aborted';
}
