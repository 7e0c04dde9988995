import type { Cursor } from '../protocol/cursor.js';
import type { LogEntry } from './log-entry.js';
import type { ChannelInfo, LogRead } from './stream-log.js';

/**
 * Returns whether a channel still has all updates after `cursor` or, without a cursor, all updates since the
 * first.
 */
export function canServe(
  info: Pick<ChannelInfo, 'epoch' | 'head' | 'first'>,
  cursor: Cursor | undefined,
): boolean {
  if (!cursor) return info.first === 1;
  return (
    cursor.epoch === info.epoch && cursor.sequence >= info.first - 1 && cursor.sequence <= info.head
  );
}

/** The position before the first entry of a read, for a read that did not begin at the requested position. */
export function positionBefore({ kept = [], entries, head }: LogRead): number {
  return (kept[0]?.fromSequence ?? entries[0]?.sequence ?? head + 1) - 1;
}

/** Returns the entries after a position. If all entries are after it, as in the in-memory log, nothing is copied. */
export function entriesAfter(position: number, entries: readonly LogEntry[]): readonly LogEntry[] {
  const [first] = entries;
  if (first === undefined || first.sequence > position) return entries;
  return entries.filter(({ sequence }) => sequence > position);
}
