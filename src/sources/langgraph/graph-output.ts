import type { EmitOptions, ExecutionContext } from '../../executions/execution-source.js';
import type { StreamEventName } from '../../protocol/stream-event-type.js';
import { toPlainData } from '../plain-data.js';
import type { Origin } from './origin.js';
import type { StreamSelection } from './stream-selection.js';
import type { TaskWatch } from './task-watch.js';
import {
  lightCheckpoint,
  plainCheckpoint,
  plainDebug,
  plainTask,
  plainToolEvent,
} from './task-payload.js';

/** How the payload of each mode becomes the data of an update. */
const PLAIN_DATA = {
  checkpoints: plainCheckpoint,
  debug: plainDebug,
  tasks: plainTask,
  tools: plainToolEvent,
  updates: toPlainData,
  values: toPlainData,
} as const;

/** What a run of a graph streams, if it was asked for, with where in the graph it happened. */
export class GraphOutput {
  constructor(
    private readonly context: ExecutionContext,
    private readonly selection: StreamSelection,
    private readonly watch: TaskWatch,
  ) {}

  /** Streams the payload of a mode under the event type of the same name. */
  mode(mode: keyof typeof PLAIN_DATA, payload: unknown, origin: Origin): void {
    if (!this.selection.modes.has(mode)) return;
    this.structure(mode, () => PLAIN_DATA[mode](payload), origin);
  }

  /** Streams a checkpoint. */
  checkpoint(payload: unknown, origin: Origin): void {
    const { checkpoints } = this.selection;
    if (checkpoints === 'full') this.mode('checkpoints', payload, origin);
    else if (checkpoints === 'light') {
      this.structure('checkpoints', () => lightCheckpoint(payload), origin);
    }
  }

  /** Streams what tells of the course of a graph, if that graph's is streamed. */
  structure(type: StreamEventName, data: () => unknown, origin: Origin): void {
    if (!this.selection.reaches(origin.namespace)) return;
    this.context.emit(type, data(), this.options(origin));
  }

  /** Has `say` stream what a model, a tool or a node says, if that is streamed. */
  speech(origin: Origin, say: (options: EmitOptions) => void): void {
    if (this.selection.hears(origin.namespace)) say(this.options(origin));
  }

  options({ nodeId, namespace, taskId, agent, tags }: Origin): EmitOptions {
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
