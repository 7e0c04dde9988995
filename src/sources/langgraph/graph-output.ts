import type { EmitOptions } from '../../executions/emitter.js';
import type { ExecutionContext } from '../../executions/execution-source.js';
import { omitted } from '../../executions/update-bound.js';
import type { StreamEventName } from '../../protocol/stream-event-type.js';
import { convertInSlices, type Conversion } from '../plain-data.js';
import type { Origin } from './origin.js';
import type { StreamSelection } from './stream-selection.js';
import {
  lightCheckpoint,
  safeCheckpoint,
  safeDebug,
  safeTask,
  safeToolEvent,
} from './task-payload.js';
import type { TaskWatch } from './task-watch.js';

/** Returns the part of the payload of each mode that viewers may see. */
const SAFE_DATA = {
  checkpoints: safeCheckpoint,
  debug: safeDebug,
  tasks: safeTask,
  tools: safeToolEvent,
  updates: (payload: unknown) => payload,
  values: (payload: unknown) => payload,
} as const;

/**
 * The output of a run of a graph. It streams only the selected modes, with the place in the graph. Large data
 * is converted in slices, and later updates wait for it.
 */
export class GraphOutput {
  #pending: Promise<void> | undefined;

  constructor(
    private readonly context: ExecutionContext,
    private readonly selection: StreamSelection,
    private readonly watch: TaskWatch,
  ) {}

  /** Settles when all updates so far were streamed; undefined if nothing waits. */
  get pending(): Promise<void> | undefined {
    return this.#pending;
  }

  /** Streams the payload of a mode under the event type of the same name. */
  mode(mode: keyof typeof SAFE_DATA, payload: unknown, origin: Origin): void {
    if (this.selection.modes.has(mode)) this.structure(mode, SAFE_DATA[mode](payload), origin);
  }

  /** Streams a checkpoint. */
  checkpoint(payload: unknown, origin: Origin): void {
    const { checkpoints } = this.selection;
    if (checkpoints === 'full') this.mode('checkpoints', payload, origin);
    else if (checkpoints === 'light') {
      this.structure('checkpoints', lightCheckpoint(payload), origin);
    }
  }

  /** Streams an update about the course of a graph, if such updates are selected for this graph. */
  structure(type: StreamEventName, data: unknown, origin: Origin): void {
    if (this.selection.reaches(origin.namespace)) this.data(type, data, this.options(origin));
  }

  /** Streams data of a graph. The data may contain any values. */
  data(type: StreamEventName, data: unknown, options?: EmitOptions): void {
    this.next(() => {
      const { maxUpdateBytes = Number.POSITIVE_INFINITY } = this.context;
      const emit = ({ data: plain, json, isTooLarge }: Conversion): void => {
        const told = isTooLarge ? omitted(maxUpdateBytes) : plain;
        this.context.emit(type, told, { ...options, dataJson: json });
      };
      const conversion = convertInSlices(data, maxUpdateBytes);
      return conversion instanceof Promise ? conversion.then(emit) : emit(conversion);
    });
  }

  /** Calls `say` to stream output of a model, a tool or a node, if such output is selected. */
  speech(origin: Origin, say: (options: EmitOptions) => void): void {
    if (!this.selection.hears(origin.namespace)) return;
    const options = this.options(origin);
    this.next(() => say(options));
  }

  /** Runs a task after all waiting tasks. */
  next(work: () => void | Promise<void>): void {
    const done = this.#pending ? this.#pending.then(work) : work();
    if (!done) return;
    const pending = done.then(() => {
      if (this.#pending === pending) this.#pending = undefined;
    });
    this.#pending = pending;
    // Code that waits for the task gets its error.
    pending.catch(() => undefined);
  }

  private options({ nodeId, namespace, taskId, agent, tags }: Origin): EmitOptions {
    const task = taskId === undefined ? undefined : this.watch.find(taskId)?.origin;
    const metadata = {
      ...(namespace.length > 0 && { namespace }),
      ...(taskId !== undefined && { taskId }),
      ...withValue('agent', agent ?? task?.agent),
      ...withValue('tags', tags ?? task?.tags),
    };
    return {
      nodeId,
      ...(Object.keys(metadata).length > 0 && { metadata }),
    };
  }
}

function withValue<K extends string, T>(key: K, value: T | undefined): Partial<Record<K, T>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, T>);
}
