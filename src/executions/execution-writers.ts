import type { UpdateDraft } from '../log/log-entry.js';
import type { ChannelAttributes, ChannelClaim, StreamLog } from '../log/stream-log.js';
import type { Channel } from '../protocol/channel.js';
import type { ExecutionAccess } from './execution-claim.js';
import { RoomWriters } from './room-writers.js';
import { UpdateWriter, type WriterBounds } from './update-writer.js';

/** The log and the channel of an execution. */
export interface ExecutionTarget {
  readonly executionId: string;
  readonly channel: Channel;
  /** Resolves with the claim by which the execution's own channel is written. */
  readonly access: Promise<ExecutionAccess>;
}

/** The functions that writers call. */
export interface OutputEvents {
  /** The log refused the execution's channel; nothing more can be written to it. */
  readonly onFailure: (error: unknown) => void;
  /** The log refused a room. */
  readonly onRoomFailure: (error: unknown) => void;
  /** More data waits than the limits allow. */
  readonly onOverflow: () => void;
}

/** Writes the updates of an execution to its own channel and to the rooms that they are published to. */
export class ExecutionWriters {
  readonly #own: UpdateWriter;
  readonly #rooms: RoomWriters;

  constructor(
    log: StreamLog,
    { executionId, channel, access }: ExecutionTarget,
    bounds: WriterBounds,
    { onFailure, onRoomFailure, onOverflow }: OutputEvents,
  ) {
    this.#own = new UpdateWriter(log, channel, access, bounds, { onFailure, onOverflow });
    this.#rooms = new RoomWriters(log, executionId, bounds, {
      onFailure: onRoomFailure,
      onOverflow,
    });
  }

  /** The claim that appended to the execution's channel; undefined before the first append. */
  get claim(): ChannelClaim | undefined {
    return this.#own.claim;
  }

  /** Whether so much waits that a source should wait too. */
  get isFull(): boolean {
    return this.#own.isFull || this.#rooms.isFull;
  }

  write(draft: UpdateDraft, rooms: readonly string[] | undefined): void {
    this.#own.write(draft);
    if (rooms) this.#rooms.write(draft, rooms);
  }

  /** Tells the state of the execution, to its own viewers only. */
  announce(draft: UpdateDraft, attributes: ChannelAttributes): void {
    this.#own.write(draft, attributes);
  }

  /** Resolves when a source may continue; see {@link UpdateWriter.ready}. */
  ready(): Promise<void> {
    const own = this.#own.ready();
    return this.#rooms.isFull ? own.then(() => this.#rooms.drained()) : own;
  }

  /** Resolves when everything that was written to the execution's channel is in the log. @throws what the log threw */
  ownWritten(): Promise<void> {
    return this.#own.written();
  }

  /** Resolves when everything that was written to rooms is in the log. @throws what the log threw */
  roomsWritten(): Promise<void> {
    return this.#rooms.written();
  }
}
