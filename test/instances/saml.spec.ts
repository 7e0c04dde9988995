import { beforeEach, describe, expect, it } from '@jest/globals';
import { RedisLink } from '../../src/cluster/redis/connection/redis-link.js';
import { connectorOf } from '../../src/cluster/redis/connection/redis-client.js';
import { redisBackend } from '../../src/cluster/redis/index.js';
import type { RedisBackend } from '../../src/cluster/redis/redis-backend.js';
import { RedisKeys } from '../../src/cluster/redis/redis-keys.js';
import { RedisSignInStore } from '../../src/cluster/redis/redis-sign-in-store.js';
import { MemoryTicketStore } from '../../src/entries/auth.js';
import { memoryBackend } from '../../src/entries/log.js';
import { SamlStrategy } from '../../src/index.js';
import { clientOf, openBackend, ownPrefix } from '../support/redis-backends.js';
import { redisForTests } from '../support/redis-for-tests.js';
import { SamlIdentityProvider } from '../support/saml-identity-provider.js';
import { onTestEnd, startApp } from '../support/streaming-app.js';
import { describeInstances, inRedis, type Instances } from './support/backends.js';
import { type SamlApplication, type SamlAnswer, startSaml } from './support/saml-application.js';

const encode = (xml: string): string => Buffer.from(xml).toString('base64');
const decode = (response: string): string => Buffer.from(response, 'base64').toString();

/** The statuses, in order of size. */
const statusesOf = (answers: readonly SamlAnswer[]): number[] =>
  answers.map(({ status }) => status).toSorted((one, other) => one - other);

type Three = [SamlApplication, SamlApplication, SamlApplication];

describeInstances('a sign-in over SAML', (instances) => {
  let provider: SamlIdentityProvider;
  let group: Instances;

  const start = (options = {}): Promise<SamlApplication> => startSaml(group, provider, options);
  const startThree = async (options = {}): Promise<Three> => [
    await start(options),
    await start(options),
    await start(options),
  ];

  beforeEach(() => {
    provider = new SamlIdentityProvider();
    group = instances();
  });

  it('works when each of its three steps reaches another instance', async () => {
    const [one, two, third] = await startThree();
    const answer = await two.callback(await provider.respond(await one.login()));
    expect(answer).toMatchObject({ status: 201, body: { ticket: expect.any(String) } });
    expect(await third.accepts(answer.body['ticket'])).toBe(true);
  });

  it('gives a ticket that works once in all instances', async () => {
    const apps = await startThree();
    const [one, two] = apps;
    const { body } = await two.callback(await provider.respond(await one.login()));
    const accepted = await Promise.all(apps.map((app) => app.accepts(body['ticket'])));
    expect(accepted.filter(Boolean)).toHaveLength(1);
    for (const app of apps) expect(await app.accepts(body['ticket'])).toBe(false);
  });

  it('takes a response once in all instances, also at the same time', async () => {
    const apps = await startThree();
    const response = await provider.respond(await apps[0].login());
    const answers = await Promise.all(apps.map((app) => app.callback(response)));
    expect(statusesOf(answers)).toEqual([201, 401, 401]);
    for (const app of apps) expect((await app.callback(response)).status).toBe(401);
  });

  it('takes one of several responses to a request, also at the same time', async () => {
    const apps = await startThree();
    const loginUrl = await apps[0].login();
    const responses = [
      await provider.respond(loginUrl),
      await provider.respond(loginUrl),
      await provider.respond(loginUrl),
    ];
    const answers = await Promise.all(
      apps.map((app, index) => app.callback(responses[index] ?? '')),
    );
    expect(statusesOf(answers)).toEqual([201, 401, 401]);
  });

  it('takes an assertion once in all instances if the identity provider began', async () => {
    const apps = await startThree({ allowIdpInitiated: true });
    const response = await provider.respondTo('');
    const answers = await Promise.all(apps.map((app) => app.callback(response)));
    expect(statusesOf(answers)).toEqual([201, 401, 401]);
  });

  it('is over for every instance after a forged answer to its request', async () => {
    const [one, two, third] = await startThree();
    const response = await provider.respond(await one.login());
    const forged = encode(decode(response).replaceAll('alice@acme.test', 'admin@acme.test'));
    expect((await two.callback(forged)).status).toBe(401);
    expect((await third.callback(response)).status).toBe(401);
  });

  it('is finished by an instance that was started after it began', async () => {
    const one = await start();
    const response = await provider.respond(await one.login());
    const later = await start();
    expect((await later.callback(response)).status).toBe(201);
  });

  it('works with a secret of the application, which instances without it do not know', async () => {
    const requestSecret = 'a secret of two instances, 32 bytes or more';
    const [one, two] = [await start({ requestSecret }), await start({ requestSecret })];
    const stranger = await start();
    const response = await provider.respond(await one.login());
    expect((await stranger.callback(response)).status).toBe(401);
    expect((await two.callback(response)).status).toBe(201);
  });

  it('is known to no strategy of another application at the same provider, nor is its ticket', async () => {
    const one = await start();
    const other = await start({ callbackUrl: 'https://other.test/saml/callback' });
    const response = await provider.respond(await one.login());
    expect((await other.callback(response)).status).toBe(401);
    const { status, body } = await one.callback(response);
    expect(status).toBe(201);
    expect(await other.accepts(body['ticket'])).toBe(false);
    expect(await one.accepts(body['ticket'])).toBe(true);
  });
});

