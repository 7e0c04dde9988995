import type { StreamingError } from '../../errors/streaming.error.js';
import { ANONYMOUS, principalKey } from '../principal.js';
import { BoundedRateLimiter, type RateLimitState } from './bounded-rate-limiter.js';
import type { MessageWindow } from './message-window.js';
import type { AccessAccount } from './access-account.js';
import type { RateLimitedClient, ResolvedRateLimitOptions } from './rate-limit-options.js';
import { tooMany } from './too-many.js';

/** Whether a message may be handled. */
export type MessageVerdict =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      readonly error: StreamingError;
      /** The client continues to send although it is refused: close its connection. */
      readonly flooding: boolean;
    };

/** If a client sends this many times its limit, or the limit of its principal, its connection is closed. */
const FLOOD_FACTOR = 5;

/** Counts the messages of one gateway. */
export class GatewayRateLimiter {
  private readonly principals: BoundedRateLimiter;

  /** @param account - the counts of all gateways of the application together */
  constructor(
    private readonly account: AccessAccount,
    private readonly options: ResolvedRateLimitOptions,
  ) {
    const { maxMessagesPerPrincipal: max, windowMs, maxKeys } = options;
    this.principals = new BoundedRateLimiter({ max, windowMs, maxKeys });
  }

  /**
   * Counts a message of a client.
   *
   * @param pending - how many of its messages wait for their turn. While a policy is slow, this number could
   * grow without limit although no window has too many messages.
   */
  async countMessage(
    client: RateLimitedClient,
    window: MessageWindow,
    pending = 0,
  ): Promise<MessageVerdict> {
    if (this.isSkipped(client)) return { allowed: true };
    const { maxMessages, windowMs } = this.options;
    if (pending >= maxMessages)
      return { allowed: false, error: tooMany('waiting messages', windowMs), flooding: false };
    const own = window.consume({ max: maxMessages, windowMs });
    if (own.exceeded) return refuse(own, maxMessages);
    // While authentication is off, all clients are the same principal.
    if (client.principal === ANONYMOUS) return { allowed: true };
    const shared = await this.principals.consume(principalKey(client.principal));
    if (shared.exceeded) return refuse(shared, this.options.maxMessagesPerPrincipal);
    const counting = this.account.countMessage(client.principal);
    const all = counting && (await counting);
    return all?.exceeded ? refuse(all, this.account.maxMessages) : { allowed: true };
  }

  private isSkipped(client: RateLimitedClient): boolean {
    try {
      return this.options.skip?.(client) === true;
    } catch {
      return false;
    }
  }
}

/** @param max - the limit that was exceeded */
function refuse(state: RateLimitState, max: number): MessageVerdict {
  const flooding = state.consumed > max * FLOOD_FACTOR;
  return { allowed: false, error: tooMany('messages', state.retryAfterMs), flooding };
}
