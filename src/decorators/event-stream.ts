import { randomUUID } from 'node:crypto';
import { SAFE_ERROR } from '../errors/safe-error.js';
import type { EmitOptions } from '../executions/emitter.js';
import type { EventPriority } from '../options/decorator-options.js';
import type { ResolvedEventOptions } from '../options/resolved-options.js';
import { StreamEventType, type StreamEventName } from '../protocol/stream-event-type.js';
import { isUpdate } from '../sources/emit-item.js';
import { isRecord } from '../common/is-record.js';
import { toPlainData } from '../sources/plain-data.js';
import type { CallOutput, CallPart, ItemFacts } from './call-output.js';

const PRIORITIES: Readonly<Record<EventPriority, number>> = {
  low: 0,
  medium: 1,
  normal: 1,
  high: 2,
};

/** Types whose items other decorators stream. */
const TYPES_OF_OTHERS: ReadonlySet<string> = new Set([
  StreamEventType.TOKEN,
  StreamEventType.PROGRESS,
]);

/** The events of one call, by the options of `@StreamEvent`. */
export class EventStream implements CallPart {
  readonly #output: CallOutput;
  readonly #types: ReadonlySet<string>;
  readonly #taskId = randomUUID();
  readonly #startedAt = performance.now();
  #waiting = 0;
  #written: Promise<void> | undefined;

  /** @param leftToGraph - types that the graph around the call streams by itself */
  constructor(
    output: CallOutput,
    private readonly options: ResolvedEventOptions,
    leftToGraph: readonly StreamEventName[],
  ) {
    this.#output = output.ofNode(options.nodeId);
    this.#types = new Set(options.events.filter((type) => !leftToGraph.includes(type)));
  }

  start(): void {
    this.#stream(StreamEventType.NODE_START, { taskId: this.#taskId });
  }

  item(value: unknown, { isStreamed }: ItemFacts): boolean {
    if (!isUpdate(value) || TYPES_OF_OTHERS.has(value.type)) return false;
    if (isStreamed || !this.#types.has(value.type)) return isStreamed;
    const metadata = isRecord(value.metadata) ? value.metadata : undefined;
    this.emit(value.type, toPlainData(value.data), { metadata });
    return true;
  }

  complete(value: unknown): void {
    if (value !== undefined) {
      if (this.#types.has(StreamEventType.VALUES))
        this.#stream(StreamEventType.VALUES, toPlainData(value));
      if (this.#types.has(StreamEventType.UPDATES))
        this.#stream(StreamEventType.UPDATES, { [this.#output.nodeId]: toPlainData(value) });
    }
    this.#stream(StreamEventType.NODE_COMPLETE, this.#ended());
  }

  fail(): void {
    const data = { ...this.#ended(), error: SAFE_ERROR };
    this.#stream(StreamEventType.NODE_ERROR, data, { priority: 'high' });
  }

  end(): void {
    this.#stream(StreamEventType.NODE_END, this.#ended());
  }

  ready(): Promise<void> | undefined {
    return this.#waiting >= this.options.bufferSize ? this.#written : undefined;
  }

  /** Streams an event of the application, if it passes. */
  emit(type: StreamEventName, data: unknown, options: EmitOptions = {}): void {
    const { transformer, delivery, bufferSize } = this.options;
    const { priority = 'normal', ...facts } = options;
    if (!this.#passes(type, priority)) return;
    if (delivery === 'at-most-once' && this.#waiting >= bufferSize) return;
    const transformed = transformer ? transformer(data, type) : data;
    if (transformed === undefined && data !== undefined) return;
    this.#output.emit(type, transformed, facts);
    this.#waiting += 1;
    this.#written ??= this.#output.execution.written().then(this.#drained, this.#drained);
  }

  /** Streams what the method does by itself, if `events` asks for it. */
  #stream(type: StreamEventName, data: unknown, options?: EmitOptions): void {
    if (this.#types.has(type)) this.emit(type, data, options);
  }

  #passes(type: StreamEventName, priority: EventPriority): boolean {
    const { eventTypes, excludeTypes, minPriority, includeDebug } = this.options.filter ?? {};
    if (type === StreamEventType.DEBUG && !includeDebug) return false;
    if (eventTypes && !eventTypes.includes(type)) return false;
    if (excludeTypes?.includes(type)) return false;
    return minPriority === undefined || PRIORITIES[priority] >= PRIORITIES[minPriority];
  }

  #ended(): { readonly taskId: string; readonly durationMs: number } {
    return { taskId: this.#taskId, durationMs: performance.now() - this.#startedAt };
  }

  readonly #drained = (): void => {
    this.#waiting = 0;
    this.#written = undefined;
  };
}
