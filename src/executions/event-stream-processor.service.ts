import { Inject, Injectable } from '@nestjs/common';
import { draftUpdate, requireEvent, type UpdateDraft } from '../log/log-entry.js';
import type { StreamLog } from '../log/stream-log.js';
import { STREAM_LOG } from '../options/tokens.js';
import { executionChannel } from '../protocol/channel.js';
import type { StreamEventName } from '../protocol/stream-event-type.js';
import type { StreamUpdate } from '../protocol/stream-update.js';
import { ExecutionRegistry } from './execution-registry.js';

/** Numbers about the updates that the log has of an execution. */
export interface EventStats {
  readonly totalEvents: number;
  readonly eventsByType: Readonly<Partial<Record<StreamEventName, number>>>;
}

/**
 * Reads the updates of executions from the log that viewers read. It has the methods of the legacy service
 * of this name.
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
   * Streams an update of a running execution, whichever instance runs it.
   *
   * @returns resolves when the update is in the log; rejects with `EXECUTION_NOT_ACTIVE` when there is no
   * such execution, or it has ended. Nobody has to handle it.
   * @throws StreamingError as `ExecutionContext.emit`
   */
  processEvent(
    executionId: string,
    { type, data, metadata }: Pick<StreamUpdate, 'type' | 'data' | 'metadata'>,
  ): Promise<void> {
    requireEvent(type);
    const facts = { nodeId: metadata?.nodeId, metadata };
    const local = this.executions.get(executionId);
    if (local?.ended === false) local.emit(type, data, facts);
    const written =
      local?.ended === false
        ? local.written()
        : this.#append(executionId, draftUpdate({ type, data, ...facts }));
    written.catch(() => undefined);
    return written;
  }

  async #append(executionId: string, draft: UpdateDraft): Promise<void> {
    await this.log.append(executionChannel(executionId), [draft]);
  }

  /** The updates that the log has of an execution, from a sequence number on. */
  async replayEvents(executionId: string, fromSequence = 1): Promise<StreamUpdate[]> {
    const read = await this.log.read(executionChannel(executionId));
    return (read?.entries ?? [])
      .filter((entry) => entry.sequence >= fromSequence)
      .map((entry) => entry.update);
  }

  /** How many updates the log has of an execution. */
  async getEventStats(executionId: string): Promise<EventStats> {
    const updates = await this.replayEvents(executionId);
    const eventsByType: Partial<Record<StreamEventName, number>> = {};
    for (const { type } of updates) eventsByType[type] = (eventsByType[type] ?? 0) + 1;
    return { totalEvents: updates.length, eventsByType };
  }

  /** How many updates the log has of an execution. */
  async getBufferSize(executionId: string): Promise<number> {
    const read = await this.log.read(executionChannel(executionId));
    return read?.entries.length ?? 0;
  }

  /** Frees what the log has of an execution that has ended. */
  async clearBuffer(executionId: string): Promise<void> {
    await this.executions.forget(executionId);
  }

  /** The updates by their type, in their order. */
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
