import { nameOf, type Channel } from '../protocol/channel.js';
import type { Cursor } from '../protocol/cursor.js';
import type { AcknowledgmentAnswers, AcknowledgmentRequest } from './acknowledgment-request.js';
import { Arrivals } from './arrivals.js';
import type { DeliveryTransport } from './delivery-transport.js';
import type { Subscriber, SubscriberIdentity } from './subscriber.js';

/** Finds out which subscribers of one channel have handled its updates. */
export class Acknowledgments {
  readonly #arrivals = new Arrivals();

  /** @param positionOf - returns the sequence number of the last entry that was sent to a subscriber */
  constructor(
    private readonly channel: Channel,
    private readonly transport: DeliveryTransport,
    private readonly positionOf: (subscriber: Subscriber) => number,
  ) {}

  /** Asks subscribers to acknowledge all updates up to a cursor. */
  async request(
    subscribers: readonly Subscriber[],
    cursor: Cursor,
    { timeoutMs, targets }: AcknowledgmentRequest,
  ): Promise<AcknowledgmentAnswers> {
    const asked = subscribers.filter((subscriber) => subscriber.isTargeted({ targets }));
    const answers = await Promise.all(
      asked.map(async (subscriber) => ({
        identity: subscriber.identity,
        hasAnswered: await this.#ask(subscriber, cursor, timeoutMs),
      })),
    );
    const identities = (hasAnswered: boolean): SubscriberIdentity[] =>
      answers.filter((one) => one.hasAnswered === hasAnswered).map(({ identity }) => identity);
    return { acknowledged: identities(true), missing: identities(false) };
  }

  /** Called when entries were sent, or a subscriber left. */
  settle(): void {
    this.#arrivals.settle();
  }

  /**
   * The client is asked only after everything up to the cursor was sent to it. So if it answers, it has
   * everything.
   */
  async #ask(subscriber: Subscriber, cursor: Cursor, timeoutMs: number): Promise<boolean> {
    const askedAt = performance.now();
    const hasArrived = (): boolean | undefined => {
      if (subscriber.closed) return false;
      return this.positionOf(subscriber) >= cursor.sequence || undefined;
    };
    if (!(await this.#arrivals.wait(hasArrived, timeoutMs))) return false;
    const message = { ...nameOf(this.channel), cursor };
    const remainingMs = Math.max(1, timeoutMs - (performance.now() - askedAt));
    return (await this.transport.ask?.(subscriber.clientId, message, remainingMs)) ?? true;
  }
}
