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
  /** Makes another client with the same options. */
  duplicate(...args: never[]): unknown;
}

/** The properties by which the two libraries are told apart. */
interface AnyClient {
  duplicate(...args: readonly unknown[]): never;
  readonly call?: unknown;
  readonly isCluster?: boolean;
  readonly options?: { readonly redisOptions?: object };
  readonly sendCommand?: unknown;
  readonly slots?: unknown;
  readonly acquire?: unknown;
}

/** The scripts expect replies in their plain form, but an application can set another form for its client. */
const NODE_REDIS_OPTIONS = { commandOptions: {}, commandsQueueMaxLength: undefined };

const IOREDIS_REPLIES = { stringNumbers: false, keyPrefix: '' };

/** By default `ioredis` repeats unanswered commands, but not in their order. So this is switched off. */
const IOREDIS_OPTIONS = {
  ...IOREDIS_REPLIES,
  lazyConnect: true,
  retryStrategy: null,
  reconnectOnError: null,
  autoResendUnfulfilledCommands: false,
  enableOfflineQueue: true,
  maxRetriesPerRequest: null,
};

/** Whether a value is a client of either library. */
export function isRedisClient(given: unknown): given is RedisClient {
  const client = (given ?? {}) as Partial<AnyClient>;
  return (
    typeof client.duplicate === 'function' &&
    (typeof client.call === 'function' || typeof client.sendCommand === 'function')
  );
}

export function connectorOf(given: RedisClient): RedisConnector {
  const client = given as unknown as AnyClient;
  return typeof client.call === 'function' ? ioredisConnector(client) : nodeRedisConnector(client);
}

function ioredisConnector(client: AnyClient): RedisConnector {
  if (client.isCluster !== true)
    return new IORedisConnector(() => client.duplicate(IOREDIS_OPTIONS), false);
  const options = {
    lazyConnect: true,
    shardedSubscribers: true,
    clusterRetryStrategy: null,
    scaleReads: 'master',
    keyPrefix: '',
    // Version 5 would drop those of the client, such as the password.
    redisOptions: {
      ...client.options?.redisOptions,
      ...IOREDIS_REPLIES,
      maxRetriesPerRequest: null,
    },
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
  return new NodeRedisConnector(() => client.duplicate(NODE_REDIS_OPTIONS), kind);
}
