import type { Channel } from '../../protocol/channel.js';
import type { ClientEventName } from '../../protocol/client-events.js';
import { Backoff, type ReconnectionOptions } from '../backoff.js';
import type { AnswerOf, PayloadOf } from '../client-socket.js';
import type { Follower, FollowerHandler } from '../follower.js';
import { StreamingClientError } from '../streaming-client.error.js';
import type { ExecutionSubscriptionOptions } from '../subscription-options.js';

/** The part of the client that threads need. */
export interface ThreadWire {
  readonly reconnection: Required<ReconnectionOptions>;
  send<TName extends ClientEventName>(
    event: TName,
    payload: PayloadOf<TName>,
  ): Promise<AnswerOf<TName>>;
  follow(
    channel: Channel,
    options: ExecutionSubscriptionOptions,
  ): (handler: FollowerHandler) => Follower;
}

/**
 * Repeats a request until it is answered, or until it cannot succeed.
 *
 * @param isWorthwhile - returns whether the request can still succeed after this error
 */
export function repeated<TAnswer>(
  { reconnection }: ThreadWire,
  request: () => Promise<TAnswer>,
  isWorthwhile: (error: StreamingClientError) => boolean,
): Promise<TAnswer> {
  const retries = new Backoff({ ...reconnection, maxAttempts: Infinity });
  return new Promise((resolve, reject) => {
    const attempt = (): void => void request().then(resolve, retry);
    const retry = (error: Error): void => {
      if (!StreamingClientError.isInstance(error) || !isWorthwhile(error)) reject(error);
      else retries.schedule(attempt, error.body?.retryAfterMs);
    };
    attempt();
  });
}
