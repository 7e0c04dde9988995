import type { TicketStore } from '../access/strategies/ticket-store.js';
import { TicketStrategy } from '../access/strategies/ticket.strategy.js';
import { StreamingError } from '../errors/streaming.error.js';
import type { ResolvedGatewayOptions } from './resolved-options.js';

/** Keeps the tickets of a gateway in the store that all instances share. */
export function shareTickets(
  { authentication }: ResolvedGatewayOptions,
  tickets: TicketStore,
): void {
  const strategies = authentication === false ? [] : authentication.strategies;
  for (const strategy of strategies) {
    if (!(strategy instanceof TicketStrategy)) continue;
    if (strategy.hasOwnStore)
      throw new StreamingError(
        'INVALID_OPTIONS',
        'A TicketStrategy has a `store`, but the `backend` of the module already keeps tickets. Remove one of the two.',
      );
    strategy.share(tickets);
  }
}
