import { describe, expect, it } from '@jest/globals';
import { CustomStrategy, type Principal } from '../../src/index.js';
import type { ExecutionSource } from '../../src/executions/execution-source.js';
import { DrivenSource, startClientApp } from './client/client-app.js';
import { collectSequences, connection, once, reached } from './client/waiters.js';

/** Asks whether to go on, and streams the answer. */
const asking: ExecutionSource = {
  run: async (context) => {
    context.token('Shall I? ');
    return { state: 'interrupted', interrupts: [{ id: 'q1', value: 'Shall I?' }] };
  },
  resume: async (context, { value }) => {
    context.token(`You said ${String(value)}.`);
    return { state: 'completed', result: value };
  },
};

describe('cancel', () => {
  it('ends the stream of every viewer and aborts the work', async () => {
    const { streaming, client } = await startClientApp();
    const source = new DrivenSource();
    const handle = streaming.run(source.run, { executionId: 'run' });
    const { signal } = await source.context();
    const [one, two] = [client(), client()];
    const viewers = [one.execution('run'), two.execution('run')];
    const ends = viewers.map((run) => run.done);
    await Promise.all(viewers.map((run) => reached(run, 1)));

    await one.cancel('run', 'enough');
    const cancelled = { state: 'cancelled', reason: 'enough' };
    expect(await Promise.all(ends)).toEqual([cancelled, cancelled]);
    expect(await handle.done).toEqual(cancelled);
    expect(signal.aborted).toBe(true);
    await expect(two.cancel('run')).rejects.toMatchObject({ code: 'EXECUTION_NOT_ACTIVE' });
    await expect(two.cancel('nothing')).rejects.toMatchObject({ code: 'EXECUTION_NOT_FOUND' });
  });

  it('is not what leaving does', async () => {
    const { streaming, client } = await startClientApp();
    const source = new DrivenSource();
    const handle = streaming.run(source.run, { executionId: 'run' });
    const page = client();
    await reached(page.execution('run'), 1);
    page.close();
    source.end('on my own');
    expect(await handle.done).toEqual({ state: 'completed', result: 'on my own' });
  });
});

describe('respond', () => {
  it('answers the question for all viewers, once', async () => {
    const { streaming, client } = await startClientApp();
    streaming.run(asking, { executionId: 'run', publishResult: true });
    const [asked, watching] = [client(), client()];
    const run = asked.execution('run');
    const watched = watching.execution('run');
    const watchedHeard = collectSequences(watched);
    const texts = [run.finalText(), watched.finalText()];
    await Promise.all([reached(run, 3), reached(watched, 3)]);
    expect(watched.interrupts).toEqual([{ id: 'q1', value: 'Shall I?' }]);

    await expect(watching.respond('run', 'no', 'q2')).rejects.toMatchObject({
      code: 'EXECUTION_NOT_INTERRUPTED',
    });
    await asked.respond('run', 'yes', 'q1');
    expect(await Promise.all(texts)).toEqual(['Shall I? You said yes.', 'Shall I? You said yes.']);
    expect(watchedHeard).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await watched.done).toEqual({ state: 'completed', result: 'yes' });
    await expect(watching.respond('run', 'no', 'q1')).rejects.toMatchObject({
      code: 'EXECUTION_NOT_ACTIVE',
    });
  });
});

describe('status', () => {
  it('tells about the connection and an execution', async () => {
    const { streaming, client } = await startClientApp();
    streaming.run(asking, { executionId: 'run' });
    const page = client();
    await reached(page.execution('run'), 3);
    expect(await page.status('run')).toEqual({
      ok: true,
      connectionId: expect.any(String),
      status: 'connected',
      serverTime: expect.any(Number),
      uptime: expect.any(Number),
      subscriptions: ['run'],
      rooms: [],
      execution: {
        executionId: 'run',
        state: 'interrupted',
        startedAt: expect.any(Number),
        interrupts: [{ id: 'q1', value: 'Shall I?' }],
      },
    });
  });
});

describe('a credential', () => {
  const principal = (id: string, expiresAt?: number): Principal => ({
    id,
    scopes: [],
    claims: {},
    ...(expiresAt !== undefined && { expiresAt }),
  });

  /** Tokens are the name of a user and, after a colon, in how many milliseconds they expire. */
  const strategy = new CustomStrategy(({ token }) => {
    const [name = '', lifetimeMs] = token?.split(':') ?? [];
    if (name !== 'alice' && name !== 'bob') return undefined;
    return principal(name, lifetimeMs === undefined ? undefined : Date.now() + Number(lifetimeMs));
  });
  const gateway = { authentication: { strategies: [strategy], expiryNoticeMs: 10_000 } };

  it('that is refused closes the client for good', async () => {
    const { client } = await startClientApp({ gateway });
    const page = client({ auth: { token: 'mallory' } });
    const { error } = await connection(page, 'closed');
    expect(error?.code).toMatch(/^AUTHENTICATION_/);
    expect(error?.retryable).toBe(false);
  });

  it('decides what its owner may follow', async () => {
    const { streaming, client } = await startClientApp({ gateway });
    streaming.run(['a'], { executionId: 'run', owner: { principalId: 'alice' } });
    const [alice, bob] = ['alice', 'bob'].map((token) =>
      client({ auth: { token } }).execution('run'),
    );
    expect(await alice?.finalText()).toBe('a');
    await expect(bob?.done).rejects.toMatchObject({ code: 'EXECUTION_NOT_FOUND' });
  });

  it('of a function is renewed in place before it expires', async () => {
    const { streaming, client } = await startClientApp({ gateway });
    const source = new DrivenSource();
    streaming.run(source.run, { executionId: 'run', owner: { principalId: 'alice' } });
    const tokens = ['alice:1000', 'alice'];
    const renewed = new Promise<void>((resolve) => {
      const page = client({
        auth: () => {
          if (tokens.length === 1) resolve();
          return { token: tokens.shift() ?? 'mallory' };
        },
      });
      void page.execution('run').done.catch(() => undefined);
    });
    await renewed;
    expect(tokens).toEqual([]);
  });

  it('of a function is fetched again when it expired', async () => {
    const expiring = { authentication: { strategies: [strategy], expiryNoticeMs: 0 } };
    const { streaming, client } = await startClientApp({ gateway: expiring });
    const source = new DrivenSource();
    streaming.run(source.run, { executionId: 'run', owner: { principalId: 'alice' } });
    const tokens = ['alice:1000'];
    const page = client({ auth: () => ({ token: tokens.shift() ?? 'alice' }) });
    const run = page.execution('run');
    const reported = new Promise((resolve) => page.on('error', resolve));
    const again = connection(page, 'reconnecting').then(() => once(run, 'subscribed'));
    const text = run.finalText();
    const context = await source.context();
    context.token('before ');
    await reached(run, 2);
    expect(await reported).toMatchObject({ code: 'AUTHENTICATION_EXPIRED' });
    await again;
    context.token('after');
    source.end();
    expect(await text).toBe('before after');
  });
});
