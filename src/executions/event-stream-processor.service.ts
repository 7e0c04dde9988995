import { Inject, Injectable } from '@nestjs/common';
import type { StreamLog } from '../log/stream-log.js';
import { STREAM_LOG } from '../options/tokens.js';
import { executionChannel } from '../protocol/channel.js';
import type { StreamEventName } from '../protocol/stream-event-type.js';
import type { StreamUpdate } from '../protocol/stream-update.js';
import { emitInto } from './emit-into.js';
import { ExecutionRegistry } from './execution-registry.js';

/** Numbers of updates of an execution that the log has. */
export interface EventStats {
  /** The number of all updates. */
  readonly totalEvents: number;
  /** The number of updates of each type. */
  readonly eventsByType: Readonly<Partial<Record<StreamEventName, number>>>;
}

/**
 * Reads the updates of executions from the log, and emits into executions by their id. It has the methods
 * that this service had in 0.x. New code uses `StreamingService`.
 *
 * @publicApi
 */
@Injectable()
export class EventStreamProcessorService {
  constructor(
    private readonly executions: ExecutionRegistry,
    @Inject(STREAM_LOG) private readonly log: StreamLog,
  ) {}

  /**
   * Emits an update into a running execution. Any instance may run the execution. It does the same as
   * `StreamingService.emit`.
   *
   * @returns resolves when the update is in the log; rejects with `EXECUTION_NOT_ACTIVE` if there is no such
   * execution, or if it has ended. You may leave the rejection unhandled.
   * @throws StreamingError the codes of `Emitter.emit`
   */
  processEvent(
    executionId: string,
    { type, data, metadata }: Pick<StreamUpdate, 'type' | 'data' | 'metadata'>,
  ): Promise<void> {
    return emitInto(this.executions, this.log, executionId, {
      type,
      data,
      nodeId: metadata?.nodeId,
      metadata,
    });
  }

  /** Reads the updates of an execution that the log still has, beginning with a sequence number. */
  async replayEvents(executionId: string, fromSequence = 1): Promise<StreamUpdate[]> {
    const read = await this.log.read(executionChannel(executionId));
    return (read?.entries ?? [])
      .filter((entry) => entry.sequence >= fromSequence)
      .map((entry) => entry.update);
  }

  /** Counts the updates of an execution in the log, in total and by type. */
  async getEventStats(executionId: string): Promise<EventStats> {
    const updates = await this.replayEvents(executionId);
    const eventsByType: Partial<Record<StreamEventName, number>> = {};
    for (const { type } of updates) eventsByType[type] = (eventsByType[type] ?? 0) + 1;
    return { totalEvents: updates.length, eventsByType };
  }

  /** Counts the updates of an execution in the log. */
  async getBufferSize(executionId: string): Promise<number> {
    const read = await this.log.read(executionChannel(executionId));
    return read?.entries.length ?? 0;
  }

  /** Removes the updates of an execution from the log, if the execution has ended. */
  async clearBuffer(executionId: string): Promise<void> {
    await this.executions.forget(executionId);
  }

  /** Groups updates by their type. Within a group they keep their order. */
  groupEventsByType(updates: readonly StreamUpdate[]): Map<StreamEventName, StreamUpdate[]> {
    const groups = new Map<StreamEventName, StreamUpdate[]>();
    for (const update of updates) {
      const group = groups.get(update.type);
      if (group) group.push(update);
      else groups.set(update.type, [update]);
    }
    return groups;
  }
}
