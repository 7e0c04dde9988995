import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import type { GatewayMetadata } from '@nestjs/websockets';
import { WebSocket } from 'ws';
import { StreamingModule, type WebSocketGatewayOptions } from '../../../src/index.js';
import { loggedLines } from '../../support/logged-lines.js';
import { outcomeOf } from '../../support/plain-client.js';
import { startAppOf } from '../../support/streaming-app.js';
import { chatModule } from '../guest/own-gateways.js';
import { ask, RawPolling } from './raw-polling.js';
import { openTransport } from './raw-transport.js';
import { startSecureApp, tokenOf } from './secure-app.js';

const EVIL = 'https://evil.test';
const FORBIDDEN = { status: 403, body: '{"code":4,"message":"ORIGIN_NOT_ALLOWED"}' };

/** How an upgrade with these headers ends: `open`, or the status of the refusal. */
async function upgrade(
  url: string,
  headers: Record<string, string>,
  query = '',
): Promise<'open' | number> {
  const socket = new WebSocket(
    `${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket${query}`,
    { headers },
  );
  socket.on('error', () => undefined);
  const outcome = await Promise.race([
    once(socket, 'open').then(() => 'open' as const),
    once(socket, 'unexpected-response').then(
      ([, response]) => (response as IncomingMessage).statusCode ?? 0,
    ),
  ]);
  socket.terminate();
  return outcome;
}

describe('polling by script (JSONP)', () => {
  it.each(['&j=0', '&j=', '&j=x', '&j', '&j=1&j=2', '&%6A=0'])(
    'is refused at the handshake, and in a session: %s',
    async (query) => {
      const app = await startSecureApp();
      expect(await ask(app.url, { query })).toMatchObject(FORBIDDEN);
      const session = await RawPolling.open(app.url);
      expect(await session.ask({ query })).toMatchObject(FORBIDDEN);
      expect(await session.ask({ method: 'POST', body: 'd=40', query })).toMatchObject(FORBIDDEN);
    },
  );
});

describe('a session', () => {
  it.each<[string, Record<string, string>]>([
    ['the origin of another page', { origin: EVIL }],
    ['an opaque origin', { origin: 'null' }],
    ['an empty origin', { origin: '' }],
    ['a request without origin from another site', { 'sec-fetch-site': 'cross-site' }],
    ['a request without origin from a sibling', { 'sec-fetch-site': 'same-site' }],
    ['unknown fetch metadata', { 'sec-fetch-site': 'same-origin, cross-site' }],
  ])('takes no request with %s, whatever its handshake was', async (_, headers) => {
    const app = await startSecureApp();
    const session = await RawPolling.open(app.url);
    expect(await session.post('40/streaming,', headers)).toMatchObject(FORBIDDEN);
    expect(await session.poll(headers)).toMatchObject(FORBIDDEN);
    expect(await session.ask({ method: 'OPTIONS', headers })).toMatchObject({ status: 403 });
    expect(await upgrade(app.url, headers, `&sid=${session.sid}`)).toBe(400);
    expect(await upgrade(app.url, headers)).toBe(400);
    expect(await ask(app.url, { headers })).toMatchObject(FORBIDDEN);
    // The session itself goes on.
    expect(await session.post('3')).toMatchObject({ status: 200 });
  });

  it.each<[string, Record<string, string>]>([
    ['the same origin', { 'sec-fetch-site': 'same-origin' }],
    ['what the user opened', { 'sec-fetch-site': 'none' }],
    ['a client that is no browser', {}],
  ])('takes those of %s', async (_, headers) => {
    const app = await startSecureApp();
    const session = await RawPolling.open(app.url, { headers });
    expect(await session.post('3', headers)).toMatchObject({ status: 200 });
    expect(await upgrade(app.url, headers)).toBe('open');
  });

  it('of a listed page passes though the page is of another site', async () => {
    const origin = 'https://app.test';
    const app = await startSecureApp({ cors: { origin } });
    const headers = { origin, 'sec-fetch-site': 'cross-site' };
    const session = await RawPolling.open(app.url, { headers });
    expect(await session.post('3', headers)).toMatchObject({ status: 200 });
  });
});

