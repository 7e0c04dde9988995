import { z } from 'zod';
import { findSchemaIssues, rejectIfAny } from '../../errors/option-issue.js';
import { isRedisClient, type RedisClient } from './connection/redis-client.js';

/**
 * Options of `redisBackend`.
 *
 * @publicApi
 */
export interface RedisBackendOptions {
  /**
   * A client of `redis` 6, or of `ioredis` 5 or 6. The backend makes two connections from duplicates of it, and
   * does not use or close the client itself.
   */
  readonly client: RedisClient;
  /**
   * The beginning of every key and Pub/Sub channel. If applications share a Redis, give each a different prefix.
   * It must not contain braces or colons. @default 'ls'
   */
  readonly prefix?: string;
  /**
   * The number of parts over which a Redis Cluster may spread the channels. All instances must have the same
   * number.
   * @default 64 in a cluster, otherwise 1
   */
  readonly partitions?: number;
  /** If Redis has not answered after this time, the connection is replaced, in milliseconds. @default 2000 */
  readonly commandTimeoutMs?: number;
  /**
   * How long an execution waits while Redis cannot be reached, in milliseconds. Then the execution fails with
   * `LOG_UNAVAILABLE`. @default 30000
   */
  readonly unavailableMs?: number;
  /**
   * How long an instance counts as alive after its last heartbeat, in milliseconds. It must be the same in
   * every instance, and at least twice `heartbeatMs`. @default 3000
   */
  readonly leaseMs?: number;
  /** How often an instance sends a heartbeat, in milliseconds. @default 1000 */
  readonly heartbeatMs?: number;
  /**
   * How often followed channels are compared with Redis, in milliseconds. The comparison finds messages that
   * Pub/Sub has lost although the connection did not break. @default 10000
   */
  readonly verifyIntervalMs?: number;
  /**
   * How long an execution is kept that has not ended and that no instance runs, in milliseconds. An example is an
   * execution that waits for an answer after its instance has died. @default 86400000
   */
  readonly activeTtlMs?: number;
  /** How long a thread without new updates is kept, in milliseconds. @default 2592000000 */
  readonly threadTtlMs?: number;
}

/** {@link RedisBackendOptions} with every default. */
export interface ResolvedRedisOptions extends Required<Omit<RedisBackendOptions, 'client'>> {
  readonly isCluster: boolean;
}

const CLUSTER_PARTITIONS = 64;

const DEFAULTS = {
  prefix: 'ls',
  commandTimeoutMs: 2_000,
  unavailableMs: 30_000,
  leaseMs: 3_000,
  heartbeatMs: 1_000,
  verifyIntervalMs: 10_000,
  activeTtlMs: 86_400_000,
  threadTtlMs: 2_592_000_000,
};

const count = z.int().positive();
/** Node timers take no longer delay. */
const timerMs = count.max(2 ** 31 - 1);

const schema = z
  .strictObject({
    client: z.custom(
      isRedisClient,
      'must be a client of the package `redis` or `ioredis`, such as `createClient({ url })`',
    ),
    prefix: z
      .string()
      .regex(/^[^{}:]+$/, 'must be a text without braces and colons, such as "ls"')
      .optional(),
    partitions: count.optional(),
    commandTimeoutMs: timerMs.optional(),
    unavailableMs: timerMs.optional(),
    leaseMs: timerMs.optional(),
    heartbeatMs: timerMs.optional(),
    verifyIntervalMs: timerMs.optional(),
    activeTtlMs: count.optional(),
    threadTtlMs: count.optional(),
  })
  .refine(
    ({ leaseMs = DEFAULTS.leaseMs, heartbeatMs = DEFAULTS.heartbeatMs }) =>
      leaseMs >= 2 * heartbeatMs,
    {
      path: ['leaseMs'],
      message: `must be at least twice \`heartbeatMs\`, which is ${DEFAULTS.heartbeatMs} by default: otherwise one late renewal ends the lease`,
    },
  );

/** @throws StreamingError `INVALID_OPTIONS`, with every fault and its path in `issues` */
export function checkRedisOptions(options: RedisBackendOptions): void {
  const issues = findSchemaIssues(schema, options, '', 'docs/scaling.md#redis');
  rejectIfAny(issues, 'The options of redisBackend');
}

/** Fills in the defaults. */
export function resolveRedisOptions(
  { client: _client, ...options }: RedisBackendOptions,
  isCluster: boolean,
): ResolvedRedisOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return {
    isCluster,
    partitions: isCluster ? CLUSTER_PARTITIONS : 1,
    ...DEFAULTS,
    ...Object.fromEntries(given),
  };
}
