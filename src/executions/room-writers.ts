import type { UpdateDraft } from '../log/log-entry.js';
import type { StreamLog } from '../log/stream-log.js';
import { roomChannel } from '../protocol/channel.js';
import { UpdateWriter, type WriterBounds, type WriterEvents } from './update-writer.js';

/** Publishes updates of one execution to rooms, to each in the order in which they were written. */
export class RoomWriters {
  readonly #writers = new Map<string, UpdateWriter>();

  constructor(
    private readonly log: StreamLog,
    private readonly executionId: string,
    private readonly bounds: WriterBounds,
    private readonly events: WriterEvents,
  ) {}

  /** Whether so much data waits for a room that a producer should wait too. */
  get isFull(): boolean {
    if (this.#writers.size === 0) return false;
    return [...this.#writers.values()].some((writer) => writer.isFull);
  }

  write(draft: UpdateDraft, rooms: readonly string[]): void {
    for (const roomId of new Set(rooms)) {
      this.#writerOf(roomId).write({ ...draft, executionId: this.executionId });
    }
  }

  /** Resolves when no room is full. @throws what a log threw */
  async drained(): Promise<void> {
    const full = [...this.#writers.values()].filter((writer) => writer.isFull);
    await Promise.all(full.map((writer) => writer.written()));
  }

  /** Resolves when everything written so far is in the logs. @throws what a log threw */
  async written(): Promise<void> {
    if (this.#writers.size === 0) return;
    await Promise.all([...this.#writers.values()].map((writer) => writer.written()));
  }

  #writerOf(roomId: string): UpdateWriter {
    let writer = this.#writers.get(roomId);
    if (!writer) {
      // Each batch creates the room if necessary, because an idle room is removed.
      writer = new UpdateWriter(this.log, roomChannel(roomId), undefined, this.bounds, this.events);
      this.#writers.set(roomId, writer);
    }
    return writer;
  }
}
