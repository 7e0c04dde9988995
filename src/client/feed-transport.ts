import type { ReconnectionOptions } from './backoff.js';
import type { AnswerOf, PayloadOf, RequestResult } from './client-socket.js';

export type SubscribeEventName = 'join_room' | `subscribe_${'execution' | 'thread'}`;
export type UnsubscribeEventName = 'leave_room' | `unsubscribe_${'execution' | 'thread'}`;

/** The part of a connection that a feed needs. */
export interface FeedTransport {
  readonly connected: boolean;
  readonly reconnection: Required<ReconnectionOptions>;
  send<TName extends SubscribeEventName | UnsubscribeEventName>(
    event: TName,
    payload: PayloadOf<TName>,
    onResult: (result: RequestResult<AnswerOf<TName>>) => void,
    waitMs?: number,
  ): void;
  remove(feed: { readonly key: string }): void;
}
