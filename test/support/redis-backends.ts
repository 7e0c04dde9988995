import { Redis as IORedis } from 'ioredis';
import { Redis as IORedis5 } from 'ioredis-v5';
import { createClient } from 'redis';
import { WIDE_BOUNDS } from './wide-bounds.js';
import { connectorOf, type RedisClient } from '../../src/cluster/redis/connection/redis-client.js';
import {
  resolveRedisOptions,
  type RedisBackendOptions,
} from '../../src/cluster/redis/redis-backend-options.js';
import { openRedisBackend, type RedisBackend } from '../../src/cluster/redis/redis-backend.js';
import type { MemoryStreamLogOptions, StreamLog } from '../../src/entries/log.js';
import { OPTION_DEFAULTS } from '../../src/options/option-defaults.js';

let prefixes = 0;

/** A prefix that no other test uses. */
export function ownPrefix(): string {
  prefixes += 1;
  return `test${process.pid}-${prefixes}`;
}

/** The client libraries, each with a client that is not connected. */
const CLIENTS: Readonly<Record<string, (url: string) => RedisClient>> = {
  redis: (url) => createClient({ url }),
  ioredis: (url) => new IORedis(url, { lazyConnect: true }),
  'ioredis-v5': (url) => new IORedis5(url, { lazyConnect: true }),
};

/** A client of the library that `REDIS_CLIENT` names; of node-redis by default. */
export function clientOf(url: string): RedisClient {
  const name = process.env['REDIS_CLIENT'] ?? 'redis';
  const make = CLIENTS[name];
  if (!make) throw new TypeError(`REDIS_CLIENT is one of ${Object.keys(CLIENTS).join(', ')}.`);
  return make(url);
}

/** The backend of one instance. */
export async function openBackend(
  options: RedisBackendOptions,
  bounds: Partial<MemoryStreamLogOptions> = {},
): Promise<RedisBackend> {
  const connector = connectorOf(options.client);
  return openRedisBackend(connector, resolveRedisOptions(options, connector.isCluster), {
    log: { ...WIDE_BOUNDS, ...bounds },
    threads: OPTION_DEFAULTS.agents,
  });
}

/** The log of a backend, which closes the backend with itself. */
export function logOf(backend: RedisBackend): StreamLog {
  const { log } = backend;
  return new Proxy(log, {
    get: (target, name) => {
      if (name === 'close') return () => backend.close();
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
