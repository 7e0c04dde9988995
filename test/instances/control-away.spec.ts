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
import { Inbox } from '../support/plain-client.js';
import { clientOf, ownPrefix } from '../support/redis-backends.js';
import { RedisServer } from '../support/redis-server.js';
import {
  onTestEnd,
  startApp,
  type PlainClient,
  type StreamingApp,
} from '../support/streaming-app.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { asking, by, connected } from './support/viewers.js';

const owner = { principalId: 'ada' };

/** Ten times the 2 s in which a request is answered; far below the time for which executions wait. */
const DEADLINE_MS = 20_000;
const UNAVAILABLE_MS = 600_000;

const GATEWAY_REQUESTS = 7;

/** Two instances with executions, and clients that are connected. Then the first loses Redis. */
async function scene(lose: (network: TcpProxy) => void) {
  const server = await RedisServer.start();
  onTestEnd(() => server.stop());
  const network = await TcpProxy.start(server.port);
  onTestEnd(() => network.stop());
  const prefix = ownPrefix();
  const start = (url: string): Promise<StreamingApp> => {
    const client = clientOf(url);
    return startApp({
      ...by(),
      backend: redisBackend({ client, prefix, unavailableMs: UNAVAILABLE_MS, leaseMs: 600_000 }),
    });
  };
  const [one, other] = [await start(network.url), await start(server.url)];
  await manualRun(other, { executionId: 'there', owner });
  const here = await manualRun(one, { executionId: 'here', owner });
  await one.streaming.start(asking({ question: 'Send it?' }), { executionId: 'asks', owner });
  // The messages of one connection wait for each other.
  const clients: PlainClient[] = [];
  for (let count = 0; count < GATEWAY_REQUESTS; count += 1) clients.push(await connected(one));
  const viewer = await connected(one);
  const inbox = new Inbox(viewer);
  await viewer.emitWithAck('subscribe_execution', { executionId: 'here' });
  await inbox.until((updates) => updates.length === 1);
  await viewer.emitWithAck('subscribe_execution', { executionId: 'asks' });
  await inbox.until((updates) => updates.some(({ type }) => type === 'interrupt'));
  const heal = (): void => {
    network.accept();
    network.heal();
  };
  lose(network);
  onTestEnd(heal);
  return { one, here, clients, viewer, heal };
}

type Scene = Awaited<ReturnType<typeof scene>>;

/** The answer of a request, or its code. */
async function outcomeOf(work: Promise<unknown>): Promise<unknown> {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const late = new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(`no answer in ${DEADLINE_MS} ms`));
  });
  const told = work.then(
    (answer) => (answer as { error?: { code: string } } | undefined)?.error?.code ?? answer,
    (error: unknown) => (error as { code?: string }).code ?? error,
  );
  return Promise.race([told, late]);
}

const asked =
  (event: Parameters<PlainClient['emitWithAck']>[0], payload: object) =>
  ({ clients }: Scene): Promise<unknown> =>
    clients.pop()?.emitWithAck(event, payload) ?? Promise.reject(new Error('No client.'));

const status = { executionId: 'here', state: 'running' };

type Request = readonly [string, (scene: Scene) => Promise<unknown>, unknown];

