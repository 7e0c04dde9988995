import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import {
  type ConnectionChange,
  type ExecutionSubscription,
  type StreamingClient,
} from '../../src/client/index.js';
import { KNOWN_CODES } from '../../src/client/reasons.js';
import { MarkdownPage } from '../docs/markdown-page.js';
import { connection } from './client/waiters.js';
import { control, ScriptedGateway, sendUpdate, token } from './client/scripted-gateway.js';

const CONNECTION_CODES = [
  'AUTHENTICATION_EXPIRED',
  'AUTHENTICATION_FAILED',
  'AUTHENTICATION_REQUIRED',
  'AUTHENTICATION_REVOKED',
  'AUTHENTICATION_UNAVAILABLE',
  'INTERNAL_ERROR',
  'LOG_UNAVAILABLE',
  'ORIGIN_NOT_ALLOWED',
  'RATE_LIMITED',
  'SERVER_SHUTDOWN',
  'SLOW_CLIENT',
  'TOO_MANY_CONNECTIONS',
] as const;

const SUBSCRIPTION_CODES = [
  'CHANNEL_GONE',
  'EXECUTION_NOT_FOUND',
  'FORBIDDEN',
  'INTERNAL_ERROR',
  'INVALID_PAYLOAD',
  'LIMIT_EXCEEDED',
  'LOG_UNAVAILABLE',
  'RATE_LIMITED',
  'ROOM_NOT_FOUND',
  'SERVER_SHUTDOWN',
  'THREAD_NOT_FOUND',
] as const;

/** What a newer server may say. */
const NEW = 'SAID_BY_A_NEWER_SERVER';

const asReason = (code: string): string => (code === NEW ? 'UNKNOWN' : code);

const body = (code: string, retryable: boolean) => ({ code, message: 'Because.', retryable });

const refusal = (code: string, retryable: boolean) =>
  Object.assign(new Error('refused'), { data: body(code, retryable) });

const gateway = ScriptedGateway.forTests();

/** The next change with a reason. */
const change = (client: StreamingClient): Promise<ConnectionChange> =>
  new Promise((resolve) => {
    const stop = client.on('connection', (next) => {
      if (next.reason === undefined) return;
      stop();
      resolve(next);
    });
  });

