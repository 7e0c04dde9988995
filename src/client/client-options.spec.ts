import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ScriptedGateway } from '../../test/e2e/client/scripted-gateway.js';
import { connection } from '../../test/e2e/client/waiters.js';
import { createStreamingClient } from './streaming-client.js';
import { StreamingClientError } from './streaming-client.error.js';

/** What making a client throws. */
function failureOf(options: object): unknown {
  try {
    createStreamingClient(options).close();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('createStreamingClient', () => {
  it.each([
    ['https://host/api', '"/api/socket.io"'],
    ['https://host/api/', '"/api/socket.io"'],
    ['https://host:8443/a/b', '"/a/b/socket.io"'],
    ['wss://host/api', '"/api/socket.io"'],
    ['//host/api', '"/api/socket.io"'],
    ['host/api', '"/api/socket.io"'],
    ['localhost:3000/api', '"/api/socket.io"'],
    ['/api', '"/api/socket.io"'],
    ['http://[::1]:3000/api', '"/api/socket.io"'],
    [new URL('http://host/api'), '"/api/socket.io"'],
    ['http://host?tenant=a', '`path`'],
    ['http://host/#run', '`path`'],
  ])('names `path` for an address with a path: %s', (url, remedy) => {
    const failure = failureOf({ url });
    expect(failure).toMatchObject({ code: 'INVALID_OPTIONS', retryable: false });
    expect(String(failure)).toContain('`path`');
    expect(String(failure)).toContain(remedy);
  });

  it.each([
    '',
    'http://127.0.0.1:1',
    'http://127.0.0.1:1/',
    'https://127.0.0.1:1//',
    '//127.0.0.1:1',
    new URL('http://127.0.0.1:1'),
  ])('takes an address without a path: %j', (url) => {
    // Without an address Socket.IO needs that of a page.
    expect(failureOf(url === '' ? { url: 'http://127.0.0.1:1' } : { url })).toBeUndefined();
  });

  it.each([
    ['a token', 'eyJhbGciOi'],
    ['a number', 7],
    ['true', true],
    ['a list', ['eyJhbGciOi']],
  ])('refuses a credential that is %s', (_what, auth) => {
    const failure = failureOf({ url: 'http://127.0.0.1:1', auth });
    expect(StreamingClientError.isInstance(failure)).toBe(true);
    expect(failure).toMatchObject({ code: 'INVALID_OPTIONS', retryable: false });
    expect(String(failure)).toContain('{ token }');
    expect(String(failure)).not.toContain('eyJ');
  });
});

describe('what is easily written in another way', () => {
  let gateway: ScriptedGateway;
  beforeEach(async () => {
    gateway = await ScriptedGateway.start();
  });
  afterEach(() => gateway.close());

  it.each([
    ['a namespace without its slash', { namespace: 'streaming' }],
    ['a path without its slash', { path: 'socket.io' }],
    ['a path with a slash at its end', { path: '/socket.io/' }],
    ['no transport', { transports: [] }],
  ])('connects with %s', async (_what, options) => {
    const client = createStreamingClient({ url: gateway.url, ...options });
    await connection(client, 'connected');
    client.close();
  });
});

describe('what `auth` gives', () => {
  let gateway: ScriptedGateway;
  beforeEach(async () => {
    gateway = await ScriptedGateway.start();
  });
  afterEach(() => gateway.close());

  it.each([
    ['a token', () => 'eyJhbGciOi'],
    ['a number', async () => 7],
  ])('closes the client with a code when it is %s', async (_what, auth) => {
    const client = createStreamingClient({ url: gateway.url, auth: auth as never });
    const { error } = await connection(client, 'closed');
    expect(error).toMatchObject({ code: 'INVALID_OPTIONS', retryable: false });
    expect(gateway.handshakes).toEqual([]);
  });

  it.each([
    ['null', null],
    ['undefined', undefined],
    ['a function that gives null', () => null],
    ['a function that gives nothing', async () => undefined],
  ])('is nobody when it is %s', async (_what, auth) => {
    const client = createStreamingClient({ url: gateway.url, auth: auth as never });
    await connection(client, 'connected');
    expect(gateway.handshakes).toEqual([{}]);
    client.close();
  });
});
