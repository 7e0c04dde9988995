// Pages of other origins, scripts and forms, with the cookie of alice.
import { tokenOf } from '../attacker.mjs';

const ORIGINS = [
  'https://evil.test',
  'null',
  '',
  'https://app.test.evil.test',
  'https://evil-app.test',
  'http://app.test',
  'https://app.test:8443',
  'https://app.test/',
  'https://app.test.',
  'https://x.ok.test.evil.test',
  'https://evil.test/x.ok.test',
  'https://x.y.ok.test',
  'https://X.ok.test',
  'file://',
  'https://127.0.0.1',
  'https://localhost',
  'app.test',
  'https://app.test, https://evil.test',
  'https://app.test@evil.test',
  'chrome-extension://x',
  `https://${'a.'.repeat(6_000)}!`,
];
const METADATA = ['cross-site', 'same-site', 'same-origin, cross-site', 'x'];
const SCRIPTS = ['&j=0', '&j=', '&j=x', '&j', '&%6a=0', '&j=0&j=1'];

const cookie = `session=${await tokenOf('alice')}`;
const read = `42/streaming,1["subscribe_execution",{"executionId":"secret"}]`;

/** The ways in which a page sends a request. */
const WAYS = {
  handshake: async (attacker, headers) => (await attacker.ask({ headers })).status === 200,
  upgrade: async (attacker, headers) => (await attacker.connect({ headers })) !== undefined,
  'post in a session': async (attacker, headers) => {
    const session = await attacker.poll({ cookie });
    return (await session.post(`40/streaming,`, headers)).status === 200;
  },
  'poll of a session': async (attacker, headers) => {
    const session = await attacker.poll({ cookie });
    return (await session.read(headers)).status === 200;
  },
  'upgrade of a session': async (attacker, headers) => {
    const session = await attacker.poll({ cookie });
    return (await attacker.connect({ headers, query: session.query })) !== undefined;
  },
};

const pages = (values, header) =>
  values.flatMap((value) =>
    Object.entries(WAYS).map(([way, run]) => ({
      name: `${header} ${JSON.stringify(value)} by ${way}`,
      run: (attacker) => run(attacker, { cookie, [header]: value }),
    })),
  );

export const classes = [
  { name: 'origins', attacks: pages(ORIGINS, 'origin') },
  { name: 'fetch metadata', attacks: pages(METADATA, 'sec-fetch-site') },
  {
    name: 'JSONP',
    attacks: SCRIPTS.flatMap((query) => [
      {
        name: `handshake ${query}`,
        run: async (attacker) =>
          (await attacker.ask({ query, headers: { cookie } })).status === 200,
      },
      {
        name: `form in a session ${query}`,
        run: async (attacker) => {
          const session = await attacker.poll({ cookie });
          const body = `d=${encodeURIComponent(`40/streaming,\u001e${read}`)}`;
          const form = { method: 'POST', query: `${session.query}${query}`, body };
          return (await attacker.ask(form)).status === 200;
        },
      },
    ]),
  },
];