/** A request, and how it is answered while Redis is away. */
const REQUESTS: readonly Request[] = [
  ['get_status', asked('get_status', { executionId: 'here' }), 'LOG_UNAVAILABLE'],
  ['get_thread', asked('get_thread', { threadId: 'thread' }), 'LOG_UNAVAILABLE'],
  [
    'respond_interrupt',
    asked('respond_interrupt', { executionId: 'asks', value: 'yes' }),
    'LOG_UNAVAILABLE',
  ],
  [
    'respond_interrupt with a thread',
    asked('respond_interrupt', { executionId: 'asks', threadId: 'thread', value: 'yes' }),
    'LOG_UNAVAILABLE',
  ],
  ['cancel_execution', asked('cancel_execution', { executionId: 'there' }), 'LOG_UNAVAILABLE'],
  [
    'cancel_execution with a thread',
    asked('cancel_execution', { executionId: 'there', threadId: 'thread' }),
    'LOG_UNAVAILABLE',
  ],
  [
    'cancel_execution of an own execution',
    asked('cancel_execution', { executionId: 'here' }),
    'LOG_UNAVAILABLE',
  ],
  ['status of an own execution', ({ one }) => one.streaming.status('here'), status],
  ['status', ({ one }) => one.streaming.status('there'), 'LOG_UNAVAILABLE'],
  [
    'respond to an own execution',
    ({ one }) => one.streaming.respond('asks', { value: 'yes' }),
    'LOG_UNAVAILABLE',
  ],
  ['respond', ({ one }) => one.streaming.respond('there', { value: 'yes' }), 'LOG_UNAVAILABLE'],
  ['cancel', ({ one }) => one.streaming.cancel('there'), 'LOG_UNAVAILABLE'],
  [
    'acknowledgments',
    ({ one }) =>
      one.app
        .get<AcknowledgmentRequester>(ACKNOWLEDGMENT_REQUESTER)
        .requestAcknowledgments(executionChannel('here'), { timeoutMs: 1 }),
    'LOG_UNAVAILABLE',
  ],
  [
    'acknowledgments without viewers',
    ({ one }) =>
      one.app
        .get<AcknowledgmentRequester>(ACKNOWLEDGMENT_REQUESTER)
        .requestAcknowledgments(executionChannel('there'), { timeoutMs: 1 }),
    'INSTANCE_UNREACHABLE',
  ],
  [
    'sendToClient',
    ({ one }) =>
      one.app.get(WebSocketBridgeService).sendToClient('nobody', { type: 'events', data: 1 }),
    'INSTANCE_UNREACHABLE',
  ],
  [
    'sendToClient to an own client',
    ({ one, viewer }) =>
      one.app
        .get(WebSocketBridgeService)
        .sendToClient(viewer.id ?? '', { type: 'events', data: 1 }),
    true,
  ],
];

/** Those that end an execution or connections, one after the other. */
const ENDING: readonly Request[] = [
  ['cancel of an own execution', ({ one }) => one.streaming.cancel('here'), 'LOG_UNAVAILABLE'],
  [
    'revoke',
    ({ one }) => one.app.get(GatewayAuthenticationService).revoke({ id: 'ada' }),
    'INSTANCE_UNREACHABLE',
  ],
  [
    'revoke for a while',
    ({ one }) =>
      one.app.get(GatewayAuthenticationService).revoke({ id: 'ada' }, { refuseForMs: 60_000 }),
    'INSTANCE_UNREACHABLE',
  ],
];

describe('a request for control while Redis is away', () => {
  it.each<[string, (network: TcpProxy) => void]>([
    ['refuses connections', (network) => network.refuse()],
    ['does not answer', (network) => network.partition()],
  ])(
    'is answered soon, while executions wait: it %s',
    async (_how, lose) => {
      const made = await scene(lose);
      const { one, here, viewer, heal } = made;
      here.context.token('waits');
      const outcomes = await Promise.all(REQUESTS.map(([, request]) => outcomeOf(request(made))));
      // What a client asks for needs the log, which knows the owner.
      expect(here.context.signal.aborted).toBe(false);
      for (const [, request] of ENDING) outcomes.push(await outcomeOf(request(made)));
      const all = [...REQUESTS, ...ENDING];
      expect(all.map(([name], index) => [name, outcomes[index]])).toMatchObject(
        all.map(([name, , outcome]) => [name, outcome]),
      );
      // What concerns this instance alone is done: the execution has stopped, and the connection has ended.
      expect(here.context.signal.aborted).toBe(true);
      await until(() => !viewer.connected);
      heal();
      await expect(one.streaming.status('there')).resolves.toMatchObject({ state: 'running' });
    },
    90_000,
  );
});
