import { describe, expect, it } from '@jest/globals';
import { redisBackend } from '../../src/cluster/redis/index.js';
import { GatewayAuthenticationService, TicketStrategy } from '../../src/index.js';
import { until } from '../../src/testing/log-contract/support.js';
import { clientOf, ownPrefix } from '../support/redis-backends.js';
import { RedisServer } from '../support/redis-server.js';
import { onTestEnd, startApp, type StreamingApp } from '../support/streaming-app.js';

const owner = { principalId: 'ada' };

interface Scene {
  readonly server: RedisServer;
  readonly app: StreamingApp;
  readonly tickets: TicketStrategy;
  readonly keys: () => Promise<string[]>;
}

async function scene(retentionMs: number): Promise<Scene> {
  const server = await RedisServer.start();
  onTestEnd(() => server.stop());
  const tickets = new TicketStrategy();
  const app = await startApp({
    backend: redisBackend({ client: clientOf(server.url), prefix: ownPrefix() }),
    log: { retentionMs },
    gateway: {
      rooms: 'lobby',
      maxConnectionsPerPrincipal: 5,
      authentication: { strategies: [tickets] },
    },
  });
  const keys = async (): Promise<string[]> => (await server.command('KEYS', '*')) as string[];
  return { server, app, tickets, keys };
}

describe('what is kept in Redis', () => {
  it('expires, every key of it, though nobody deletes it', async () => {
    const { server, app, tickets, keys } = await scene(60_000);
    const { streaming } = app;
    await (
      await streaming.start((context) => context.token('a'), { owner })
    ).done;
    await streaming.reserve('reserved', { owner });
    await streaming.publish('lobby', 'events', 'hello');
    await tickets.issue({ id: 'ada', scopes: [], claims: {} });
    const { ticket } = await tickets.issue({ id: 'eve', scopes: [], claims: {} });
    const client = app.connect({ auth: { ticket } });
    await until(() => client.connected);
    await app.app.get(GatewayAuthenticationService).revoke({ id: 'bob' }, { refuseForMs: 60_000 });
    const isKept = async (part: string): Promise<boolean> =>
      (await keys()).some((key) => key.includes(part));
    for (const part of [':m:e:', ':l:e:', ':l:r:', ':ticket:', ':refused:', ':held:', ':leases:'])
      expect([part, await isKept(part)]).toEqual([part, true]);
    // Renewals of the lease keep what instances are remembered by.
    await until(async () => {
      const ttls = await Promise.all((await keys()).map((key) => server.command('PTTL', key)));
      return ttls.every((ttl) => Number(ttl) > 0);
    });
  });

  it('is gone after the retention, ten thousand executions of it', async () => {
    const { app, keys } = await scene(1_000);
    const { streaming } = app;
    const ids = Array.from({ length: 10_000 }, (_, index) => `run-${index}`);
    while (ids.length > 0)
      await Promise.all(
        ids.splice(0, 500).map(async (executionId) => {
          const started = await streaming.start((context) => context.token('some words'), {
            executionId,
            owner,
          });
          await started.done;
        }),
      );
    await until(async () => (await keys()).length === 1);
    expect(await keys()).toEqual([expect.stringContaining(':leases:')]);
  }, 60_000);
});
