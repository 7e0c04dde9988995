import { StreamingError } from '../../errors/streaming.error.js';
import { SamlStrategy } from './saml.strategy.js';
import type { SharedStores } from './shared-stores.js';
import { TicketStrategy } from './ticket.strategy.js';

/** Why a strategy cannot share the stores of a backend. */
export const OWN_STORE =
  'has a ticket `store`, but `backend` already keeps tickets. Remove one of the two';

/** Whether a strategy keeps data that instances share, in a store that the application gave it. */
export function hasOwnStore(strategy: unknown): boolean {
  return isSharing(strategy) && strategy.hasOwnStore;
}

/**
 * Lets a strategy keep its data where every instance finds it.
 *
 * @throws StreamingError `INVALID_OPTIONS` if the application gave it a store of its own
 */
export function shareStores(strategy: unknown, stores: SharedStores): void {
  if (!isSharing(strategy)) return;
  if (strategy.hasOwnStore)
    throw new StreamingError('INVALID_OPTIONS', `The strategy "${strategy.name}" ${OWN_STORE}.`);
  strategy.share(stores);
}

function isSharing(strategy: unknown): strategy is TicketStrategy | SamlStrategy {
  return strategy instanceof TicketStrategy || strategy instanceof SamlStrategy;
}
