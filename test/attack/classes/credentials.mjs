// Forged tokens, guessing in parallel, other tenants, crafted ids and rooms.
import { SEPARATOR, tokenOf } from '../attacker.mjs';

const now = Math.floor(Date.now() / 1_000);
const base64 = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const good = await tokenOf('alice');
const [header, payload, signature] = good.split('.');
const unsigned = (alg) => `${base64({ alg })}.${payload}.`;

const TOKENS = {
  'no signature': `${header}.${payload}.`,
  'no signature part': `${header}.${payload}`,
  'alg none': unsigned('none'),
  'alg None': unsigned('None'),
  'alg NONE': unsigned('NONE'),
  'alg of a public key': `${base64({ alg: 'RS256' })}.${payload}.${signature}`,
  'an embedded key': `${base64({ alg: 'HS256', jwk: { kty: 'oct', k: 'AAAA' } })}.${payload}.${signature}`,
  'a key by address': `${base64({ alg: 'HS256', jku: 'http://127.0.0.1:1/k' })}.${payload}.${signature}`,
  'a key id that is a path': `${base64({ alg: 'HS256', kid: '../../dev/null' })}.${payload}.${signature}`,
  'critical headers': `${base64({ alg: 'HS256', crit: ['x'], x: 1 })}.${payload}.${signature}`,
  'another key': await tokenOf('alice', {}, { key: 'another key of at least 32 characters' }),
  'an empty-looking key': await tokenOf('alice', {}, { key: '\0'.repeat(32) }),
  'HS512 of the same key': await tokenOf('alice', {}, { alg: 'HS512', key: 'x'.repeat(64) }),
  expired: await tokenOf('alice', { exp: now - 10 }),
  'valid later': await tokenOf('alice', { nbf: now + 600 }),
  'another issuer': await tokenOf('alice', { iss: 'https://evil.test' }),
  'an issuer that begins alike': await tokenOf('alice', { iss: 'https://id.test.evil.test' }),
  'another audience': await tokenOf('alice', { aud: 'billing' }),
  'no audience': await tokenOf('alice', { aud: undefined }),
  'no subject': await tokenOf(undefined),
  'a subject that is a number': await tokenOf(7),
  'a subject that is an object': await tokenOf({ toString: 'alice' }),
  'an empty subject': await tokenOf(''),
  'a changed payload': `${header}.${base64({ sub: 'alice', exp: now + 600 })}.${signature}`,
  'an object': { toString: 'x' },
  'an array': [good],
  'a number': 1,
  'a very long one': 'x'.repeat(15_000),
  nothing: '',
  'two tokens': `${good} ${good}x`,
};

const TENANTS = {
  'the same id in another tenant': { sub: 'alice', org: 'evil' },
  'the same id without a tenant': { sub: 'alice', org: undefined },
  'tenant and id in the id': { sub: 'acme/alice', org: undefined },
  'with another separator': { sub: 'acme:alice', org: undefined },
  'in the tenant': { sub: 'x', org: 'acme/alice' },
  'an upper-case tenant': { sub: 'alice', org: 'ACME' },
  'a tenant with a space': { sub: 'alice', org: 'acme ' },
  'an id with a null': { sub: 'alice\0', org: 'acme' },
  'a colleague': { sub: 'bob', org: 'acme' },
  'an id that looks alike': { sub: 'аlice', org: 'acme' },
};
const SUBSCRIBERS = ['subscribe_execution', 'cancel_execution', 'get_status'];

const IDS = [
  '',
  ' ',
  'secret ',
  ' secret',
  'secret\0',
  'SECRET',
  'execution:secret',
  'room:secret',
  '__proto__',
  'constructor',
  'secret/..',
  '../secret',
  '%73ecret',
  'sec\u200bret',
  's*',
  '*',
  'x'.repeat(257),
  'x'.repeat(10_000),
];
const ROOMS = [
  'user:alice',
  'user:',
  'user:*',
  'tenant:evil/x',
  'tenant:acme',
  'tenant:acme/a/b',
  'tenant:acme/',
  'lobby/',
  'lobby:',
  'Lobby',
  'user:mallory/x',
  'open:a:b',
  'open:',
  '{principalId}',
  'user:{principalId}',
  '*',
  'tenant:*/x',
  'user:mallory\0',
  'a'.repeat(10_000),
  '__proto__',
];
const VALUES = [null, 7, true, [], {}, ['secret'], { toString: 'secret' }, { $ne: null }];

export const classes = [
  {
    name: 'tokens',
    attacks: Object.entries(TOKENS).flatMap(([name, token]) => [
      { name, run: async (attacker) => (await attacker.join(token)) !== undefined },
    ]),
  },
  {
    name: 'guessing in parallel',
    attacks: [
      ...[0, 1].map((round) => ({
        name: `hundreds of tokens in one post ${round}`,
        run: async (attacker) => {
          const session = await attacker.poll();
          const packets = Array.from(
            { length: 400 },
            (_, index) => `40/streaming,{"token":"${index}"}`,
          );
          await session.post(packets.join(SEPARATOR));
          const { body } = await session.read();
          return body.split('AUTHENTICATION_FAILED').length - 1 > 5;
        },
      })),
      ...[0, 1].map((round) => ({
        name: `many transports ${round}`,
        run: async (attacker) => {
          const guess = async (index) => {
            const raw = await attacker.connect();
            raw?.send(`40/streaming,{"token":"${index}"}`);
            await raw?.closes(700);
          };
          await Promise.all(Array.from({ length: 10 }, (_, index) => guess(index)));
          return attacker.read.split('AUTHENTICATION_FAILED').length - 1 > 5;
        },
      })),
      {
        name: 'by renewing',
        run: async (attacker) => {
          const raw = await attacker.join(await tokenOf('mallory'));
          for (let index = 0; index < 40; index += 1)
            raw.send(`42/streaming,${index}["authentication",{"token":"x${index}"}]`);
          await attacker.answered(/43\/streaming,39/);
          return attacker.read.split('AUTHENTICATION_FAILED').length - 1 > 5;
        },
      },
    ],
  },
  {
    name: 'tenants',
    attacks: Object.entries(TENANTS).flatMap(([name, claims]) =>
      SUBSCRIBERS.map((event) => ({
        name: `${name}: ${event}`,
        run: async (attacker) => {
          const raw = await attacker.join(await tokenOf(claims.sub, claims));
          if (!raw) return false;
          const answer = await attacker.event(raw, event, { executionId: 'secret' }, 7);
          return answer === undefined || answer.includes('"ok":true');
        },
      })),
    ),
  },
  {
    name: 'crafted ids and rooms',
    attacks: [
      ...[...IDS, ...VALUES].map((executionId, index) => ({
        name: `execution ${JSON.stringify(executionId)?.slice(0, 30)}`,
        run: async (attacker) => {
          const raw = await attacker.join(await tokenOf(`id-${index}`));
          const answer = await attacker.event(raw, 'subscribe_execution', { executionId }, 7);
          return answer === undefined || answer.includes('"ok":true');
        },
      })),
      ...[...ROOMS, ...VALUES].map((roomId) => ({
        name: `room ${JSON.stringify(roomId)?.slice(0, 30)}`,
        run: async (attacker) => {
          const raw = await attacker.join(await tokenOf('mallory', { sub: 'mallory' }));
          if (!raw) return false;
          const answer = await attacker.event(raw, 'join_room', { roomId }, 7);
          return answer === undefined || answer.includes('"ok":true');
        },
      })),
    ],
  },
];
