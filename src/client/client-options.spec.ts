import { describe, expect, it } from '@jest/globals';
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

describe('options that cannot work', () => {
  it.each<[fault: string, options: unknown, remedy: string]>([
    [
      'a transport that is none',
      { transports: ['sse'] },
      '`transports` must be a list of "websocket"',
    ],
    ['a transport of Engine.IO', { transports: ['webtransport'] }, '`transports` must be a list'],
    ['a transport in capitals', { transports: ['WebSocket'] }, '`transports` must be a list'],
    ['one wrong of two', { transports: ['polling', ''] }, '`transports` must be a list'],
    ['a transport without its list', { transports: 'polling' }, '`transports` must be a list'],
    ['no list of transports', { transports: null }, '`transports` must be a list'],
    ['a number as url', { url: 3000 }, '`url` must be an address'],
    ['no url at all', { url: null }, '`url` must be an address'],
    ['a scheme that is no web', { url: 'ftp://host' }, '`url` must be an address'],
    ['a port that is none', { url: 'http://host:99999' }, '`url` must be an address'],
    ['a url without a host', { url: 'http://' }, '`url` must be an address'],
    ['an empty url without a page', { url: '' }, '`url` is needed'],
    ['no url without a page', { url: undefined }, '`url` is needed'],
    ['a namespace that is no text', { namespace: 7 }, '`namespace` must be a text'],
    ['no namespace', { namespace: null }, '`namespace` must be a text'],
    ['a path that is no text', { path: ['socket.io'] }, '`path` must be a text'],
    ['a timeout in words', { requestTimeoutMs: '10s' }, '`requestTimeoutMs` must be a number'],
    ['a timeout of nothing', { requestTimeoutMs: 0 }, '`requestTimeoutMs` must be a number'],
    ['a timeout that is no number', { requestTimeoutMs: Number.NaN }, '`requestTimeoutMs` must'],
    ['a timeout for ever', { requestTimeoutMs: Infinity }, '`requestTimeoutMs` must be a number'],
    ['reconnection switched off', { reconnection: false }, '`reconnection` must be an object'],
    ['reconnection in a list', { reconnection: [1] }, '`reconnection` must be an object'],
    ['a delay in words', { reconnection: { minDelayMs: '1s' } }, '`reconnection.minDelayMs` must'],
    ['a delay below 0', { reconnection: { maxDelayMs: -1 } }, '`reconnection.maxDelayMs` must'],
    [
      'a delay for ever',
      { reconnection: { maxDelayMs: Infinity } },
      '`reconnection.maxDelayMs` must',
    ],
    [
      'jitter in percent',
      { reconnection: { jitter: 50 } },
      '`reconnection.jitter` must be a number from 0 to 1',
    ],
    [
      'attempts that are no number',
      { reconnection: { maxAttempts: Number.NaN } },
      '`reconnection.maxAttempts` must',
    ],
    [
      'a name of Socket.IO',
      { reconnection: { delay: 1 } },
      '`reconnection.delay` is no option of minDelayMs',
    ],
    ['a socket that is none', { socket: 'ws://host' }, '`socket` must be a socket'],
    ['an object that is no socket', { socket: {} }, '`socket` must be a socket'],
    ['a credential beside the options', { token: 'x' }, '`token` is no option of url'],
    ['a slip of the pen', { transport: ['polling'] }, '`transport` is no option'],
    ['a name that all objects have', { toString: 1 }, '`toString` is no option'],
    ['an address in place of options', 'http://host', '{ url }'],
    ['null in place of options', null, '{ url }'],
    ['a list in place of options', [], '{ url }'],
  ])('are refused with a remedy: %s', (_fault, options, remedy) => {
    const isWhole = typeof options !== 'object' || options === null || Array.isArray(options);
    const failure = failureOf(
      (isWhole ? options : { url: 'http://127.0.0.1:1', ...options }) as object,
    );
    expect(StreamingClientError.isInstance(failure)).toBe(true);
    expect(failure).toMatchObject({ code: 'INVALID_OPTIONS', retryable: false });
    expect(String(failure)).toContain(remedy);
  });

  it('are all named together', () => {
    const failure = failureOf({ url: 7, transports: ['sse'], reconnection: { jitter: 2 } });
    expect(String(failure)).toMatch(/`url`.*`transports`.*`reconnection\.jitter`/);
  });

  it.each([
    ['nothing but an address', {}],
    [
      'undefined in place of each',
      { namespace: undefined, transports: undefined, auth: undefined },
    ],
    ['both transports', { transports: ['polling', 'websocket'] }],
    [
      'attempts without an end',
      { reconnection: { maxAttempts: Infinity, jitter: 0, minDelayMs: 0 } },
    ],
    ['no attempts', { reconnection: { maxAttempts: 0 } }],
  ])('are not: %s', (_what, options) => {
    expect(failureOf({ url: 'http://127.0.0.1:1', ...options })).toBeUndefined();
  });
});

describe('what is easily written in another way', () => {
  const gateway = ScriptedGateway.forTests();

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
  const gateway = ScriptedGateway.forTests();

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
