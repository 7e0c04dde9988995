import type { Channel } from '../protocol/channel.js';
import type { Follower, FollowerHandler } from './follower.js';
import type { SubscriptionOptions } from './subscription-options.js';
import { Subscription } from './subscription.js';

/** What a run can be told to do. */
interface ExecutionCommands {
  cancel(executionId: string, reason?: string): Promise<void>;
  respond(executionId: string, value: unknown, interruptId?: string): Promise<void>;
}

/**
 * Which question is answered.
 *
 * @publicApi
 */
export interface RespondOptions {
  /** Needed when several questions are open. */
  readonly interruptId?: string;
}

/**
 * Follows one execution, and can cancel and answer it.
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
   * Stops the execution for everybody. To stop only following it, close the subscription.
   *
   * @param reason - tells the other viewers why
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
