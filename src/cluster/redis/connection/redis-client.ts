import { StreamingError } from '../../../errors/streaming.error.js';
import { IORedisConnector } from './ioredis.js';
import { NodeRedisConnector } from './node-redis.js';
import type { RedisConnector } from './redis-connection.js';

/**
 * A client of the package `redis` (`createClient`, `createCluster`, `createSentinel`) or of `ioredis`
 * (`new Redis()`, `new Cluster()`). The client need not be connected, because the backend connects duplicates of it.
 *
 * @publicApi
 */
export interface RedisClient {
  duplicate(...args: never[]): unknown;
}

/** The properties by which the two libraries are told apart. */
interface AnyClient {
  duplicate(...args: readonly unknown[]): never;
  readonly call?: unknown;
  readonly isCluster?: boolean;
  readonly sendCommand?: unknown;
  readonly slots?: unknown;
  readonly acquire?: unknown;
}

/** By default `ioredis` repeats unanswered commands, but not in their order. So this is switched off. */
const IOREDIS_OPTIONS = {
  lazyConnect: true,
  retryStrategy: null,
  autoResendUnfulfilledCommands: false,
  enableOfflineQueue: true,
  maxRetriesPerRequest: null,
  keyPrefix: '',
};

/** @throws StreamingError `INVALID_OPTIONS` if the client belongs to neither library */
export function connectorOf(given: RedisClient): RedisConnector {
  const client = given as unknown as AnyClient;
  if (typeof client?.duplicate === 'function') {
    if (typeof client.call === 'function') return ioredisConnector(client);
    if (typeof client.sendCommand === 'function') return nodeRedisConnector(client);
  }
  throw new StreamingError(
    'INVALID_OPTIONS',
    'redisBackend needs a `client` of the package `redis` or `ioredis`, such as `createClient({ url })`.',
  );
}

function ioredisConnector(client: AnyClient): RedisConnector {
  if (client.isCluster !== true)
    return new IORedisConnector(() => client.duplicate(IOREDIS_OPTIONS), false);
  const { keyPrefix, lazyConnect } = IOREDIS_OPTIONS;
  const options = {
    lazyConnect,
    shardedSubscribers: true,
    clusterRetryStrategy: null,
    keyPrefix,
    redisOptions: { maxRetriesPerRequest: null },
  };
  return new IORedisConnector(() => client.duplicate([], options), true);
}

function nodeRedisConnector(client: AnyClient): RedisConnector {
  const kind =
    client.slots !== undefined
      ? 'cluster'
      : typeof client.acquire === 'function'
        ? 'sentinel'
        : 'client';
  return new NodeRedisConnector(() => client.duplicate(), kind);
}
