import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { LogAvailability } from '../../log/log-availability.js';
import type {
  StreamingBackend,
  StreamingBackendFactory,
  StreamingBackendOptions,
} from '../streaming-backend.js';
import { connectorOf } from './connection/redis-client.js';
import type { RedisConnector } from './connection/redis-connection.js';
import { RedisLink } from './connection/redis-link.js';
import {
  checkRedisOptions,
  resolveRedisOptions,
  type RedisBackendOptions,
  type ResolvedRedisOptions,
} from './redis-backend-options.js';
import { RedisControl } from './redis-control.js';
import { RedisKeys } from './redis-keys.js';
import { RedisLeases } from './redis-leases.js';
import { RedisLimits } from './redis-limits.js';
import { RedisSignInStore } from './redis-sign-in-store.js';
import { RedisStreamLog } from './redis-stream-log.js';
import { RedisThreadStore } from './redis-thread-store.js';
import { RedisTicketStore } from './redis-ticket-store.js';
import { checkServer } from './server-check.js';
import { Subscriptions } from './subscriptions.js';
import { Upkeep } from './upkeep.js';

/**
 * Makes a backend in Redis. With it, any number of instances work as one application:
 *
 * ```ts
 * StreamingModule.forRoot({ backend: redisBackend({ client: createClient({ url }) }), gateway })
 * ```
 *
 * It needs Redis 7 or Valkey 8, or later: a single server, replicas with Sentinel, or a cluster. Configure Redis so
 * that it does not evict keys.
 *
 * If Redis cannot be reached when the application starts, the start fails with `LOG_UNAVAILABLE`.
 *
 * @throws StreamingError `INVALID_OPTIONS` if an option is wrong
 * @publicApi
 */
export function redisBackend(options: RedisBackendOptions): StreamingBackendFactory {
  checkRedisOptions(options);
  const connector = connectorOf(options.client);
  const resolved = resolveRedisOptions(options, connector.isCluster);
  return (bounds) => openRedisBackend(connector, resolved, bounds);
}

/** Makes the backend of one instance over connections of any kind. */
export async function openRedisBackend(
  connector: RedisConnector,
  options: ResolvedRedisOptions,
  bounds: StreamingBackendOptions,
): Promise<RedisBackend> {
  const backend = new RedisBackend(connector, options, bounds);
  try {
    await backend.start();
  } catch (error) {
    await backend.close();
    throw error;
  }
  return backend;
}

/** The backend of one instance. */
export class RedisBackend implements StreamingBackend {
  readonly log: RedisStreamLog;
  readonly control: RedisControl;
  readonly leases: RedisLeases;
  readonly limits: RedisLimits;
  readonly tickets: RedisTicketStore;
  readonly signIns: RedisSignInStore;
  readonly threads: RedisThreadStore;
  readonly #commands: RedisLink;
  readonly #subscriber: RedisLink;
  readonly #upkeep: Upkeep;

  constructor(
    connector: RedisConnector,
    options: ResolvedRedisOptions,
    { log: bounds }: StreamingBackendOptions,
  ) {
    const instanceId = randomBytes(12).toString('base64url');
    const keys = new RedisKeys(options.prefix, options.partitions);
    const commands = new RedisLink(connector, options, {
      onConnected: () => void this.log.outbox.confirm(),
    });
    const subscriber = new RedisLink(connector, options, {
      onConnected: () => void subscriptions.resubscribe(),
      onMessage: (channel, message) => subscriptions.dispatch(channel, message),
    });
    const subscriptions: Subscriptions = new Subscriptions(subscriber, () => void this.#verify());
    const context = { link: commands, keys, subscriptions, instanceId, bounds, options };
    this.#commands = commands;
    this.#subscriber = subscriber;
    this.log = new RedisStreamLog({ ...context, heldAt: () => this.leases.heldAt });
    this.leases = new RedisLeases(
      commands,
      keys,
      instanceId,
      options,
      () => void this.log.outbox.confirm(),
    );
    this.control = new RedisControl(instanceId, commands, keys, subscriptions, this.leases);
    this.limits = new RedisLimits(commands, keys, instanceId, options.commandTimeoutMs);
    this.tickets = new RedisTicketStore(commands, keys, options.commandTimeoutMs);
    this.signIns = new RedisSignInStore(commands, keys, options.commandTimeoutMs);
    this.threads = new RedisThreadStore(commands, keys, options.threadTtlMs);
    this.#upkeep = new Upkeep({
      commands,
      subscriber,
      subscriptions,
      log: this.log,
      verifyIntervalMs: options.verifyIntervalMs,
      probeChannel: keys.ofInstances('probe', instanceId),
    });
  }

  get availability(): LogAvailability {
    return this.#commands.availability;
  }

  /** @throws StreamingError `LOG_UNAVAILABLE` */
  async start(): Promise<void> {
    const logger = new Logger('RedisBackend');
    for (const warning of await checkServer(this.#commands)) logger.warn(warning);
    await this.#upkeep.start();
  }

  async close(): Promise<void> {
    this.#upkeep.stop();
    await this.control.stop();
    await this.leases.stop();
    await this.log.close();
    this.#subscriber.close();
    this.#commands.close();
  }

  async #verify(): Promise<void> {
    // If a comparison fails, the next comparison repeats it.
    await this.log.following.verify().catch(() => undefined);
  }
}
