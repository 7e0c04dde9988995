import type { LogEntry } from './log-entry.js';

/**
 * An event that a follower of a channel gets.
 *
 * - `entries`: these entries were appended, in this order.
 * - `ended`: the channel has ended. No more entries follow.
 * - `gone`: the channel was removed. No more events follow. A channel that is opened later with the same id is
 *   another channel.
 * - `reset`: the channel continues in another epoch, because it was replaced or the log has lost data. All
 *   earlier entries are void. The next entry is the entry after `head`.
 *
 * @publicApi
 */
export type LogEvent =
  | { readonly type: 'entries'; readonly epoch: string; readonly entries: readonly LogEntry[] }
  | { readonly type: 'ended'; readonly epoch: string }
  | { readonly type: 'gone' }
  | { readonly type: 'reset'; readonly epoch: string; readonly head: number };

/** Called with each event of a channel. */
export type LogListener = (event: LogEvent) => void;
