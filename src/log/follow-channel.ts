import type { Channel } from '../protocol/channel.js';
import type { Cursor } from '../protocol/cursor.js';
import type { LogEntry } from './log-entry.js';
import { positionBefore } from './log-position.js';
import type { LogEvent } from './log-event.js';
import type { StreamLog } from './stream-log.js';

/** How to follow a channel. */
export interface FollowOptions {
  /** Begin after this position. Without it, begin at the oldest entry of the log. */
  readonly cursor?: Cursor | undefined;
  /** Ends the iteration. */
  readonly signal?: AbortSignal | undefined;
  /** Called if the log no longer has the entries after the position. The next update follows `cursor`. */
  readonly onReset?: ((cursor: Cursor) => void) | undefined;
}

/** How many entries one read of the log takes. */
const READ_LIMIT = 256;

/**
 * Yields the entries of a channel after a cursor, and then new entries, without a gap. It reads on demand, so
 * a slow consumer costs only its position. It ends when the channel has ended and was read to its end, when
 * the channel is gone, or when `signal` aborts.
 */
export async function* followChannel(
  log: StreamLog,
  channel: Channel,
  options: FollowOptions = {},
): AsyncGenerator<LogEntry, void> {
  const { signal, onReset } = options;
  const bell = new Bell();
  const ring = (): void => bell.ring();
  let isEnded = false;
  let isGone = false;
  const onEvent = ({ type }: LogEvent): void => {
    isEnded = type === 'ended' || (isEnded && type === 'entries');
    isGone ||= type === 'gone';
    ring();
  };
  let followed = await log.follow(channel, onEvent);
  if (!followed) return;
  isEnded ||= followed.endedAt !== undefined;
  signal?.addEventListener('abort', ring);
  try {
    let { cursor } = options;
    while (!signal?.aborted) {
      if (isGone) {
        // Another channel may have taken its place.
        isGone = false;
        isEnded = false;
        await followed.unfollow();
        followed = await log.follow(channel, onEvent);
        if (!followed) return;
        isEnded ||= followed.endedAt !== undefined;
      }
      // Read before the log is read: if the channel ended before the read, the read includes its end.
      const isLast = isEnded;
      const read = await log.read(channel, cursor, READ_LIMIT);
      if (!read) return;
      if (!read.recovered)
        onReset?.({
          epoch: read.epoch,
          sequence: positionBefore(read),
        });
      for (const entry of [...(read.kept ?? []), ...read.entries]) {
        if (signal?.aborted) return;
        yield entry;
      }
      const sequence =
        read.entries.at(-1)?.sequence ?? (read.recovered ? (cursor?.sequence ?? 0) : read.head);
      cursor = { epoch: read.epoch, sequence };
      if (read.entries.length > 0) continue;
      if (isLast) return;
      await bell.heard();
    }
  } finally {
    signal?.removeEventListener('abort', ring);
    await followed?.unfollow();
  }
}

/** Remembers a ring until it is awaited, so that no ring is lost between two reads. */
class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  async heard(): Promise<void> {
    if (!this.#rung) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#rung = false;
    this.#wake = undefined;
  }
}
