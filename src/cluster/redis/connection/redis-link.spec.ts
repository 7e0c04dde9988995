import { describe, expect, it } from '@jest/globals';
import type { RedisConnection, RedisConnector } from './redis-connection.js';
import { RedisLink } from './redis-link.js';

const PATIENT = { commandTimeoutMs: 10_000, unavailableMs: 10_000 };

/** A server that is reached by a client library, which refuses a command as long as it wants to. */
function linkWhose(send: () => Promise<unknown>): RedisLink {
  const connection = { send, destroy: () => undefined } as unknown as RedisConnection;
  const connector: RedisConnector = { isCluster: false, open: async () => connection };
  return new RedisLink(connector, PATIENT);
}

describe('a link to Redis', () => {
  it.each(['The queue is full', 'The client is offline', 'Command timed out', 'MOVED 1 elsewhere'])(
    'lets the process work on while a command is refused at once: %s',
    async (refusal) => {
      let isRefusing = true;
      let asked = 0;
      const link = linkWhose(async () => {
        asked += 1;
        if (isRefusing) throw new Error(refusal);
        return 'PONG';
      });
      // It runs only if the event loop gets its turn.
      setImmediate(() => (isRefusing = false));
      expect(await link.call((connection) => connection.send(['PING'], ''))).toBe('PONG');
      expect(asked).toBeLessThan(10);
      link.close();
    },
  );
});
