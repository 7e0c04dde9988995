import { describe } from '@jest/globals';
import { redisBackend } from '../../src/cluster/redis/index.js';
import { memoryBackend, type StreamingBackendFactory } from '../../src/entries/log.js';
import { clientOf, ownPrefix } from './redis-backends.js';
import { redisForTests } from './redis-for-tests.js';
import type { RedisServer } from './redis-server.js';

/** A backend in Redis, for the instances of one application. */
export function redisBackendOf({ url }: RedisServer): StreamingBackendFactory {
  return redisBackend({ client: clientOf(url), prefix: ownPrefix() });
}

/**
 * Describes behaviour of instances, whichever backend they share.
 *
 * @param behaviour - gets a function that makes the backend of one application
 */
export function describeShared(
  what: string,
  behaviour: (share: () => StreamingBackendFactory) => void,
): void {
  describe(`${what} that share memory`, () => {
    behaviour(memoryBackend);
  });
  describe(`${what} that share Redis`, () => {
    const server = redisForTests();
    behaviour(() => redisBackendOf(server()));
  });
}
