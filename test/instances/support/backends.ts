import { describe } from '@jest/globals';
import type { ModuleMetadata } from '@nestjs/common';
import type { MemoryBackend } from '../../../src/cluster/memory/memory-backend.js';
import { redisBackend } from '../../../src/cluster/redis/index.js';
import { memoryBackend, STREAMING_BACKEND } from '../../../src/entries/log.js';
import { type StreamingModuleOptions } from '../../../src/index.js';
import { clientOf, ownPrefix } from '../../support/redis-backends.js';
import { redisForTests } from '../../support/redis-for-tests.js';
import type { RedisServer } from '../../support/redis-server.js';
import { onTestEnd, startApp, type StreamingApp } from '../../support/streaming-app.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { by } from './viewers.js';

/** The instances of one application, in this process. */
export interface Instances {
  /** Starts one more. */
  start(options?: StreamingModuleOptions, metadata?: ModuleMetadata): Promise<StreamingApp>;
  /** The others take an instance for dead, as if it were killed, frozen or cut off. It runs on. */
  vanish(app: StreamingApp): Promise<void>;
  /** It comes back. */
  reappear(app: StreamingApp): Promise<void>;
}

function inMemory(): Instances {
  const backend = memoryBackend();
  const own = ({ app }: StreamingApp): MemoryBackend => app.get(STREAMING_BACKEND);
  return {
    start: (options = { gateway: {} }, metadata = {}) =>
      startApp({ ...options, backend }, metadata),
    vanish: async (app) => own(app).vanish(),
    reappear: async (app) => own(app).reappear(),
  };
}

/** Instances that reach Redis each by a network of its own, which can be cut. */
export function inRedis(server: RedisServer): Instances {
  const prefix = ownPrefix();
  const networks = new Map<StreamingApp, TcpProxy>();
  return {
    start: async (options = { gateway: {} }, metadata = {}) => {
      const network = await TcpProxy.start(server.port);
      onTestEnd(() => network.stop());
      const backend = redisBackend({ client: clientOf(network.url), prefix });
      const app = await startApp({ ...options, backend }, metadata);
      // Runs before the application is closed, which needs Redis.
      onTestEnd(() => network.accept());
      networks.set(app, network);
      return app;
    },
    vanish: async (app) => networks.get(app)?.refuse(),
    reappear: async (app) => networks.get(app)?.accept(),
  };
}

/** Starts two instances. @param options - makes the options of each */
export async function startTwo(
  { start }: Instances,
  options: () => StreamingModuleOptions = by,
): Promise<[StreamingApp, StreamingApp]> {
  return [await start(options()), await start(options())];
}

/** Describes behaviour that instances have by every backend. */
export function describeInstances(
  what: string,
  behaviour: (instances: () => Instances) => void,
): void {
  describe(`${what}, in memory`, () => {
    behaviour(inMemory);
  });
  describe(`${what}, in Redis`, () => {
    const server = redisForTests();
    behaviour(() => inRedis(server()));
  });
}
