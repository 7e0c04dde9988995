import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { Balancer } from '../../examples/instances/src/processes/balancer.js';
import { freePort } from '../../examples/instances/src/processes/free-port.js';
import { Redis } from '../../examples/instances/src/processes/redis.js';
import { settingsFrom } from '../../examples/instances/src/settings.js';
import { onTestEnd } from '../support/streaming-app.js';

async function listening(): Promise<{ server: Server; port: number }> {
  const server = createHttpServer((_request, response) => response.end('served'));
  server.listen(0, '127.0.0.1');
  onTestEnd(() => server.close());
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

async function balancing(ports: readonly number[]): Promise<Balancer> {
  const balancer = await Balancer.start(0, () => ports);
  onTestEnd(() => balancer.stop());
  return balancer;
}

// `npm run demo:instances -- --kill` shows the rest, in `.ci/run`.
describe('the example of instances', () => {
  it('says what to install when there is no Redis', async () => {
    await expect(Redis.start('no-such-redis')).rejects.toThrow(
      /no-such-redis is not installed\. On Debian and Ubuntu: apt-get install redis-server/,
    );
  });

  it('names a port that somebody else uses', async () => {
    const { port } = await listening();
    await expect(Balancer.start(port, () => [])).rejects.toThrow(
      `Port ${port} is in use. Choose another one with --port.`,
    );
  });

  it('passes a connection on to a gateway that is alive', async () => {
    const { port } = await listening();
    const { url } = await balancing([await freePort(), port]);
    for (const headers of [{ connection: 'close' }, { connection: 'close' }])
      expect(await (await fetch(url, { headers })).text()).toBe('served');
  });

  it('closes a connection that no gateway takes', async () => {
    const { url } = await balancing([await freePort()]);
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  it('says what an instance must be told', () => {
    expect(settingsFrom({ DEMO_ROLE: 'worker', REDIS_URL: 'redis://there' })).toEqual({
      role: 'worker',
      redisUrl: 'redis://there',
    });
    expect(() => settingsFrom({ DEMO_ROLE: 'boss' })).toThrow(/DEMO_ROLE/);
  });
});
