import type { Channel } from '../protocol/channel.js';
import type { AcknowledgmentAnswers, AcknowledgmentRequest } from './acknowledgment-request.js';
import type { Delivery } from './delivery.js';

/** The clients of this process: the deliveries of all transports of all gateways. */
export class Gateways {
  readonly #deliveries = new Set<Delivery>();

  add(delivery: Delivery): void {
    this.#deliveries.add(delivery);
  }

  delete(delivery: Delivery): void {
    this.#deliveries.delete(delivery);
  }

  /** The ids of the clients that are subscribed to a channel. */
  clientsOf(channel: Channel): string[] {
    return [...this.#deliveries].flatMap((delivery) => delivery.clientsOf(channel));
  }

  /** Asks the subscribed clients that can answer to acknowledge all updates of a channel. */
  async requestAcknowledgments(
    channel: Channel,
    request: AcknowledgmentRequest,
  ): Promise<AcknowledgmentAnswers> {
    const answers = await Promise.all(
      [...this.#deliveries].map((delivery) => delivery.requestAcknowledgments(channel, request)),
    );
    return {
      acknowledged: answers.flatMap(({ acknowledged }) => acknowledged),
      missing: answers.flatMap(({ missing }) => missing),
    };
  }
}
