import type { Channel } from '../protocol/channel.js';
import type { Follower, FollowerHandler } from './follower.js';
import type { SubscriptionOptions } from './subscription-options.js';
import { Subscription } from './subscription.js';

/** The requests about an execution. */
interface ExecutionCommands {
  cancel(executionId: string, reason?: string): Promise<void>;
  respond(executionId: string, value: unknown, interruptId?: string): Promise<void>;
}

/**
 * Options of an answer.
 *
 * @publicApi
 */
export interface RespondOptions {
  /** The id of the question. Required if several questions are open. */
  readonly interruptId?: string;
}

/**
 * A subscription to one execution. It can also cancel the execution and answer its questions.
 *
 * @publicApi
 */
export class ExecutionSubscription extends Subscription {
  readonly #commands: ExecutionCommands;

  /** @internal */
  constructor(
    channel: Channel,
    options: SubscriptionOptions,
    follow: (handler: FollowerHandler) => Follower,
    commands: ExecutionCommands,
  ) {
    super(channel, options, follow);
    this.#commands = commands;
  }

  /**
   * Cancels the execution for everybody. To stop only your own following, close the subscription.
   *
   * @param reason - why; the other viewers get it
   * @throws StreamingClientError with the server's code, `CONNECTION_LOST` or `REQUEST_TIMEOUT`
   */
  cancel(reason?: string): Promise<void> {
    return this.#commands.cancel(this.id, reason);
  }

  /**
   * Answers a question that the execution waits for.
   *
   * @throws StreamingClientError with the server's code, `CONNECTION_LOST` or `REQUEST_TIMEOUT`
   */
  respond(value: unknown, { interruptId }: RespondOptions = {}): Promise<void> {
    return this.#commands.respond(this.id, value, interruptId);
  }
}
