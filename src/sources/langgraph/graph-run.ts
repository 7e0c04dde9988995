import type { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import { isList, isRecord, recordOf, textOf } from '../../common/is-record.js';
import type { ExecutionContext, SourceOutcome } from '../../executions/execution-source.js';
import { StreamEventType } from '../../protocol/stream-event-type.js';
import type { InterruptRequest } from '../../protocol/stream-update.js';
import { customUpdate, emitMessage, emitModelOutput } from '../emit-item.js';
import { messageOf, toStreamedMessage } from '../streamed-message.js';
import { copyInSlices } from '../plain-data.js';
import type { Continuation } from './continuation.js';
import { GraphOutput } from './graph-output.js';
import { interruptsOf, isInterruptChunk } from './interrupts.js';
import { ModelEnds } from './model-ends.js';
import { NodeEvents, type NodeEvent } from './node-events.js';
import { originOf, type Origin } from './origin.js';
import type { StreamSelection } from './stream-selection.js';
import type { GraphChunk } from './streamable-graph.js';
import { TaskWatch, type Retry } from './task-watch.js';
import { ToolCalls } from './tool-calls.js';
import { Writers } from './writers.js';

/** The selected updates of a run, and its continuation. */
export interface GraphRunOptions {
  readonly selection: StreamSelection;
  readonly continuation: Continuation;
  /** Whether the run continues after an interrupt. */
  readonly resumed: boolean;
}

/** A chunk of stream mode `updates` that waits for the next chunk, because that chunk tells its task. */
interface HeldUpdates {
  readonly updates: Readonly<Record<string, unknown>>;
  readonly namespace: readonly string[];
}

/** Streams the chunks of one run of a graph as updates, and finds out how the run ended. */
export class GraphRun {
  readonly #context: ExecutionContext;
  readonly #options: GraphRunOptions;
  readonly #watch = new TaskWatch((retry) => this.#retry(retry));
  readonly #toolCalls = new ToolCalls();
  readonly #writers = new Writers((chunk) => this.accept([[], 'custom', chunk]));
  readonly #nodes = new NodeEvents();
  readonly #output: GraphOutput;
  readonly #ends: ModelEnds;
  readonly #interrupts = new Map<string, InterruptRequest>();
  readonly #statesSeen = new Map<string, number>();
  #held: HeldUpdates | undefined;
  #state: unknown;

  constructor(context: ExecutionContext, options: GraphRunOptions) {
    this.#context = context;
    this.#options = options;
    this.#output = new GraphOutput(context, options.selection, this.#watch);
    this.#ends = new ModelEnds((end, how) => emitMessage(end, context, how));
  }

  /** Functions for facts of the run that its chunks do not have. */
  get callbacks(): BaseCallbackHandler[] {
    return [this.#watch, this.#toolCalls];
  }

  /** The `writer` of nodes. */
  get writer(): (chunk: unknown) => void {
    return this.#writers.write;
  }

  /** Settles when all updates so far were streamed; undefined if nothing waits. */
  get pending(): Promise<void> | undefined {
    return this.#output.pending;
  }

  /** Streams a chunk. */
  accept([path, mode, payload]: GraphChunk): void {
    // Older versions of LangGraph give the graph itself a segment when `checkpoint_ns` is empty.
    const namespace = path.filter((segment) => segment !== '');
    this.#releaseUpdates([namespace, mode, payload]);
    const at = performance.now();
    if (mode === 'messages') this.#message(payload, namespace);
    else if (mode === 'custom') this.#custom(payload, namespace);
    else if (isInterruptChunk(payload)) this.#interrupt(interruptsOf(payload));
    else if (mode === 'values') this.#values(payload, namespace);
    else if (mode === 'updates') this.#updates(payload, namespace, at);
    else if (mode === 'tasks') this.#tasks(payload, namespace, at);
    else if (mode === 'tools') this.#tools(payload, namespace);
    else if (mode === 'checkpoints') this.#checkpoint(payload, namespace);
    else if (mode === 'debug') this.#debug(payload, namespace);
  }

  /** Ends the nodes of a graph that threw. */
  async fail(): Promise<void> {
    this.#releaseUpdates();
    this.#output.next(() => this.#ends.flush());
    for (const event of this.#nodes.endAll(performance.now())) this.#nodeEvent(event);
    await this.pending;
  }

  /** Returns how the run ended. Call it after all chunks. */
  async outcome(outputChannels: readonly string[] | undefined): Promise<SourceOutcome> {
    const { selection } = this.#options;
    const output = pickChannels(this.#state, outputChannels);
    this.#releaseUpdates();
    this.#output.next(() => this.#ends.flush());
    if (selection.modes.has('tools')) this.#toolCalls.warnOfSilence();
    if (selection.finalState && output !== undefined) {
      this.#output.data(StreamEventType.VALUES, output);
    }
    await this.pending;
    const result = await copyInSlices(output);
    if (this.#interrupts.size === 0) return { state: 'completed', result };
    const { questions } = this.#options.continuation;
    return { state: 'interrupted', interrupts: questions.ask(this.#interrupts.values()) };
  }

  #interrupt(requests: readonly InterruptRequest[]): void {
    for (const request of requests) this.#interrupts.set(request.id, request);
  }

  #message(payload: unknown, namespace: readonly string[]): void {
    if (!isList(payload)) return;
    const [chunk, metadata] = payload;
    const message = messageOf(chunk);
    if (!message) return;
    const isSaidByModel = isRecord(metadata) && metadata['ls_model_type'] !== undefined;
    this.#output.speech(originOf(metadata, namespace), (options) => {
      // Only messages of a model have a model type. Whole messages of nodes and tools do not.
      if (!isSaidByModel) {
        this.#output.data(StreamEventType.MESSAGES, toStreamedMessage(message), options);
      } else this.#ends.add(message, emitModelOutput(message, this.#context, options), options);
    });
  }

  #custom(payload: unknown, namespace: readonly string[]): void {
    const origin = this.#writers.writerOf(payload) ?? this.#nodes.only(namespace);
    const { type, data } = customUpdate(payload);
    this.#output.speech(origin, (options) => this.#output.data(type, data, options));
  }

  #tools(payload: unknown, namespace: readonly string[]): void {
    const origin = this.#toolCalls.callerOf(payload) ?? this.#nodes.only(namespace);
    this.#output.mode('tools', payload, origin);
  }

  #values(payload: unknown, namespace: readonly string[]): void {
    const graph = namespace.join('|');
    this.#statesSeen.set(graph, (this.#statesSeen.get(graph) ?? 0) + 1);
    this.#nodes.nextStep(namespace);
    if (namespace.length === 0) this.#state = payload;
    this.#output.mode('values', payload, { namespace });
  }

  #checkpoint(payload: unknown, namespace: readonly string[]): void {
    if (namespace.length === 0) this.#options.continuation.reached(payload);
    this.#output.checkpoint(payload, { namespace });
  }

  #debug(payload: unknown, namespace: readonly string[]): void {
    const chunk = recordOf(payload);
    const task = chunk['payload'];
    const isResult = chunk['type'] === 'task_result' && isRecord(task);
    const told = isResult ? { ...chunk, payload: this.#withError(task) } : payload;
    this.#output.mode('debug', told, { namespace });
  }

  #updates(payload: unknown, namespace: readonly string[], at: number): void {
    if (!isRecord(payload)) return;
    const { __metadata__: facts, ...updates } = payload;
    const isCached = isRecord(facts) && facts['cached'] === true;
    if (!isCached) {
      this.#held = { updates, namespace };
      return;
    }
    const events = Object.keys(updates).map((name) => this.#nodes.cached(name, namespace, at));
    if (!this.#isRepeat(namespace)) {
      this.#emitUpdates(
        { updates, namespace },
        events.length === 1 ? events[0]?.taskId : undefined,
      );
    }
    for (const event of events) this.#nodeEvent(event);
  }

  /**
   * Before its second state, a resumed graph repeats the interrupted step. Nodes of the step that had
   * completed do not run again, and their output was already streamed.
   */
  #isRepeat(namespace: readonly string[]): boolean {
    return this.#options.resumed && (this.#statesSeen.get(namespace.join('|')) ?? 0) < 2;
  }

  /** LangGraph sends the result of a task directly after the output of the task. */
  #releaseUpdates(next?: GraphChunk): void {
    const held = this.#held;
    this.#held = undefined;
    if (!held) return;
    const [namespace, mode, payload] = next ?? [];
    const { id, name } = mode === 'tasks' && isRecord(payload) ? payload : {};
    const isOfTask =
      typeof name === 'string' &&
      name in held.updates &&
      namespace?.join('|') === held.namespace.join('|');
    this.#emitUpdates(held, isOfTask ? textOf(id) : undefined);
  }

  #emitUpdates({ updates, namespace }: HeldUpdates, taskId: string | undefined): void {
    const [nodeId, ...others] = Object.keys(updates);
    const origin: Origin = others.length === 0 ? { nodeId, namespace, taskId } : { namespace };
    this.#output.mode('updates', updates, origin);
  }

  #tasks(payload: unknown, namespace: readonly string[], at: number): void {
    const task = isRecord(payload) ? this.#withError(payload) : {};
    const event = this.#nodes.accept(task, namespace, at);
    const origin = { nodeId: textOf(task['name']), namespace, taskId: textOf(task['id']) };
    if (!('result' in task)) {
      this.#nodeEvent(event);
      this.#output.mode('tasks', task, origin);
    } else {
      const { taskId } = origin;
      if (taskId !== undefined) this.#output.next(() => this.#ends.flush(taskId));
      this.#output.mode('tasks', task, origin);
      this.#nodeEvent(event);
    }
  }

  /** Older versions of LangGraph do not say that a task failed. */
  #withError(task: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    if (!('result' in task) || 'error' in task) return task;
    const { error } = this.#watch.find(String(task['id'])) ?? {};
    return { ...task, error: error ?? null };
  }

  #retry({ origin, attempt }: Retry): void {
    const { taskId } = origin;
    if (taskId === undefined) return;
    this.#releaseUpdates();
    this.#output.next(() => this.#ends.flush());
    this.#output.speech(origin, (options) => {
      this.#context.emit(StreamEventType.NODE_RETRY, { taskId, attempt }, options);
    });
  }

  #nodeEvent(event: NodeEvent | undefined): void {
    if (!event || !this.#options.selection.nodeEvents) return;
    this.#output.structure(event.type, event.data, event);
  }
}

/** The part of the state that the graph returns; a state may have further, private channels. */
function pickChannels(state: unknown, outputChannels: readonly string[] | undefined): unknown {
  if (!isRecord(state) || !outputChannels) return state;
  return Object.fromEntries(Object.entries(state).filter(([key]) => outputChannels.includes(key)));
}
