import { afterAll, describe } from '@jest/globals';
import type { MemoryBackend } from '../../../src/cluster/memory/memory-backend.js';
import {
  memoryBackend,
  STREAMING_BACKEND,
  type StreamingBackendFactory,
} from '../../../src/entries/log.js';
import { redisBackend } from '../../../src/cluster/redis/index.js';
import type { RedisBackend } from '../../../src/cluster/redis/redis-backend.js';
import { type StreamingModuleOptions } from '../../../src/index.js';
import { clientOf, ownPrefix } from '../../support/redis-backends.js';
import { SharedServer } from '../../support/redis-server.js';
import { startApp, type StreamingApp } from '../../support/streaming-app.js';

/** The instances of one application, in this process. */
export interface Instances {
  /** Starts one more. */
  start(options?: StreamingModuleOptions): Promise<StreamingApp>;
  /** The others take an instance for dead, as if it were killed, frozen or cut off. It runs on. */
  vanish(app: StreamingApp): Promise<void>;
  /** It comes back. */
  reappear(app: StreamingApp): Promise<void>;
}

const inMemory = async (): Promise<Instances> => {
  const backend: StreamingBackendFactory = memoryBackend();
  const own = ({ app }: StreamingApp): MemoryBackend => app.get(STREAMING_BACKEND);
  return {
    start: (options = { gateway: {} }) => startApp({ ...options, backend }),
    vanish: async (app) => own(app).vanish(),
    reappear: async (app) => own(app).reappear(),
  };
};

/** Long enough for a busy machine to renew a lease in time. */
const LEASE = { leaseMs: 2_500, heartbeatMs: 250 };

const redis = new SharedServer();

const inRedis = async (): Promise<Instances> => {
  const client = clientOf(await redis.url());
  const backend = redisBackend({ client, prefix: ownPrefix(), ...LEASE });
  const own = ({ app }: StreamingApp): RedisBackend => app.get(STREAMING_BACKEND);
  return {
    start: (options = { gateway: {} }) => startApp({ ...options, backend }),
    vanish: (app) => own(app).vanish(),
    reappear: (app) => own(app).reappear(),
  };
};

/** Every backend, by which the behaviour of instances is shown. */
export const BACKENDS = [
  ['memory', inMemory],
  ['Redis', inRedis],
] as const;

/** Describes behaviour that instances have by every backend. */
export function describeInstances(
  what: string,
  behaviour: (instances: () => Promise<Instances>) => void,
): void {
  afterAll(() => redis.stop());
  describe.each(BACKENDS)(`${what}, by the backend in %s`, (_name, make) => {
    behaviour(make);
  });
}
