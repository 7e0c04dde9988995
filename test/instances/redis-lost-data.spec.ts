import { describe, expect, it } from '@jest/globals';
import { redisBackend } from '../../src/cluster/redis/index.js';
import type { StreamingModuleOptions } from '../../src/index.js';
import { until } from '../../src/testing/log-contract/support.js';
import { manualRun } from '../support/manual-run.js';
import { accepted, Inbox, next } from '../support/plain-client.js';
import { clientOf, ownPrefix } from '../support/redis-backends.js';
import { RedisServer } from '../support/redis-server.js';
import {
  onTestEnd,
  startApp,
  type PlainClient,
  type StreamingApp,
} from '../support/streaming-app.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { asking, ASKING, by, connected, knowsAsking } from './support/viewers.js';

const owner = { principalId: 'ada' };

interface Scene {
  readonly server: RedisServer;
  readonly network: TcpProxy;
  readonly one: StreamingApp;
  readonly other: StreamingApp;
}

async function scene(options: StreamingModuleOptions = {}): Promise<Scene> {
  const server = await RedisServer.start();
  onTestEnd(() => server.stop());
  const network = await TcpProxy.start(server.port);
  onTestEnd(() => network.stop());
  const prefix = ownPrefix();
  const start = (): Promise<StreamingApp> => {
    const backend = redisBackend({ client: clientOf(network.url), prefix, verifyIntervalMs: 500 });
    return startApp({ ...by(), ...options, backend });
  };
  return { server, network, one: await start(), other: await start() };
}

/** How Redis loses everything. */
const LOSSES: readonly (readonly [string, (scene: Scene) => Promise<unknown>])[] = [
  ['somebody empties it', ({ server }) => server.command('FLUSHALL')],
  [
    'it is killed and starts again empty',
    async ({ server, network }) => {
      await server.kill();
      await network.connections(4);
      await server.run();
    },
  ],
];

/** Follows an execution again, as a client does when the channel is gone. */
async function followAgain(viewer: PlainClient, executionId: string): Promise<Inbox> {
  expect(await next(viewer, 'error')).toMatchObject({ code: 'CHANNEL_GONE', executionId });
  const inbox = new Inbox(viewer);
  accepted(await viewer.emitWithAck('subscribe_execution', { executionId }));
  return inbox;
}

describe.each(LOSSES)('when Redis has lost everything because %s', (_what, lose) => {
  it('an execution that has nothing to say exists, and goes on', async () => {
    const scenery = await scene();
    const { one, other } = scenery;
    const run = await manualRun(one, { executionId: 'quiet', owner });
    const viewer = await connected(other);
    await viewer.emitWithAck('subscribe_execution', { executionId: 'quiet' });
    const again = followAgain(viewer, 'quiet');
    await lose(scenery);
    const inbox = await again;
    expect(await other.streaming.status('quiet')).toMatchObject({ state: 'running' });
    await expect(
      other.streaming.start(() => 'twice', { executionId: 'quiet' }),
    ).rejects.toMatchObject({ code: 'EXECUTION_EXISTS' });
    run.context.token('at last');
    await run.finish();
    await inbox.ended();
    expect(inbox.brief).toEqual([
      ['token', { content: 'at last' }],
      ['workflow:end', { state: 'completed' }],
    ]);
  });

  it('a question can be answered, in every instance', async () => {
    const scenery = await scene();
    const { one, other } = scenery;
    for (const app of [one, other]) knowsAsking(app);
    const source = asking(ASKING.input);
    await one.streaming.start(source, { executionId: 'ask', owner, resumable: ASKING });
    const viewer = await connected(other);
    const before = new Inbox(viewer);
    await viewer.emitWithAck('subscribe_execution', { executionId: 'ask' });
    await before.until((updates) => updates.some(({ type }) => type === 'interrupt'));
    const again = followAgain(viewer, 'ask');
    await lose(scenery);
    const inbox = await again;
    expect(await other.streaming.status('ask')).toMatchObject({
      state: 'interrupted',
      interrupts: [{ id: 'q', value: 'Send it?' }],
    });
    await other.streaming.respond('ask', { value: 'yes' });
    await inbox.ended();
    expect(inbox.brief).toEqual([
      ['workflow:resume', { state: 'running', answered: [{ id: 'q' }] }],
      ['token', { content: 'after.' }],
      ['workflow:end', { state: 'completed' }],
    ]);
  });

  it('an execution that said nothing for longer than the retention goes on', async () => {
    const scenery = await scene({ log: { retentionMs: 1 } });
    const run = await manualRun(scenery.one, { executionId: 'quiet', owner });
    const began = performance.now();
    await until(() => performance.now() - began > 100);
    await lose(scenery);
    run.context.token('at last');
    expect(await run.finish()).toEqual({ state: 'completed' });
  });
});