describe('the own origin', () => {
  const PLAIN = { host: 'app.example' };
  const SECURE = { ...PLAIN, 'x-forwarded-proto': 'https' };

  it.each<[string, Record<string, string>, number, Record<string, boolean>]>([
    [
      'is scheme, host and port',
      { host: 'app.example:3000' },
      0,
      {
        'http://app.example:3000': true,
        'https://app.example:3000': false,
        'http://app.example': false,
        'http://app.example:3001': false,
        'http://APP.example:3000': false,
        'http://app.example.:3000': false,
        'http://app.example:3000/': false,
      },
    ],
    [
      'has the scheme that a trusted proxy tells',
      SECURE,
      1,
      { 'https://app.example': true, 'http://app.example': false, 'https://app.example:80': false },
    ],
    [
      'has the host and the scheme that trusted proxies tell',
      { ...SECURE, host: 'internal:3000', 'x-forwarded-host': 'app.example:8443' },
      1,
      {
        'https://app.example:8443': true,
        'https://app.example': false,
        'http://internal:3000': false,
      },
    ],
    [
      'has what the outermost trusted proxy wrote',
      {
        ...PLAIN,
        'x-forwarded-proto': 'http, https, http',
        'x-forwarded-host': 'a, app.example, b',
      },
      2,
      {
        'https://app.example': true,
        'http://app.example': false,
        'https://a': false,
        'https://b': false,
      },
    ],
    [
      'has the scheme of the WebSocket that some proxies tell',
      { ...PLAIN, 'x-forwarded-proto': 'wss' },
      1,
      { 'https://app.example': true, 'http://app.example': false },
    ],
    [
      'is none with a scheme that is none',
      { ...PLAIN, 'x-forwarded-proto': 'x' },
      1,
      { null: false },
    ],
    [
      'is what is known without a trusted proxy: either scheme on the default port',
      SECURE,
      0,
      {
        'https://app.example': true,
        'http://app.example': true,
        'https://app.example:8443': false,
      },
    ],
  ])('%s', async (_, headers, trustedProxies, expected) => {
    const app = await startSecureApp({ trustedProxies });
    const allowed: Record<string, boolean> = {};
    for (const origin of Object.keys(expected)) {
      const { status } = await ask(app.url, { headers: { ...headers, origin } });
      allowed[origin] = status === 200;
    }
    expect(allowed).toEqual(expected);
  });
});

describe('CORS headers', () => {
  it.each<[string, WebSocketGatewayOptions['cors'], string, string | undefined]>([
    [
      'a part of it',
      { origin: /https:\/\/[a-z]+\.ok\.test/ },
      'https://x.ok.test.evil.example',
      undefined,
    ],
    [
      'a line of it',
      { origin: /^https:\/\/ok\.test$/m },
      'https://ok.test.evil.example',
      undefined,
    ],
    [
      'one alternative of it',
      { origin: [/a\.test|https:\/\/b\.test/] },
      'https://a.test',
      undefined,
    ],
    [
      'all of it',
      { origin: /https:\/\/[a-z]+\.ok\.test/ },
      'https://x.ok.test',
      'https://x.ok.test',
    ],
    [
      'all of it in a list',
      { origin: ['https://y.test', /https:\/\/x\.test/g] },
      'https://x.test',
      'https://x.test',
    ],
    ['everything in a list', { origin: ['https://y.test', '*'] }, 'https://x.test', '*'],
    [
      'all of it, but that is longer than an origin can be',
      { origin: /https:\/\/.*\..*\.ok\.test/ },
      `https://${'a.'.repeat(150)}ok.test`,
      undefined,
    ],
  ])('name an origin of which a pattern matches %s', async (_, cors, origin, expected) => {
    const app = await startSecureApp({ authentication: false, cors: cors ?? false });
    const { headers } = await ask(app.url, { headers: { origin } });
    expect(headers['access-control-allow-origin']).toBe(expected);
  });
});

