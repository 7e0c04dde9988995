import { Observable } from 'rxjs';
import type { Channel } from '../protocol/channel.js';
import type { StreamUpdate } from '../protocol/stream-update.js';
import { followChannel, type FollowOptions } from './follow-channel.js';
import type { LogEntry } from './log-entry.js';
import type { StreamLog } from './stream-log.js';

/** Options of {@link followAsObservable}. */
export interface ObserveOptions extends FollowOptions {
  /** Which entries to pass on. Without it, all entries. */
  readonly accepts?: ((entry: LogEntry) => boolean) | undefined;
}

/** Follows a channel as {@link followChannel} does, but returns an Observable of updates. */
export function followAsObservable(
  log: StreamLog,
  channel: Channel,
  { accepts, ...options }: ObserveOptions = {},
): Observable<StreamUpdate> {
  return new Observable((subscriber) => {
    const unsubscribed = new AbortController();
    const signal = options.signal
      ? AbortSignal.any([options.signal, unsubscribed.signal])
      : unsubscribed.signal;
    const pump = async (): Promise<void> => {
      for await (const entry of followChannel(log, channel, { ...options, signal })) {
        if (!accepts || accepts(entry)) subscriber.next(entry.update);
      }
    };
    pump().then(
      () => subscriber.complete(),
      (error: unknown) => subscriber.error(error),
    );
    return () => unsubscribed.abort();
  });
}
