import type { ResolvedGatewayOptions } from '../../options/resolved-options.js';

/** The limits of one transport. */
export interface TransportLimits {
  /** How long it may be in no namespace, in milliseconds. */
  readonly connectTimeoutMs: number;
  readonly maxPayloadBytes: number;
  readonly maxQueuedBytes: number;
  /** How long it may read nothing while answers wait, in milliseconds. */
  readonly slowTimeoutMs: number;
  /** How often it may ask to enter a namespace, per window. */
  readonly maxConnects: number;
  /** How many other packets it may send, per window. */
  readonly maxPackets: number;
  /** In milliseconds. */
  readonly windowMs: number;
}

/** If a transport sends this many times its limit of messages, it is closed. */
const FLOOD_FACTOR = 5;

/** The limits of a transport to a gateway. */
export function transportLimitsOf(options: ResolvedGatewayOptions): TransportLimits {
  const { connectTimeoutMs, maxPayloadBytes, rateLimit, slowClient } = options;
  const { maxQueuedBytes, timeoutMs: slowTimeoutMs } = slowClient;
  const rates =
    rateLimit === false ? { maxConnects: Infinity, maxMessages: Infinity, windowMs: 0 } : rateLimit;
  return {
    connectTimeoutMs,
    maxPayloadBytes,
    maxQueuedBytes,
    slowTimeoutMs,
    maxConnects: rates.maxConnects,
    maxPackets: rates.maxMessages * FLOOD_FACTOR,
    windowMs: rates.windowMs,
  };
}

/** A transport can be in several namespaces of a server. For each limit the highest value counts. */
export function mostGenerous(one: TransportLimits, other: TransportLimits): TransportLimits {
  const most = (name: keyof TransportLimits): number => Math.max(one[name], other[name]);
  return {
    connectTimeoutMs: most('connectTimeoutMs'),
    maxPayloadBytes: most('maxPayloadBytes'),
    maxQueuedBytes: most('maxQueuedBytes'),
    slowTimeoutMs: most('slowTimeoutMs'),
    maxConnects: most('maxConnects'),
    maxPackets: most('maxPackets'),
    windowMs: most('windowMs'),
  };
}
