import { expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { manualRun } from '../support/manual-run.js';
import { Inbox } from '../support/plain-client.js';
import { clientOf, ownPrefix } from '../support/redis-backends.js';
import { RedisServer } from '../support/redis-server.js';
import { onTestEnd, startApp } from '../support/streaming-app.js';
import { redisBackend } from '../../src/cluster/redis/index.js';
import { by, connected } from './support/viewers.js';

/** What another application, or another version, may publish on any channel. */
const FOREIGN = [
  '',
  'garbage',
  'null',
  '3',
  '[]',
  '{}',
  '{"id":1}',
  '{"id":1,"from":null,"message":null}',
  '{"id":1,"from":"x","message":null}',
  '{"id":1,"from":"x","message":{}}',
  '{"id":2,"from":"x","message":{"name":"cancel"}}',
  '{"id":3,"from":"x","message":{"name":"fly","request":{}}}',
  '{"id":4,"from":"x","message":{"name":"__proto__","request":{}}}',
  '1+another 1\nrecord',
  '1-another 0\n',
  '1!another 0\n',
  '1.',
  '1+ -5\n',
  '2+later 1\nrecord',
];

/** The same in the epoch of a run. */
const ofEpoch = (epoch: string): string[] => [
  `1+${epoch} 2\nrecord`,
  `1+${epoch} 99\nrecord`,
  `1.${epoch} 7\n`,
  `1!${epoch} 0\n`,
  `2+${epoch} 2\nrecord`,
];

it('foreign messages on channels of the library end no process and change no run', async () => {
  const error = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  onTestEnd(() => error.mockRestore());
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  onTestEnd(() => process.off('unhandledRejection', note));
  const server = await RedisServer.start();
  onTestEnd(() => server.stop());
  const prefix = ownPrefix();
  const start = (): ReturnType<typeof startApp> =>
    startApp({ ...by(), backend: redisBackend({ client: clientOf(server.url), prefix }) });
  const [one, other] = [await start(), await start()];
  const { executionId, context, finish } = await manualRun(one, {
    executionId: 'job',
    owner: { principalId: 'ada' },
  });
  const viewer = await connected(other);
  const inbox = new Inbox(viewer);
  await viewer.emitWithAck('subscribe_execution', { executionId });
  const channels = (await server.command('PUBSUB', 'CHANNELS')) as string[];
  expect(channels.length).toBeGreaterThan(6);
  for (const channel of channels)
    for (const message of FOREIGN) await server.command('PUBLISH', channel, message);
  const meta = `${prefix}:{0}:m:e:job`;
  const epoch = String(await server.command('HGET', meta, 'e'));
  for (const message of ofEpoch(epoch)) await server.command('PUBLISH', meta, message);
  context.token('whole');
  await other.streaming.cancel(executionId, 'enough');
  await inbox.ended();
  expect(inbox.brief).toEqual([
    ['workflow:start', { state: 'running' }],
    ['token', { content: 'whole' }],
    ['workflow:cancel', { state: 'cancelled', reason: 'enough' }],
  ]);
  await finish();
  expect(unhandled).toEqual([]);
});