describe('sign-ins over SAML in Redis', () => {
  const server = redisForTests();
  let instances: Instances;
  const provider = new SamlIdentityProvider();

  beforeEach(() => {
    instances = inRedis(server());
  });

  it('keep nothing of a request, so no number of strangers displaces a user', async () => {
    const [one, other] = [
      await startSaml(instances, provider),
      await startSaml(instances, provider),
    ];
    const loginUrl = await one.login();
    const before = await server().command('DBSIZE');
    for (let count = 0; count < 500; count += 1) await other.saml.loginUrl();
    expect(await server().command('DBSIZE')).toBe(before);
    expect((await other.callback(await provider.respond(loginUrl))).status).toBe(201);
  });

  it('are refused, and not accepted unchecked, while Redis is away', async () => {
    const app = await startSaml(instances, provider);
    const response = await provider.respond(await app.login());
    await instances.vanish(app.instance);
    const login = await fetch(`${app.instance.url}/saml/login`, { redirect: 'manual' });
    expect(login.status).toBe(503);
    const unavailable = { status: 503, body: { code: 'LOG_UNAVAILABLE' } };
    expect(await app.callback(response)).toMatchObject(unavailable);
    await instances.reappear(app.instance);
    expect((await app.callback(await provider.respond(await app.login()))).status).toBe(201);
  }, 30_000);
});

describe('what instances know of sign-ins in Redis', () => {
  const server = redisForTests();
  let backend: RedisBackend;

  beforeEach(async () => {
    backend = await openBackend({ client: clientOf(server().url), prefix: ownPrefix() });
    onTestEnd(() => backend.close());
  });

  it('has one secret for a name, also if many ask for it at once', async () => {
    const proposals = Array.from({ length: 20 }, (_, index) => `secret ${index}`);
    const secrets = await Promise.all(
      proposals.map((proposal) => backend.signIns.secret('one', proposal)),
    );
    expect(new Set(secrets).size).toBe(1);
    expect(proposals).toContain(secrets[0]);
    expect(await backend.signIns.secret('other', 'another')).toBe('another');
  });

  it('has each used id for its time, and lets Redis forget all of it', async () => {
    const { signIns } = backend;
    const before = (await server().command('KEYS', '*')) as string[];
    const uses = await Promise.all(
      Array.from({ length: 20 }, () => signIns.use('group', 'id', 60_000)),
    );
    expect(uses.filter(Boolean)).toHaveLength(1);
    await signIns.secret('name', 'secret');
    const keys = (await server().command('KEYS', '*')) as string[];
    const kept = keys.filter((key) => /:(used|secret):/.test(key) && !before.includes(key));
    expect(kept).toHaveLength(2);
    for (const key of kept) expect(await server().command('PTTL', key)).toBeGreaterThan(0);
    expect(await signIns.use('brief', 'id', 1)).toBe(true);
    while (!(await signIns.use('brief', 'id', 1)));
  });

  it('has so many ids of a group, whatever other groups do', async () => {
    const link = new RedisLink(connectorOf(clientOf(server().url)), {
      commandTimeoutMs: 5_000,
      unavailableMs: 5_000,
    });
    onTestEnd(() => link.close());
    const signIns = new RedisSignInStore(link, new RedisKeys(ownPrefix(), 1), 5_000, 3);
    for (const id of ['a', 'b', 'c']) expect(await signIns.use('quiet', id, 60_000)).toBe(true);
    for (const id of ['a', 'b', 'c', 'd']) expect(await signIns.use('busy', id, 60_000)).toBe(true);
    expect(await signIns.use('busy', 'd', 60_000)).toBe(false);
    expect(await signIns.use('busy', 'a', 60_000)).toBe(true);
    for (const id of ['a', 'b', 'c']) expect(await signIns.use('quiet', id, 60_000)).toBe(false);
  });
});

describe('a ticket store of a SamlStrategy', () => {
  it.each([
    ['in memory', memoryBackend()],
    ['in Redis', redisBackend({ client: clientOf('redis://127.0.0.1:1'), prefix: ownPrefix() })],
  ])('contradicts a backend %s', async (_where, backend) => {
    const { options } = new SamlIdentityProvider();
    const saml = new SamlStrategy({ ...options, ticket: { store: new MemoryTicketStore() } });
    await expect(
      startApp({ backend, gateway: { authentication: { strategies: [saml] } } }),
    ).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      issues: [expect.objectContaining({ path: 'gateway.authentication.strategies.0' })],
    });
  });
});