describe('the reason of a connection', () => {
  it.each(
    [...CONNECTION_CODES, NEW].flatMap((code) => [[code, true] as const, [code, false] as const]),
  )('is %s, as the server refused it (retryable: %s)', async (code, retryable) => {
    gateway.refusals.push(refusal(code, retryable));
    const client = gateway.connect();
    const expected = { state: retryable ? 'connecting' : 'closed', reason: asReason(code) };
    expect(await change(client)).toMatchObject({ ...expected, error: { code } });
    if (!retryable) expect(client.connection).toMatchObject(expected);
    else {
      await connection(client, 'connected');
      expect(client.connection).toEqual({ state: 'connected' });
    }
  });

  it.each(
    [...CONNECTION_CODES, NEW].flatMap((code) => [[code, true] as const, [code, false] as const]),
  )('is %s, as the server ended it (retryable: %s)', async (code, retryable) => {
    const client = gateway.connect();
    client.execution('run-1').on('change', () => undefined);
    const { socket } = await gateway.grant();
    const changed = change(client);
    socket.emit('error', { type: 'error', ...body(code, retryable) });
    socket.disconnect(true);
    const state = retryable ? 'reconnecting' : 'closed';
    expect(await changed).toMatchObject({ state, reason: asReason(code), error: { code } });
  });

  it('is CONNECTION_LOST while it reconnects', async () => {
    const client = gateway.connect();
    client.execution('run-1').on('change', () => undefined);
    const { socket } = await gateway.grant();
    const changed = change(client);
    socket.conn.close();
    expect(await changed).toMatchObject({ state: 'reconnecting', reason: 'CONNECTION_LOST' });
  });

  it('is CONNECTION_FAILED while there is no server, and when it gives up', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => free.once('listening', resolve));
    const { port } = free.address() as { port: number };
    await new Promise((resolve) => free.close(resolve));
    const url = `http://127.0.0.1:${port}`;
    const client = gateway.connect({ url, reconnection: { minDelayMs: 1, maxAttempts: 1 } });
    expect(await change(client)).toMatchObject({
      state: 'connecting',
      reason: 'CONNECTION_FAILED',
    });
    expect(await connection(client, 'closed')).toMatchObject({ reason: 'CONNECTION_FAILED' });
  });

  it('is CONNECTION_REFUSED if the server gives no code', async () => {
    gateway.refusals.push(new Error('no'));
    const expected = { state: 'closed', reason: 'CONNECTION_REFUSED' };
    expect(await change(gateway.connect())).toMatchObject(expected);
  });

  it('is CREDENTIAL_UNAVAILABLE while `auth` fails, and INVALID_OPTIONS if it gives none', async () => {
    let attempts = 0;
    const failing = gateway.connect({
      auth: () => {
        attempts += 1;
        if (attempts === 1) throw new Error('offline');
        return { token: 'ada' };
      },
    });
    const expected = { state: 'connecting', reason: 'CREDENTIAL_UNAVAILABLE' };
    expect(await change(failing)).toMatchObject(expected);
    const wrong = gateway.connect({ auth: () => 'ada' as never });
    expect(await change(wrong)).toMatchObject({ state: 'closed', reason: 'INVALID_OPTIONS' });
  });

  it('is LOG_UNAVAILABLE while the server cannot reach its log', async () => {
    const client = gateway.connect();
    client.execution('run-1').on('change', () => undefined);
    const { socket } = await gateway.grant();
    const changed = change(client);
    socket.emit('connection_status', { status: 'degraded', connectionId: socket.id });
    expect(await changed).toEqual({ state: 'degraded', reason: 'LOG_UNAVAILABLE' });
  });

  it('is CLIENT_CLOSED when the page closes it', async () => {
    const client = gateway.connect();
    const changed = change(client);
    client.close();
    expect(await changed).toMatchObject({ state: 'closed', reason: 'CLIENT_CLOSED' });
    expect(client.connection.reason).toBe('CLIENT_CLOSED');
  });
});

