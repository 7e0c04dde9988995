import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import type { StreamingModuleOptions } from '../../../src/index.js';
import { loggedLines } from '../../support/logged-lines.js';
import { outcomeOf } from '../../support/plain-client.js';
import { type SecureApp, startSecureApp, tokenOf } from './secure-app.js';
import { startApp } from '../../support/streaming-app.js';

const EVIL = 'https://evil.test';
const GOOD = 'https://app.test';

/** Connects as a page of `origin` whose visitor has the session cookie of alice. */
const connectFrom = async (app: SecureApp, origin: string, transport: 'websocket' | 'polling') =>
  outcomeOf(
    app.connect({
      transports: [transport],
      reconnection: false,
      extraHeaders: { origin, cookie: `session=${await tokenOf('alice')}` },
    }),
  );

describe.each(['websocket', 'polling'] as const)(
  'a page of another origin, over %s',
  (transport) => {
    it.each<[string, StreamingModuleOptions['gateway'], string]>([
      ['while no origin is named', {}, EVIL],
      ['while another origin is named', { cors: { origin: GOOD, credentials: true } }, EVIL],
      ['whose name begins with a named one', { cors: { origin: GOOD } }, `${GOOD}.evil.test`],
      ['whose name ends with a named one', { cors: { origin: GOOD } }, 'https://evil-app.test'],
      ['of another scheme', { cors: { origin: GOOD } }, 'http://app.test'],
      ['of another port', { cors: { origin: GOOD } }, `${GOOD}:8443`],
      [
        'around an unanchored pattern',
        { cors: { origin: /https:\/\/app\.test/ } },
        `${GOOD}.evil.test`,
      ],
      [
        'around a pattern with a global flag',
        { cors: { origin: [/app\.test/g] } },
        'https://app.test.evil.test',
      ],
      ['that is opaque', { cors: { origin: GOOD } }, 'null'],
      ['with an origin that is none', {}, 'evil'],
    ])('cannot use the cookie of its visitor: %s', async (_, gateway, origin) => {
      const app = await startSecureApp(gateway);
      expect(await connectFrom(app, origin, transport)).not.toBe('connected');
      expect(app.gateway.getStats().totalConnections).toBe(0);
    });

    it.each<[string, StreamingModuleOptions['gateway'], string]>([
      ['its exact origin', { cors: { origin: GOOD } }, GOOD],
      ['a list with it', { cors: { origin: ['https://x.test', GOOD] } }, GOOD],
      ['a pattern', { cors: { origin: /https:\/\/\w+\.app\.test/ } }, 'https://a.app.test'],
    ])('comes in when it is named by %s', async (_, gateway, origin) => {
      const app = await startSecureApp(gateway);
      expect(await connectFrom(app, origin, transport)).toBe('connected');
    });
  },
);

describe("the application's own page", () => {
  it('comes in without being named', async () => {
    const app = await startSecureApp();
    expect(await connectFrom(app, app.url, 'websocket')).toBe('connected');
  });

  it('is known by the forwarded host only behind a trusted proxy', async () => {
    const headers = { origin: 'https://public.test', 'x-forwarded-host': 'public.test' };
    for (const [trustedProxies, expected] of [
      [0, false],
      [1, true],
    ] as const) {
      const app = await startSecureApp({ trustedProxies });
      const auth = { token: await tokenOf('alice') };
      const client = app.connect({ auth, extraHeaders: headers, reconnection: false });
      expect((await outcomeOf(client)) === 'connected').toBe(expected);
    }
  });
});