describe('transports', () => {
  it('are those that the options offer, whoever made the server', async () => {
    const app = await startSecureApp({ transports: ['websocket'] });
    const refused = { status: 400, body: '{"code":0,"message":"Transport unknown"}' };
    expect(await ask(app.url)).toMatchObject(refused);
    expect(await ask(app.url, { method: 'POST', body: '40' })).toMatchObject(refused);
  });
});

describe.each(['own', 'library'] as const)(
  'beside a gateway of the application, %s first',
  (first) => {
    const start = (options: GatewayMetadata, gateway: WebSocketGatewayOptions = {}) => {
      const imports = [chatModule(options), StreamingModule.forRoot({ gateway })];
      return startAppOf({ imports: first === 'own' ? imports : imports.toReversed() });
    };
    const OPEN: GatewayMetadata = {
      path: '/socket.io',
      namespace: 'chat',
      cors: { origin: '*' },
    };

    it.each(['websocket', 'polling'] as const)(
      'a page of another origin may use that one over %s, and not the library',
      async (transport) => {
        const app = await start(OPEN);
        const page = {
          transports: [transport],
          extraHeaders: { origin: EVIL },
          reconnection: false,
        };
        expect(await outcomeOf(app.connect({ ...page, namespace: '/chat' }))).toBe('connected');
        expect(await outcomeOf(app.connect(page))).toMatchObject({ code: 'ORIGIN_NOT_ALLOWED' });
        expect(await outcomeOf(app.connect({ transports: [transport] }))).toBe('connected');
      },
    );

    it('a session with one foreign request never enters the library', async () => {
      const app = await start(OPEN);
      const session = await RawPolling.open(app.url);
      await session.post('3', { origin: EVIL });
      await session.post('40/streaming,');
      expect((await session.poll()).body).toContain('ORIGIN_NOT_ALLOWED');
    });

    it('a session in the library takes no foreign request any more', async () => {
      const app = await start(OPEN);
      const session = await RawPolling.open(app.url);
      await session.post('40/streaming,');
      expect((await session.poll()).body).toContain('40/streaming,');
      expect(await session.post('42/streaming,["ping"]', { origin: EVIL })).toMatchObject(
        FORBIDDEN,
      );
      expect(await session.poll({ origin: EVIL })).toMatchObject(FORBIDDEN);
      expect(await session.ask({ query: '&j=0' })).toMatchObject(FORBIDDEN);
      expect(await upgrade(app.url, { origin: EVIL }, `&sid=${session.sid}`)).toBe(400);
    });

    it('by script nobody enters the library', async () => {
      const app = await start(OPEN);
      const { body } = await ask(app.url, { query: '&j=0' });
      const sid = /sid\\":\\"([^"\\]+)/.exec(body)?.[1] ?? '';
      const query = `&sid=${sid}&j=0`;
      await ask(app.url, { method: 'POST', body: 'd=40/streaming,', query });
      expect((await ask(app.url, { query })).body).toContain('ORIGIN_NOT_ALLOWED');
    });

    it('each has the CORS headers that its own options ask for', async () => {
      const [theirs, ours] = ['https://chat.test', 'https://app.test'];
      const app = await start(
        { ...OPEN, cors: { origin: theirs } },
        { cors: { origin: ours, credentials: true } },
      );
      const corsOf = async (origin: string) => {
        const { headers } = await ask(app.url, { headers: { origin } });
        return [
          headers['access-control-allow-origin'],
          headers['access-control-allow-credentials'],
        ];
      };
      expect(await corsOf(theirs)).toEqual([theirs, undefined]);
      expect(await corsOf(ours)).toEqual([ours, 'true']);
      // A page that neither names: the other gateway names its own, as it would alone.
      expect(await corsOf(EVIL)).toEqual([theirs, undefined]);
    });

    it('messages to that one may be as large as it says, those to the library as large as ours', async () => {
      const app = await start({ ...OPEN, maxHttpBufferSize: 300_000 }, { maxPayloadBytes: 10_000 });
      const large = 'x'.repeat(200_000);
      const chat = await openTransport(app.url);
      chat.send('40/chat,');
      await chat.until(/^40\/chat,/);
      chat.send(`42/chat,["message","${large}"]`);
      await chat.until(/^42\/chat,\["message",\{"echo":"x{200}/);
      const viewer = await openTransport(app.url);
      viewer.send('40/streaming,');
      await viewer.until(/^40\/streaming,/);
      viewer.send(`42/streaming,["ping","${large}"]`);
      await viewer.closed;
    });

    it('transports in no namespace yet are limited as those of the library, until they enter one', async () => {
      const app = await start(OPEN, { maxConnections: 5, connectTimeoutMs: 60_000 });
      const waiting = [];
      for (let count = 0; count < 5; count += 1) waiting.push(await openTransport(app.url));
      const sixth = await openTransport(app.url);
      await sixth.closed;
      expect(sixth.received.join()).toContain('TOO_MANY_CONNECTIONS');
      const [first] = waiting;
      first?.send('40/chat,');
      await first?.until(/^40\/chat,/);
      const seventh = await openTransport(app.url);
      seventh.send('40/streaming,');
      await seventh.until(/^40\/streaming,\{"sid"/);
    });

    it('that one has no limits of the library: neither packets, nor what waits, nor connections', async () => {
      const app = await start(OPEN, {
        rateLimit: { maxMessages: 10 },
        maxConnections: 1,
        connectTimeoutMs: 300,
        slowClient: { maxQueuedBytes: 65_536 },
      });
      for (let count = 0; count < 3; count += 1) {
        const chat = await openTransport(app.url);
        chat.send('40/chat,');
        await chat.until(/^40\/chat,/);
        for (let index = 0; index < 100; index += 1) chat.send('42/chat,["message",1]');
        await chat.until(/^42\/chat,/, 100);
      }
      expect(await outcomeOf(app.connect({ reconnection: false }))).toBe('connected');
      expect(await outcomeOf(app.connect({ reconnection: false }))).toMatchObject({
        code: 'TOO_MANY_CONNECTIONS',
      });
    });
  },
);

describe('what is refused is logged', () => {
  const lines = loggedLines('warn');

  it('once per cause, whatever the origins are, without control characters', async () => {
    const app = await startSecureApp();
    for (let index = 0; index < 50; index += 1)
      await ask(app.url, {
        headers: { origin: `https://\u009b31m${index}\u0085.evil.test` },
      });
    for (let index = 0; index < 50; index += 1) await ask(app.url, { query: '&j=0' });
    expect(lines).toEqual([
      expect.stringMatching(/^ORIGIN_NOT_ALLOWED \[origin\] .*name "https:\/\/\\u009b31m0\\u0085/),
      expect.stringMatching(/^ORIGIN_NOT_ALLOWED \[jsonp\] /),
    ]);
    // oxlint-disable-next-line no-control-regex -- these are what must not be there
    expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  });
});

describe('the cookie of a visitor', () => {
  it('opens nothing to a form of another page that knows the session', async () => {
    const app = await startSecureApp();
    const cookie = `session=${await tokenOf('alice')}`;
    const form = { origin: EVIL, cookie, 'sec-fetch-site': 'cross-site' };
    expect(
      await ask(app.url, { headers: { cookie, 'sec-fetch-site': 'cross-site' } }),
    ).toMatchObject(FORBIDDEN);
    const session = await RawPolling.open(app.url, { headers: { cookie } });
    expect(await session.post('40/streaming,', form)).toMatchObject(FORBIDDEN);
    expect(app.gateway.getStats().totalConnections).toBe(0);
  });
});
