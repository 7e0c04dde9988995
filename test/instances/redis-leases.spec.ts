import { expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { RedisBackend } from '../../src/cluster/redis/redis-backend.js';
import { until } from '../../src/testing/log-contract/support.js';
import { clientOf, openBackend, ownPrefix } from '../support/redis-backends.js';
import { RedisServer } from '../support/redis-server.js';
import { onTestEnd } from '../support/streaming-app.js';
import { TcpProxy } from '../support/tcp-proxy.js';

/** An instance that notes what it is told of leases. */
interface Witness {
  readonly backend: RedisBackend;
  readonly network: TcpProxy;
  readonly dead: Set<string>;
  readonly revivals: number[];
}

async function witness(server: RedisServer, prefix: string): Promise<Witness> {
  const network = await TcpProxy.start(server.port);
  onTestEnd(() => network.stop());
  const client = clientOf(network.url);
  const backend = await openBackend({ client, prefix, leaseMs: 1_500, heartbeatMs: 150 });
  onTestEnd(() => backend.close());
  onTestEnd(() => network.accept());
  const dead = new Set<string>();
  const revivals: number[] = [];
  await backend.leases.start({
    onDead: (instanceId) => dead.add(instanceId),
    onRevived: () => revivals.push(performance.now()),
  });
  await backend.leases.hold('run');
  return { backend, network, dead, revivals };
}

it('takes nobody for dead because Redis was away, but those who do not come back', async () => {
  const server = await RedisServer.start();
  onTestEnd(() => server.stop());
  const prefix = ownPrefix();
  const all = [
    await witness(server, prefix),
    await witness(server, prefix),
    await witness(server, prefix),
  ];
  const [one, other, lost] = all;
  for (const { network } of all) network.refuse();
  // So many attempts to connect take longer than a lease.
  await one?.network.connections(16);
  // The first one back finds that the leases of all others are over.
  one?.network.accept();
  await until(() => (one?.revivals.length ?? 0) > 0);
  for (const { network } of all) network.accept();
  await until(() => all.every(({ revivals }) => revivals.length > 0));
  lost?.network.refuse();
  const lostId = lost?.backend.control.instanceId ?? '';
  await until(() => [one, other].every((living) => living?.dead.has(lostId)));
  expect([one, other].map((living) => [...(living?.dead ?? [])])).toEqual([[lostId], [lostId]]);
});

it('tells of an instance that died while the clock of Redis was an hour ahead', async () => {
  const server = await RedisServer.start();
  onTestEnd(() => server.stop());
  const prefix = ownPrefix();
  const [living, lost] = [await witness(server, prefix), await witness(server, prefix)];
  const lostId = lost.backend.control.instanceId;
  lost.network.refuse();
  const anHourAhead = String(Date.now() + 3_600_000);
  await server.command('ZADD', `${prefix}:{instances}:leases:`, anHourAhead, lostId);
  await until(() => living.dead.has(lostId));
  expect([...living.dead]).toEqual([lostId]);
});

it('warns when it starts with a Redis that throws keys away', async () => {
  const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  onTestEnd(() => warn.mockRestore());
  const server = await RedisServer.start(['--maxmemory-policy', 'allkeys-lru']);
  onTestEnd(() => server.stop());
  const backend = await openBackend({ client: clientOf(server.url) });
  onTestEnd(() => backend.close());
  expect(warn.mock.calls).toEqual([[expect.stringMatching(/allkeys-lru.*noeviction/)]]);
});
