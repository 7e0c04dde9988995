import { describe, expect, it } from '@jest/globals';
import { createClient } from 'redis';
import { TicketStrategy } from '../../src/index.js';
import {
  memoryBackend,
  MemoryStreamLog,
  type StreamingBackendFactory,
} from '../../src/entries/log.js';
import { redisBackend } from '../../src/cluster/redis/index.js';
import { MemoryTicketStore } from '../../src/entries/auth.js';
import { startApp } from '../support/streaming-app.js';

describe('options that contradict a backend', () => {
  const backends: readonly (readonly [string, StreamingBackendFactory])[] = [
    ['in memory', memoryBackend()],
    ['in Redis', redisBackend({ client: createClient() })],
  ];

  it.each(backends)('fail the boot, %s', async (_where, backend) => {
    const bounds = { maxEntries: 1, maxBytes: 1, retentionMs: 1, roomIdleMs: 1 };
    const store = new MemoryStreamLog(bounds);
    await expect(startApp({ backend, log: { store } })).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      issues: [expect.objectContaining({ path: 'log.store' })],
    });
    const strategies = [new TicketStrategy({ store: new MemoryTicketStore() })];
    await expect(
      startApp({ backend, gateway: { authentication: { strategies } } }),
    ).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
  });

  it('fail the boot also if a strategy is given as a class', async () => {
    const useFactory = (): TicketStrategy => new TicketStrategy({ store: new MemoryTicketStore() });
    await expect(
      startApp(
        {
          backend: memoryBackend(),
          gateway: { authentication: { strategies: [TicketStrategy] } },
        },
        { providers: [{ provide: TicketStrategy, useFactory }] },
      ),
    ).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      message: expect.stringContaining('"ticket" has a ticket `store`'),
    });
  });
});
