import { describe, expect, it } from '@jest/globals';
import { io } from 'socket.io-client';
import {
  control,
  ScriptedGateway,
  sendUpdate,
  token,
} from '../../test/e2e/client/scripted-gateway.js';
import { connection, reached } from '../../test/e2e/client/waiters.js';
import type { ClientSocket } from './client-socket.js';
import type { StreamingClientError } from './streaming-client.error.js';

const gateway = ScriptedGateway.forTests();

const END = { state: 'completed', result: 42 } as const;

function refusal(data?: object): Error & { data?: unknown } {
  return Object.assign(new Error('refused'), data && { data });
}

describe('requests', () => {
  it('are sent with their payload as soon as there is a connection', async () => {
    const client = gateway.connect();
    const cancelled = client.cancel('run-1', 'enough');
    const request = await gateway.next('cancel_execution');
    request.answer({ ok: true, executionId: 'run-1' });
    await cancelled;
    const responded = client.respond('run-1', { approve: true }, 'q1');
    const response = await gateway.next('respond_interrupt');
    response.answer({ ok: true, executionId: 'run-1' });
    await responded;
    const status = client.status('run-1');
    const statusRequest = await gateway.next('get_status');
    statusRequest.answer({ ok: true, connectionId: 'c1' });

    expect(await status).toMatchObject({ connectionId: 'c1' });
    expect([request.payload, response.payload, statusRequest.payload]).toEqual([
      { executionId: 'run-1', reason: 'enough' },
      { executionId: 'run-1', value: { approve: true }, interruptId: 'q1' },
      { executionId: 'run-1' },
    ]);
  });

  it('fail with the coded error of the server', async () => {
    const cancelled = gateway.connect().cancel('run-1');
    const error = {
      code: 'FORBIDDEN',
      message: 'Not yours.',
      retryable: false,
      correlationId: 'abc',
    };
    (await gateway.next('cancel_execution')).answer({ ok: false, error });
    await expect(cancelled).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: 'Not yours.',
      retryable: false,
      body: error,
    });
  });

  it('fail when the answer does not come in time', async () => {
    const client = gateway.connect({ requestTimeoutMs: 50 });
    await connection(client, 'connected');
    await expect(client.status()).rejects.toMatchObject({
      code: 'REQUEST_TIMEOUT',
      retryable: true,
    });
  });

  it('fail when the connection ends before the answer', async () => {
    const status = gateway.connect().status();
    (await gateway.next('get_status')).socket.conn.close();
    await expect(status).rejects.toMatchObject({ code: 'CONNECTION_LOST', retryable: true });
  });

  it('fail when there is no connection in time, and at once when the client is closed', async () => {
    const client = gateway.connect({ url: 'http://127.0.0.1:1', requestTimeoutMs: 20 });
    await expect(client.status()).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT' });
    const status = client.status();
    client.close();
    await expect(status).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
    await expect(client.status()).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
    await expect(client.execution('run-1').done).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
  });
});

