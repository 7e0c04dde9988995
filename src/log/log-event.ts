import type { LogEntry } from './log-entry.js';

/**
 * What a follower of a channel hears.
 *
 * - `entries`: they were appended, in this order.
 * - `ended`: no entry comes after those that were told.
 * - `gone`: the channel was removed. Nothing more is told; one that is opened under its id is another.
 * - `reset`: the channel goes on in another epoch, since it was replaced or the log lost data. What was
 *   told before is void. What follows is told, beginning with the entry after `head`.
 *
 * @publicApi
 */
export type LogEvent =
  | { readonly type: 'entries'; readonly epoch: string; readonly entries: readonly LogEntry[] }
  | { readonly type: 'ended'; readonly epoch: string }
  | { readonly type: 'gone' }
  | { readonly type: 'reset'; readonly epoch: string; readonly head: number };

/** Hears what happens to a channel. */
export type LogListener = (event: LogEvent) => void;
