import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CustomStrategy,
  type StreamingModuleOptions,
  type StreamingService,
  type StreamSource,
} from '@hive-academy/langgraph-streaming';
import { redisBackend } from '@hive-academy/langgraph-streaming/redis';
import type { DynamicModule } from '@nestjs/common';
import { Deferred } from '../support/deferred.js';
import { openClient, refusalOf } from '../support/open-client.js';
import { clientOf } from '../support/redis-backends.js';
import { RedisServer } from '../support/redis-server.js';
import { snippetFolder } from '../support/run-snippets.js';
import { snippetsOf, typeFaults } from '../support/snippets.js';
import { startApp, startAppOf, type StreamingApp } from '../support/streaming-app.js';

const PAGE = 'docs/scaling.md';

interface Jobs {
  reserve(streaming: StreamingService, id: string, userId: string): Promise<void>;
  work(
    streaming: StreamingService,
    job: { readonly id: string; readonly attemptsMade: number },
    source: StreamSource,
  ): Promise<void>;
}

it('docs/scaling.md has snippets that compile against the library', () => {
  expect(typeFaults(snippetsOf(PAGE))).toEqual([]);
}, 60_000);

/** A viewer at one instance sees a run of the other, whole, and stops another one. */
async function expectToShare([worker, gateway]: readonly StreamingApp[]): Promise<void> {
  if (!worker || !gateway) throw new Error('There are two instances.');
  const halfway = new Deferred();
  const { executionId, done } = await worker.streaming.start(async ({ token }) => {
    token('From the ');
    await halfway.promise;
    token('other instance.');
  });
  const client = openClient({ url: gateway.url });
  const run = client.execution(executionId);
  const text = run.finalText();
  for await (const { type } of run) if (type === 'token') break;
  halfway.resolve();
  expect(await text).toBe('From the other instance.');
  expect(await done).toMatchObject({ state: 'completed' });
  const endless = await worker.streaming.start(() => new Promise(() => undefined));
  await client.cancel(endless.executionId);
  expect(await endless.done).toMatchObject({ state: 'cancelled' });
}

describe('the instances of a test', () => {
  it('share what they stream', async () => {
    const { load } = await snippetFolder(PAGE);
    const { modules } = await load<{ modules: DynamicModule[] }>('two-instances.ts');
    const instances = [];
    for (const module of modules) instances.push(await startAppOf({ imports: [module] }));
    await expectToShare(instances);
  });
});

describe('instances over Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());

  it('share what they stream', async () => {
    const instances = [];
    for (let count = 0; count < 2; count += 1) {
      // Each process of an application loads the file for itself.
      const { load } = await snippetFolder(PAGE, { 'redis://localhost:6379': server.url });
      const { streaming } = await load<{ streaming: DynamicModule }>('redis.ts');
      instances.push(await startAppOf({ imports: [streaming] }));
    }
    await expectToShare(instances);
  });

  describe('with jobs of a queue', () => {
    let jobs: Jobs;
    let gateway: StreamingApp;
    let worker: StreamingService;

    beforeAll(async () => {
      jobs = await (await snippetFolder(PAGE)).load<Jobs>('jobs.ts');
    });

    const start = (prefix: string, options: StreamingModuleOptions = {}): Promise<StreamingApp> =>
      startApp({ ...options, backend: redisBackend({ client: clientOf(server.url), prefix }) });

    async function startBoth(prefix: string): Promise<void> {
      const users = new CustomStrategy(({ token = '' }) => ({ id: token, scopes: [], claims: {} }));
      gateway = await start(prefix, { gateway: { authentication: { strategies: [users] } } });
      ({ streaming: worker } = await start(prefix));
    }
    const as = (token: string) => openClient({ url: gateway.url, auth: { token } });

    it('show a job from before a worker begins it, to its user alone', async () => {
      await startBoth('begun');
      await jobs.reserve(gateway.streaming, 'job', 'ada');
      const run = as('ada').execution('job');
      const text = run.finalText();
      await as('ada').status();
      await jobs.work(worker, { id: 'job', attemptsMade: 0 }, ['The work ', 'is done.']);
      expect(await text).toBe('The work is done.');
      expect(await refusalOf(as('bob'), 'job')).toBe('EXECUTION_NOT_FOUND');
    });

    it('do not begin a job that its user cancelled', async () => {
      await startBoth('cancelled');
      await jobs.reserve(gateway.streaming, 'job', 'ada');
      await as('ada').cancel('job');
      await expect(
        jobs.work(worker, { id: 'job', attemptsMade: 0 }, ['Never.']),
      ).rejects.toMatchObject({ code: 'EXECUTION_NOT_ACTIVE' });
    });

    it('show the second attempt of a job to its user', async () => {
      await startBoth('repeated');
      await jobs.reserve(gateway.streaming, 'job', 'ada');
      const failing = async function* () {
        yield 'Half of ';
        throw new Error('The model is away.');
      };
      await expect(jobs.work(worker, { id: 'job', attemptsMade: 0 }, failing)).rejects.toThrow(
        'The model is away.',
      );
      await jobs.work(worker, { id: 'job', attemptsMade: 1 }, ['All of ', 'it.']);
      expect(await as('ada').execution('job').finalText()).toBe('All of it.');
      expect(await refusalOf(as('bob'), 'job')).toBe('EXECUTION_NOT_FOUND');
    });
  });
});

describe('a log of your own', () => {
  it('is tested by the contract that the page shows', async () => {
    const { pathOf } = await snippetFolder(PAGE);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        '--import',
        './test/support/run-typescript.mjs',
        '--test-reporter=tap',
        pathOf('stream-log.spec.ts'),
      ],
      { maxBuffer: 16 * 1024 * 1024 },
    );
    expect(/^# fail (\d+)$/m.exec(stdout)?.[1]).toBe('0');
    expect(Number(/^# pass (\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(30);
  });
});
