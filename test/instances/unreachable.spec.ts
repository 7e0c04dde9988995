import { describe, expect, it } from '@jest/globals';
import { redisBackend } from '../../src/cluster/redis/index.js';
import {
  ACKNOWLEDGMENT_REQUESTER,
  type AcknowledgmentRequester,
} from '../../src/decorators/acknowledgment.js';
import { GatewayAuthenticationService, WebSocketBridgeService } from '../../src/index.js';
import { executionChannel } from '../../src/protocol/channel.js';
import { until } from '../../src/testing/log-contract/support.js';
import { manualRun } from '../support/manual-run.js';
import { clientOf, ownPrefix } from '../support/redis-backends.js';
import { RedisServer } from '../support/redis-server.js';
import { onTestEnd, startApp, type StreamingApp } from '../support/streaming-app.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { by, connected } from './support/viewers.js';

const owner = { principalId: 'ada' };

interface Scene {
  readonly one: StreamingApp;
  readonly other: StreamingApp;
  /** That of the other instance to Redis. */
  readonly network: TcpProxy;
}

/** Two instances, of which the other counts as alive for long, though it is cut off. */
async function scene(): Promise<Scene> {
  const server = await RedisServer.start();
  onTestEnd(() => server.stop());
  const network = await TcpProxy.start(server.port);
  onTestEnd(() => network.stop());
  const prefix = ownPrefix();
  const start = (url: string): Promise<StreamingApp> =>
    startApp({
      ...by(),
      backend: redisBackend({ client: clientOf(url), prefix, leaseMs: 600_000 }),
    });
  const [one, other] = [await start(server.url), await start(network.url)];
  onTestEnd(() => network.heal());
  return { one, other, network };
}

/** What an instance asks of another one that does not answer. */
const REQUESTS: readonly (readonly [string, (one: StreamingApp) => Promise<unknown>])[] = [
  ['cancel', ({ streaming }) => streaming.cancel('there')],
  ['respond', ({ streaming }) => streaming.respond('there', { value: 'yes' })],
  ['revoke', ({ app }) => app.get(GatewayAuthenticationService).revoke({ id: 'ada' })],
  [
    'sendToClient',
    ({ app }) =>
      app.get(WebSocketBridgeService).sendToClient('nobody', { type: 'events', data: 1 }),
  ],
  [
    'acknowledgments',
    ({ app }) =>
      app
        .get<AcknowledgmentRequester>(ACKNOWLEDGMENT_REQUESTER)
        .requestAcknowledgments(executionChannel('here'), { timeoutMs: 1 }),
  ],
];

describe('an instance that is alive and does not answer', () => {
  it('is named by a code, whatever it is asked for', async () => {
    const { one, other, network } = await scene();
    await manualRun(other, { executionId: 'there', owner });
    await manualRun(one, { executionId: 'here', owner });
    const [mine] = [await connected(one), await connected(other)];
    network.partition();
    const outcomes = await Promise.allSettled(REQUESTS.map(([, request]) => request(one)));
    expect(
      outcomes.map((outcome, index) => [
        REQUESTS[index]?.[0],
        outcome.status === 'rejected' ? (outcome.reason as { code: string }).code : outcome.value,
      ]),
    ).toEqual(REQUESTS.map(([name]) => [name, 'INSTANCE_UNREACHABLE']));
    // What could be done is done.
    await until(() => !mine.connected);
    expect(await one.streaming.status('there')).toMatchObject({ state: 'running' });
  });

  it('does not matter, if the client is found elsewhere', async () => {
    const { one, network } = await scene();
    const client = await connected(one);
    network.partition();
    const bridge = one.app.get(WebSocketBridgeService);
    expect(await bridge.sendToClient(client.id ?? '', { type: 'events', data: 1 })).toBe(true);
  });
});

it('an application closes without waiting for a Redis that is away', async () => {
  const server = await RedisServer.start();
  onTestEnd(() => server.stop());
  const backend = redisBackend({ client: clientOf(server.url), unavailableMs: 3_600_000 });
  const { app } = await startApp({ backend, gateway: {} });
  await server.kill();
  await app.close();
});
