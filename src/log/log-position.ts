import type { Cursor } from '../protocol/cursor.js';
import type { LogEntry } from './log-entry.js';
import type { ChannelInfo } from './stream-log.js';

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

/** Entries that come after a position. A log in this process gives no others: then none are copied. */
export function entriesAfter(position: number, entries: readonly LogEntry[]): readonly LogEntry[] {
  const [first] = entries;
  if (first === undefined || first.sequence > position) return entries;
  return entries.filter(({ sequence }) => sequence > position);
}
