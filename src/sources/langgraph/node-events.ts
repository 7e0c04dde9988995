import type { StreamEventName } from '../../protocol/stream-event-type.js';
import { StreamEventType } from '../../protocol/stream-event-type.js';
import { isRecord } from '../is-record.js';

interface RunningNode {
  readonly taskId: string;
  readonly name: string;
  readonly namespace: readonly string[];
  readonly startedAt: number;
}

/** `data` of a node event of a graph. */
export interface NodeEventData {
  /** Tells the runs of one node apart. */
  readonly taskId: string;
  /** How long the node ran; absent when it starts. */
  readonly durationMs?: number;
}

/** A node started or ended. */
export interface NodeEvent {
  readonly type: StreamEventName;
  readonly nodeId: string;
  readonly namespace: readonly string[];
  readonly data: NodeEventData;
}

/**
 * Follows the chunks of stream mode `tasks`. Each start of a node is followed by exactly one of
 * `node:complete`, `node:error` and `node:end`, the last when it was interrupted or called off; a
 * cancelled execution ends without them.
 */
export class NodeEvents {
  private readonly running = new Map<string, RunningNode>();
  /** Nodes that do not run since what they wrote is known; see {@link skipNext}. */
  private readonly skipped: string[] = [];

  /** The event that a chunk tells of, if any. */
  accept(payload: unknown, namespace: readonly string[], at: number): NodeEvent | undefined {
    if (!isTask(payload)) return undefined;
    const { id: taskId, name } = payload;
    if (!('result' in payload)) return this.start({ taskId, name, namespace, startedAt: at });
    const node = this.running.get(taskId);
    return node && this.end(node, endType(payload), at);
  }

  /** The next start of this node is not one: its writes come from a cache or an earlier run. */
  skipNext(name: string, namespace: readonly string[]): void {
    this.skipped.push(keyOf(name, namespace));
  }

  /** The node of a graph that runs, when it is the only one. */
  only(namespace: readonly string[]): string | undefined {
    const graph = keyOf('', namespace);
    const nodes = [...this.running.values()].filter((node) => keyOf('', node.namespace) === graph);
    return nodes.length === 1 ? nodes[0]?.name : undefined;
  }

  /** Ends the nodes that still run, when the graph threw without a word about them. */
  endAll(at: number): NodeEvent[] {
    const running = [...this.running.values()].toReversed();
    return running.map((node) => this.end(node, StreamEventType.NODE_END, at));
  }

  private start(node: RunningNode): NodeEvent | undefined {
    const { name: nodeId, namespace, taskId } = node;
    const skipped = this.skipped.indexOf(keyOf(nodeId, namespace));
    if (skipped >= 0) {
      this.skipped.splice(skipped, 1);
      return undefined;
    }
    this.running.set(taskId, node);
    return { type: StreamEventType.NODE_START, nodeId, namespace, data: { taskId } };
  }

  private end(node: RunningNode, type: StreamEventName, at: number): NodeEvent {
    const { name: nodeId, namespace, taskId, startedAt } = node;
    this.running.delete(taskId);
    const durationMs = Math.round(at - startedAt);
    return { type, nodeId, namespace, data: { taskId, durationMs } };
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

/** When a node throws, LangGraph aborts those that run beside it; LangChain has its own error for that. */
function isAbort(error: Readonly<Record<string, unknown>>): boolean {
  return error['name'] === 'AbortError' || error['message'] === 'Aborted';
}

function keyOf(name: string, namespace: readonly string[]): string {
  return JSON.stringify([name, ...namespace]);
}
