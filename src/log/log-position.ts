import type { Cursor } from '../protocol/cursor.js';
import type { LogEntry } from './log-entry.js';
import type { ChannelInfo, LogRead } from './stream-log.js';

/**
 * Whether a channel still has everything that came after `cursor`; without a cursor, everything
 * since its first update.
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

/** The position before the first entry of a read that could not begin where it was asked to. */
export function positionBefore({ kept = [], entries, head }: LogRead): number {
  return (kept[0]?.fromSequence ?? entries[0]?.sequence ?? head + 1) - 1;
}

/** Entries that come after a position. A log in this process gives no others: then none are copied. */
export function entriesAfter(position: number, entries: readonly LogEntry[]): readonly LogEntry[] {
  const [first] = entries;
  if (first === undefined || first.sequence > position) return entries;
  return entries.filter(({ sequence }) => sequence > position);
}
