import {
  inRoom,
  type EmitOptions,
  type ProgressReport,
  type TokenOptions,
} from '../../src/executions/emitter.js';
import type { ExecutionContext } from '../../src/executions/execution-source.js';
import { progressData } from '../../src/executions/progress-data.js';
import type { StreamEventName } from '../../src/protocol/stream-event-type.js';

/** An update as a source gave it, before an execution adds sequence and time. */
export interface RecordedUpdate {
  readonly type: StreamEventName;
  readonly data: unknown;
  readonly nodeId?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** An execution context that writes down what a source streams. */
export class RecordingContext implements ExecutionContext {
  readonly updates: RecordedUpdate[] = [];
  private readonly controller = new AbortController();
  private readonly waiting: { count: number; resolve: () => void }[] = [];

  constructor(readonly executionId = 'execution-1') {}

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  emit(type: StreamEventName, data: unknown, options: EmitOptions = {}): void {
    const { nodeId, metadata } = options;
    this.updates.push({
      type,
      data,
      ...(nodeId !== undefined && { nodeId }),
      ...(metadata !== undefined && { metadata }),
    });
    for (const { count, resolve } of this.waiting) if (this.updates.length >= count) resolve();
  }

  token(content: string, options: TokenOptions = {}): void {
    const { role, messageId, blockIndex } = options;
    const data = {
      content,
      ...(role !== undefined && { role }),
      ...(messageId !== undefined && { messageId }),
      ...(blockIndex !== undefined && { blockIndex }),
    };
    this.emit('token', data, options);
  }

  progress(progress: number | ProgressReport, message?: string, options: EmitOptions = {}): void {
    this.emit('progress', progressData(progress, message), options);
  }

  publish(roomId: string, type: StreamEventName, data: unknown, options?: EmitOptions): void {
    this.emit(type, data, inRoom(roomId, options));
  }

  ready(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  /** Cancels the execution. */
  cancel(reason: unknown = new Error('cancelled')): void {
    this.controller.abort(reason);
  }

  /** Resolves once the source has streamed as many updates. */
  untilUpdates(count: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.updates.length >= count) resolve();
      else this.waiting.push({ count, resolve });
    });
  }

  /** The updates without the id of the task, of which a specification of its own tells. */
  get updatesWithoutTask(): RecordedUpdate[] {
    return this.updates.map(({ metadata, ...update }) => {
      const { taskId: _taskId, ...rest } = metadata ?? {};
      return { ...update, ...(Object.keys(rest).length > 0 && { metadata: rest }) };
    });
  }

  /** The updates of some types, in order. */
  of(...types: readonly StreamEventName[]): RecordedUpdate[] {
    return this.updates.filter((update) => types.includes(update.type));
  }

  /** The types of all updates, in order. */
  get types(): StreamEventName[] {
    return this.updates.map((update) => update.type);
  }

  /** The text of all tokens, of one node when it is given. */
  text(nodeId?: string): string {
    return this.of('token')
      .filter((update) => nodeId === undefined || update.nodeId === nodeId)
      .map((update) => (update.data as { content: string }).content)
      .join('');
  }
}
