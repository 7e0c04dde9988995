import type {
  EmitOptions,
  ExecutionContext,
  SourceOutcome,
} from '../../executions/execution-source.js';
import { StreamEventType } from '../../protocol/stream-event-type.js';
import type { InterruptRequest } from '../../protocol/stream-update.js';
import type { StreamedMessage } from '../../protocol/streamed-message.js';
import { emitCustom, emitModelOutput } from '../emit-item.js';
import { isList, isRecord } from '../../common/is-record.js';
import { isMessageLike, toStreamedMessage } from '../streamed-message.js';
import { interruptsOf, isInterruptChunk, type InterruptChunk } from './interrupts.js';
import { NodeEvents, type NodeEvent } from './node-events.js';
import { toPlainData } from '../plain-data.js';
import type { GraphChunk } from './streamable-graph.js';
import { plainCheckpoint, plainDebug, plainTask, plainToolEvent } from './task-payload.js';

/** What of a run is streamed. */
export interface GraphRunOptions {
  readonly modes: ReadonlySet<string>;
  readonly subgraphs: boolean;
  readonly nodeEvents: boolean;
  /** Whether the run goes on after an interrupt. */
  readonly resumed: boolean;
}

/** How the payload of each mode becomes the data of an update. */
const PLAIN_DATA = {
  checkpoints: plainCheckpoint,
  debug: plainDebug,
  tasks: plainTask,
  tools: plainToolEvent,
  updates: toPlainData,
  values: toPlainData,
} as const;

/** Streams the chunks of one run of a graph as updates, and finds out how the run ended. */
export class GraphRun {
  private readonly nodes = new NodeEvents();
  private readonly interrupts = new Map<string, InterruptRequest>();
  private readonly statesSeen = new Map<string, number>();
  private state: unknown;

  constructor(
    private readonly context: ExecutionContext,
    private readonly options: GraphRunOptions,
  ) {}

  /** Streams what a chunk tells. */
  accept([namespace, mode, payload]: GraphChunk): void {
    const at = performance.now();
    if (mode === 'messages') this.message(payload, namespace);
    else if (mode === 'custom') this.custom(payload, namespace);
    else if (isInterruptChunk(payload)) this.interrupt(payload);
    else if (mode === 'values') this.values(payload, namespace);
    else if (mode === 'updates') this.updates(payload, namespace, at);
    else if (mode === 'tasks') this.tasks(payload, namespace, at);
    else if (mode === 'tools') this.emit(mode, payload, namespace, this.nodes.only(namespace));
    else if (mode === 'checkpoints' || mode === 'debug') this.emit(mode, payload, namespace);
  }

  /** Ends the nodes of a graph that threw. */
  fail(): void {
    for (const event of this.nodes.endAll(performance.now())) this.nodeEvent(event);
  }

  /** How the run ended, once all chunks were accepted. */
  outcome(outputChannels: readonly string[] | undefined): SourceOutcome {
    if (this.interrupts.size > 0) {
      return { state: 'interrupted', interrupts: [...this.interrupts.values()] };
    }
    const { state } = this;
    const output =
      isRecord(state) && outputChannels
        ? Object.fromEntries(Object.entries(state).filter(([key]) => outputChannels.includes(key)))
        : state;
    return { state: 'completed', result: toPlainData(output) };
  }

  private interrupt(payload: InterruptChunk): void {
    for (const request of interruptsOf(payload)) this.interrupts.set(request.id, request);
  }

  private message(payload: unknown, namespace: readonly string[]): void {
    if (!isList(payload)) return;
    const [message, metadata] = payload;
    if (!isMessageLike(message)) return;
    const facts = isRecord(metadata) ? metadata : {};
    const options = this.optionsOf(namespace, facts['langgraph_node']);
    // Only what a model says has a model type; nodes and tools hand over whole messages without.
    if (facts['ls_model_type'] !== undefined) emitModelOutput(message, this.context, options);
    else
      this.context.emit(
        StreamEventType.MESSAGES,
        toPlainData(toStreamedMessage(message)) as StreamedMessage,
        options,
      );
  }

  private custom(payload: unknown, namespace: readonly string[]): void {
    const options = this.optionsOf(namespace, this.nodes.only(namespace));
    emitCustom(toPlainData(payload), this.context, options);
  }

  private values(payload: unknown, namespace: readonly string[]): void {
    const graph = namespace.join('|');
    this.statesSeen.set(graph, (this.statesSeen.get(graph) ?? 0) + 1);
    this.nodes.nextStep(namespace);
    if (namespace.length === 0) this.state = payload;
    this.emit('values', payload, namespace);
  }

  private updates(payload: unknown, namespace: readonly string[], at: number): void {
    if (!isRecord(payload)) return;
    const { __metadata__: facts, ...updates } = payload;
    const nodeIds = Object.keys(updates);
    const isCached = isRecord(facts) && facts['cached'] === true;
    if (!isCached || !this.isRepeat(namespace)) {
      const nodeId = nodeIds.length === 1 ? nodeIds[0] : undefined;
      this.emit('updates', updates, namespace, nodeId);
    }
    if (!isCached) return;
    for (const nodeId of nodeIds) this.nodeEvent(this.nodes.cached(nodeId, namespace, at));
  }

  /**
   * Before its second state, a resumed graph repeats the step that was interrupted: nodes of it
   * that had completed do not run again, and what they wrote has been streamed already.
   */
  private isRepeat(namespace: readonly string[]): boolean {
    return this.options.resumed && (this.statesSeen.get(namespace.join('|')) ?? 0) < 2;
  }

  private tasks(payload: unknown, namespace: readonly string[], at: number): void {
    const event = this.nodes.accept(payload, namespace, at);
    const isStart = event?.data.durationMs === undefined;
    if (isStart) this.nodeEvent(event);
    const nodeId = isRecord(payload) ? payload['name'] : undefined;
    this.emit('tasks', payload, namespace, nodeId);
    if (!isStart) this.nodeEvent(event);
  }

  private nodeEvent(event: NodeEvent | undefined): void {
    if (!event || !this.options.nodeEvents || !this.reaches(event.namespace)) return;
    this.context.emit(event.type, event.data, this.optionsOf(event.namespace, event.nodeId));
  }

  /** Streams the payload of a mode under the event type of the same name, if that was asked for. */
  private emit(
    mode: keyof typeof PLAIN_DATA,
    payload: unknown,
    namespace: readonly string[],
    nodeId?: unknown,
  ): void {
    if (!this.options.modes.has(mode) || !this.reaches(namespace)) return;
    this.context.emit(mode, PLAIN_DATA[mode](payload), this.optionsOf(namespace, nodeId));
  }

  private reaches(namespace: readonly string[]): boolean {
    return namespace.length === 0 || this.options.subgraphs;
  }

  private optionsOf(namespace: readonly string[], nodeId?: unknown): EmitOptions {
    return {
      nodeId: typeof nodeId === 'string' ? nodeId : undefined,
      ...(namespace.length > 0 && { metadata: { namespace } }),
    };
  }
}
