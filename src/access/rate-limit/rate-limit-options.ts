import type { RequiredKeys } from '../../common/required-keys.js';
import type { Principal } from '../principal.js';

/** A client whose messages are counted. */
export interface RateLimitedClient {
  /** The id of the connection. */
  readonly id: string;
  /** The principal of the connection. */
  readonly principal: Principal;
}

/**
 * How often clients may do things that use the server's resources. Each instance counts by itself, except that
 * failed authentications are counted in all instances together.
 *
 * @publicApi
 */
export interface GatewayRateLimitOptions {
  /**
   * How many messages one connection may send per window. A client that reconnects subscribes to all its
   * channels immediately, so set this above the number of channels that one client may follow. At most this
   * many messages wait for their turn, such as while a policy is slow.
   *
   * @default 200
   */
  readonly maxMessages?: number;
  /** How many messages all connections of one principal may send per window. @default 1000 */
  readonly maxMessagesPerPrincipal?: number;
  /** The window for messages, in milliseconds. @default 10000 */
  readonly windowMs?: number;
  /**
   * How often one transport may ask to enter a namespace within `windowMs`. A transport that asks more often
   * is closed. A transport is also closed if it sends more than five times `maxMessages` other packets.
   *
   * @default 20
   */
  readonly maxConnects?: number;
  /**
   * How many authentications from one address may fail per window, counted over all gateways. After that the
   * address is refused. At most this number of authentications from one address run at the same time; further
   * authentications wait.
   *
   * @default 10
   */
  readonly maxFailedAuthentications?: number;
  /** The window for failed authentications, in milliseconds. @default 60000 */
  readonly failedAuthenticationWindowMs?: number;
  /** Returns true for a client whose messages are not counted. Without this option, all are counted. */
  readonly skip?: (client: RateLimitedClient) => boolean;
  /**
   * How many connections, principals and addresses (each) are counted at the same time. If there are more, the
   * oldest count is forgotten.
   *
   * @default 10000
   */
  readonly maxKeys?: number;
}

/** The defaults of {@link GatewayRateLimitOptions}. */
export const RATE_LIMIT_DEFAULTS = {
  maxMessages: 200,
  maxMessagesPerPrincipal: 1_000,
  windowMs: 10_000,
  maxConnects: 20,
  maxFailedAuthentications: 10,
  failedAuthenticationWindowMs: 60_000,
  maxKeys: 10_000,
} as const satisfies GatewayRateLimitOptions;

/** Limits with every default applied. */
export type ResolvedRateLimitOptions = RequiredKeys<
  GatewayRateLimitOptions,
  keyof typeof RATE_LIMIT_DEFAULTS
>;