describe('what a page of another origin is told', () => {
  const ENGINE = '/socket.io/?EIO=4&transport=';

  it('is an HTTP answer that its browser keeps from it', async () => {
    const app = await startSecureApp({ cors: { origin: GOOD } });
    const response = await fetch(`${app.url}${ENGINE}polling`, { headers: { origin: EVIL } });
    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({ code: 4, message: 'ORIGIN_NOT_ALLOWED' });
    // What it may not connect to it may not read either.
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('is an HTTP answer to the upgrade, which no browser shows', async () => {
    const app = await startSecureApp({ cors: { origin: GOOD } });
    const url = `${app.url}${ENGINE}websocket`.replace('http', 'ws');
    const socket = new WebSocket(url, { headers: { origin: EVIL } });
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
    expect(response.statusCode).toBe(400);
    expect(await text(response)).toBe('ORIGIN_NOT_ALLOWED');
  });

  it.each(['polling', 'websocket'] as const)(
    'is no error body over %s: to a client it is a server out of reach, to try again',
    async (transport) => {
      const app = await startSecureApp();
      const client = app.connect({ transports: [transport], extraHeaders: { origin: EVIL } });
      const error = await new Promise<Error>((resolve) => client.once('connect_error', resolve));
      expect(error).not.toHaveProperty('data');
      expect(client.active).toBe(true);
    },
  );
});

describe('an origin of eight thousand characters', () => {
  const lines = loggedLines('warn');

  // Nobody is known yet at the upgrade, so what one request can put in the log is bounded.
  it('is refused, and named in the log by its beginning', async () => {
    const app = await startSecureApp();
    expect(await connectFrom(app, 'o'.repeat(8_000), 'polling')).not.toBe('connected');
    expect(lines).toEqual([expect.stringMatching(/ORIGIN_NOT_ALLOWED .* name "o{300}" in /)]);
  });
});

describe('at boot', () => {
  const environment = process.env['NODE_ENV'];
  const warnings = loggedLines('warn');

  afterEach(() => {
    process.env['NODE_ENV'] = environment;
  });

  const strategies = [{ name: 's', authenticate: async () => undefined }];

  it.each<[string, StreamingModuleOptions['gateway']]>([
    ['every origin with credentials', { cors: { origin: true, credentials: true } }],
    ['a star with credentials', { cors: { origin: '*', credentials: true } }],
    ['a star in a list with credentials', { cors: { origin: [GOOD, '*'], credentials: true } }],
    ['a pattern of everything', { cors: { origin: /.*/, credentials: true } }],
    ['one of every https page', { cors: { origin: /https:\/\/.+/, credentials: true } }],
    [
      'one of every .com page',
      { cors: { origin: [GOOD, /^https:\/\/\w+\.com$/], credentials: true } },
    ],
    ['one of every www page', { cors: { origin: /https?:\/\/www\..+/, credentials: true } }],
    ['one of every .ai page', { cors: { origin: /https:\/\/.+\.(ai|co)/, credentials: true } }],
    ['one of every page on a port', { cors: { origin: /https:\/\/.+:3000/, credentials: true } }],
    ['one of every port', { cors: { origin: /https:\/\/[^/]+:\d+/, credentials: true } }],
    [
      'a pattern that excludes little',
      { cors: { origin: /(?!https:\/\/evil).*/g, credentials: true } },
    ],
    ['the opaque origin', { cors: { origin: 'null', credentials: true } }],
    [
      'every origin with a cookie that authenticates',
      { cors: { origin: true }, authentication: { strategies, sources: { cookie: 'session' } } },
    ],
  ])('%s is refused with an explanation', async (_, gateway) => {
    await expect(startApp({ ...(gateway && { gateway }) })).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      issues: [
        { path: 'gateway.cors.origin', message: expect.stringContaining('must name the origins') },
      ],
    });
  });

  it.each(['https://*.app.test', 'https://[a-z]+\\.app\\.test'])(
    'a pattern of the own subdomains boots with credentials: %s',
    async (source) => {
      const origin = new RegExp(source.replace('*', '[a-z]+'));
      await startApp({ gateway: { cors: { origin, credentials: true } } });
    },
  );

  it.each([
    'https://app.test/',
    'https://app.test/chat',
    'https://app.test:443',
    'https://APP.test',
    'app.test',
    '//app.test',
    ' https://app.test',
    'https://app.test?x',
    'https://*.app.test',
    '',
  ])('an origin that no browser sends is refused: %j', async (origin) => {
    for (const cors of [{ origin }, { origin: [GOOD, origin] }])
      await expect(startApp({ gateway: { cors } })).rejects.toMatchObject({
        code: 'INVALID_OPTIONS',
        issues: [
          { path: 'gateway.cors.origin', message: expect.stringContaining(JSON.stringify(origin)) },
        ],
      });
  });

  it.each([
    'https://app.test',
    'http://localhost:5173',
    'capacitor://localhost',
    'http://[::1]:3000',
  ])('an origin boots: %s', async (origin) => {
    await startApp({ gateway: { cors: { origin } } });
  });

  it('authentication must be chosen in production', async () => {
    process.env['NODE_ENV'] = 'production';
    await expect(startApp({ gateway: {} })).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      issues: [
        {
          path: 'gateway.authentication',
          message: expect.stringContaining('must be given in production'),
        },
      ],
    });
    await startApp({ gateway: { authentication: false } });
    await startApp({ gateway: { authentication: { strategies } } });
    await startApp({});
  });

  it('an open gateway is told loudly, a closed one is not', async () => {
    await startApp({ gateway: { authentication: { strategies } } });
    expect(warnings).toEqual([]);
    await startApp({ gateway: {} });
    expect(warnings).toEqual([expect.stringContaining('AUTHENTICATION IS OFF in /streaming')]);
  });
});