describe('the status of a subscription', () => {
  /** Resolves when a subscription has a status, with its reason. */
  const reaches = (run: ExecutionSubscription, status: string): Promise<string | undefined> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (run.status !== status) return;
        stop();
        expect(run.view()).toMatchObject({ status, reason: run.reason });
        resolve(run.reason);
      };
      const stop = run.on('change', check);
      check();
    });

  it('is idle, waiting, live and ended, without a reason', async () => {
    const run = gateway.connect().execution('run-1');
    const seen: (string | undefined)[] = [run.status, run.reason];
    run.on('change', () => seen.at(-1) !== run.status && seen.push(run.status));
    seen.push(run.status);
    const { socket } = await gateway.grant();
    sendUpdate(socket, control(1, 'workflow:end', { state: 'completed' }));
    await run.done;
    expect(seen).toEqual(['idle', undefined, 'waiting', 'live', 'ended']);
    expect(run.reason).toBeUndefined();
  });

  it.each(
    [...SUBSCRIPTION_CODES, NEW].flatMap((code) => [[code, true] as const, [code, false] as const]),
  )('tells %s of a refusal (retryable: %s)', async (code, retryable) => {
    const run = gateway.connect().execution('run-1');
    run.on('error', () => undefined);
    const { answer } = await gateway.next('subscribe_execution');
    const told = reaches(run, retryable ? 'waiting' : 'failed');
    answer({ ok: false, error: body(code, retryable) });
    if (!retryable) expect(await told).toBe(asReason(code));
    else {
      await told;
      await gateway.grant();
      await reaches(run, 'live');
      expect(run.reason).toBeUndefined();
    }
  });

  it.each([...SUBSCRIPTION_CODES, NEW])('tells %s when the server cuts it off', async (code) => {
    const run = gateway.connect().execution('run-1');
    const reasons: (string | undefined)[] = [];
    run.on('change', () => run.status === 'waiting' && reasons.push(run.reason));
    const { socket } = await gateway.grant();
    socket.emit('error', { type: 'error', executionId: 'run-1', ...body(code, true) });
    await gateway.grant();
    expect(reasons.at(-1)).toBe(asReason(code));
  });

  it('tells that the connection is lost, and that it is closed for good', async () => {
    const client = gateway.connect();
    const run = client.execution('run-1');
    run.on('error', () => undefined);
    const { socket } = await gateway.grant();
    await reaches(run, 'live');
    const lost = reaches(run, 'waiting');
    socket.conn.close();
    expect(await lost).toBe('CONNECTION_LOST');
    const again = await gateway.grant();
    const failed = reaches(run, 'failed');
    again.socket.emit('error', { type: 'error', ...body('AUTHENTICATION_REVOKED', false) });
    again.socket.disconnect(true);
    expect(await failed).toBe('AUTHENTICATION_REVOKED');
  });

  it('tells REQUEST_TIMEOUT, INVALID_ANSWER and CLIENT_CLOSED', async () => {
    const run = gateway.connect({ requestTimeoutMs: 20 }).execution('run-1');
    const reasons: (string | undefined)[] = [];
    run.on('change', () => reasons.push(run.reason));
    run.on('error', () => undefined);
    await gateway.next('subscribe_execution');
    const { answer } = await gateway.next('subscribe_execution');
    expect(reasons.at(-1)).toBe('REQUEST_TIMEOUT');
    answer('what?');
    expect(await reaches(run, 'failed')).toBe('INVALID_ANSWER');
    const closed = gateway.connect().execution('run-2');
    closed.close();
    expect([closed.status, closed.reason]).toEqual(['closed', 'CLIENT_CLOSED']);
  });

  it('is paused while a loop is behind, and tells NOT_RECOVERED if it cannot go on', async () => {
    const run = gateway.connect().execution('run-1', { maxBufferedUpdates: 2 });
    const loop = run[Symbol.asyncIterator]();
    const { socket } = await gateway.grant();
    for (const sequence of [1, 2]) sendUpdate(socket, token(sequence, 'a'));
    expect(await reaches(run, 'paused')).toBeUndefined();
    await loop.next();
    await loop.next();
    await gateway.next('unsubscribe_execution');
    await gateway.grant(9, { cursor: { epoch: 'e2', sequence: 9 }, recovered: false });
    await expect(loop.next()).rejects.toMatchObject({ code: 'NOT_RECOVERED' });
    expect([run.status, run.reason]).toEqual(['failed', 'NOT_RECOVERED']);
  });

  it('tells ALREADY_FOLLOWED on a socket of the page', async () => {
    const { io } = await import('socket.io-client');
    const socket = io(`${gateway.url}/streaming`, { autoConnect: false });
    const client = gateway.connect({ socket });
    const first = client.execution('run-1', { cursor: { epoch: 'e1', sequence: 5 } });
    first.on('change', () => undefined);
    await gateway.grant(5);
    const second = client.execution('run-1');
    second.on('error', () => undefined);
    expect(await reaches(second, 'failed')).toBe('ALREADY_FOLLOWED');
  });
});

describe('docs/types.md', () => {
  const page = new MarkdownPage('docs/types.md');
  const words = (state: string): string[] =>
    (page.table('States and reasons', 'reason') ?? []).flatMap(
      ([reason = '', connections, subscriptions]) =>
        [connections, subscriptions][state === 'connection' ? 0 : 1] === '' ? [] : [reason],
    );

  it('has every reason', () => {
    const codes = new Set<string>([...CONNECTION_CODES, ...SUBSCRIPTION_CODES]);
    expect(new Set<string>(KNOWN_CODES)).toEqual(codes);
    const ofClients = [
      'CLIENT_CLOSED',
      'CONNECTION_FAILED',
      'CONNECTION_LOST',
      'CONNECTION_REFUSED',
      'CREDENTIAL_UNAVAILABLE',
      'INVALID_OPTIONS',
      'UNKNOWN',
    ];
    const ofSubscriptions = [
      'ALREADY_FOLLOWED',
      'INVALID_ANSWER',
      'NOT_RECOVERED',
      'REQUEST_TIMEOUT',
    ];
    expect(words('connection').sort()).toEqual([...CONNECTION_CODES, ...ofClients].sort());
    expect(words('subscription').sort()).toEqual(
      [...codes, ...ofClients, ...ofSubscriptions].sort(),
    );
  });
});
