import type { SignInStore } from './sign-in-store.js';
import type { TicketStore } from './ticket-store.js';

/** Where strategies keep what all instances of an application must find. */
export interface SharedStores {
  readonly tickets: TicketStore;
  readonly signIns: SignInStore;
}