describe('the connection', () => {
  it('is closed by a refusal that will not change', async () => {
    gateway.refusals.push(
      refusal({ code: 'AUTHENTICATION_FAILED', message: 'Bad token.', retryable: false }),
    );
    const client = gateway.connect();
    const { done } = client.execution('run-1');
    const change = await connection(client, 'closed');
    expect(change.error).toMatchObject({ code: 'AUTHENTICATION_FAILED', message: 'Bad token.' });
    await expect(done).rejects.toBe(change.error);
  });

  it('is closed by a refusal without a code, such as a wrong namespace', async () => {
    const client = gateway.connect({ namespace: '/nowhere' });
    const { error } = await connection(client, 'closed');
    expect(error).toMatchObject({ code: 'CONNECTION_REFUSED', retryable: false });
    expect(error?.message).toContain('Invalid namespace');
  });

  it('is tried again after a refusal that may change', async () => {
    gateway.refusals.push(
      refusal({ code: 'TOO_MANY_CONNECTIONS', message: 'Full.', retryable: true, retryAfterMs: 3 }),
    );
    const client = gateway.connect();
    expect((await connection(client, 'connecting')).error).toMatchObject({
      code: 'TOO_MANY_CONNECTIONS',
    });
    await connection(client, 'connected');
    expect(gateway.handshakes).toHaveLength(2);
  });

  it('is given up after as many attempts as there may be', async () => {
    const client = gateway.connect({
      url: 'http://127.0.0.1:1',
      reconnection: { minDelayMs: 1, maxAttempts: 2 },
    });
    const { error } = await connection(client, 'closed');
    expect(error).toMatchObject({ code: 'CONNECTION_FAILED' });
  });

  it.each([
    ['slow client', { code: 'SLOW_CLIENT', message: 'Too slow.', retryable: true }],
    ['shutdown', { code: 'SERVER_SHUTDOWN', message: 'Bye.', retryable: true }],
    ['no reason', undefined],
  ])('is made again when the server ended it: %s', async (_name, notice) => {
    const client = gateway.connect();
    const run = client.execution('run-1');
    const { done } = run;
    const errors: StreamingClientError[] = [];
    client.on('error', (error) => errors.push(error));
    const { socket } = await gateway.grant();
    if (notice) socket.emit('error', { type: 'error', ...notice });
    socket.disconnect(true);
    const again = await gateway.grant();
    sendUpdate(again.socket, control(1, 'workflow:end', END));
    expect(await done).toEqual(END);
    expect(errors.map(({ code }) => code)).toEqual(notice ? [notice.code] : []);
  });

  it('stays closed when the server withdrew the session', async () => {
    const client = gateway.connect();
    const { done } = client.execution('run-1');
    const { socket } = await gateway.grant();
    socket.emit('error', {
      type: 'error',
      code: 'AUTHENTICATION_REVOKED',
      message: 'Withdrawn.',
      retryable: false,
    });
    socket.disconnect(true);
    await expect(done).rejects.toMatchObject({ code: 'AUTHENTICATION_REVOKED' });
    expect(client.connection.state).toBe('closed');
  });

  it('presents a fresh credential of the `auth` function each time, after it expired too', async () => {
    let issued = 0;
    const client = gateway.connect({ auth: () => Promise.resolve({ token: `t${++issued}` }) });
    client.execution('run-1').on('update', () => undefined);
    const { socket } = await gateway.grant();
    socket.emit('error', {
      type: 'error',
      code: 'AUTHENTICATION_EXPIRED',
      message: 'Expired.',
      retryable: false,
    });
    socket.disconnect(true);
    await gateway.grant();
    expect(gateway.handshakes).toEqual([{ token: 't1' }, { token: 't2' }]);
  });

  it('renews the credential when the server says that it expires', async () => {
    let issued = 0;
    const client = gateway.connect({ auth: () => ({ token: `t${++issued}` }) });
    client.execution('run-1').on('update', () => undefined);
    const { socket } = await gateway.grant();
    socket.emit('authentication_expiring', { expiresAt: 1 });
    expect((await gateway.next('authentication')).payload).toEqual({ token: 't2' });
  });

  it('presents a renewed static credential from then on', async () => {
    const client = gateway.connect({ auth: { token: 'old' } });
    const renewed = client.authenticate({ token: 'new' });
    const request = await gateway.next('authentication');
    request.answer({ ok: true, connectionId: 'c1', expiresAt: 99 });
    expect(await renewed).toMatchObject({ connectionId: 'c1', expiresAt: 99 });
    request.socket.conn.close();
    await connection(client, 'connected');
    expect(gateway.handshakes).toEqual([{ token: 'old' }, { token: 'new' }]);
  });

  it('is tried again when the `auth` function failed', async () => {
    const cause = new Error('offline');
    const answers = [() => Promise.reject(cause), () => Promise.resolve({ token: 'ok' })];
    const client = gateway.connect({ auth: () => answers.shift()?.() ?? {} });
    expect((await connection(client, 'connecting')).error).toMatchObject({
      code: 'CREDENTIAL_UNAVAILABLE',
      cause,
    });
    await connection(client, 'connected');
    expect(gateway.handshakes).toEqual([{ token: 'ok' }]);
  });

  it('can be a socket of your own, which then carries each execution once', async () => {
    const socket: ClientSocket = io(`${gateway.url}/streaming`, {
      autoConnect: false,
      reconnectionDelay: 1,
    });
    const client = gateway.connect({ socket });
    const run = client.execution('run-1');
    const finalText = run.finalText();
    const first = await gateway.grant();
    const earlier = client.execution('run-1', { cursor: { epoch: 'e0', sequence: 9 } });
    await expect(earlier.done).rejects.toMatchObject({ code: 'ALREADY_FOLLOWED' });
    sendUpdate(first.socket, token(1, 'a'));
    await reached(run, 1);
    first.socket.conn.close();
    const second = await gateway.grant(1);
    sendUpdate(second.socket, token(2, 'b'));
    sendUpdate(second.socket, control(3, 'workflow:end', END));
    expect(await finalText).toBe('ab');
  });
});
