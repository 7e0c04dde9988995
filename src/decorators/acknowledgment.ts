import type { Channel } from '../protocol/channel.js';
import type { AskedClient } from './gateway-options.js';

/** DI token of the {@link AcknowledgmentRequester}. */
export const ACKNOWLEDGMENT_REQUESTER = Symbol.for(
  '@hive-academy/langgraph-streaming:acknowledgment-requester',
);

/** Which clients answered. */
export interface Acknowledgments {
  readonly acknowledged: readonly AskedClient[];
  readonly missing: readonly AskedClient[];
}

/** Asks the clients that watch a channel whether they have all of it. */
export interface AcknowledgmentRequester {
  /**
   * @param targets - ask these principals and connections only
   * @returns once all have answered, or after `timeoutMs`
   */
  requestAcknowledgments(
    channel: Channel,
    options: { readonly timeoutMs: number; readonly targets?: readonly string[] | undefined },
  ): Promise<Acknowledgments>;
}
