import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  IDP_ENTITY,
  SamlIdentityProvider,
  SP_ENTITY,
} from '../../../test/support/saml-identity-provider.js';
import type { Principal } from '../principal.js';
import type { SamlStrategyOptions } from './saml-options.js';
import { SamlStrategy } from './saml.strategy.js';

const failed = { code: 'AUTHENTICATION_FAILED', message: 'The credential was refused.' };
const minutes = (count: number): Date => new Date(Date.now() + count * 60_000);
const decode = (response: string): string => Buffer.from(response, 'base64').toString();
const encode = (xml: string): string => Buffer.from(xml).toString('base64');

const ASSERTION = /<saml:Assertion.*<\/saml:Assertion>/s;
const SIGNATURE = /<(\w+:)?Signature .*?<\/(\w+:)?Signature>/gs;

describe('SamlStrategy', () => {
  let provider: SamlIdentityProvider;
  let saml: SamlStrategy;

  const strategyOf = (options: Partial<SamlStrategyOptions> = {}): SamlStrategy =>
    new SamlStrategy({ ...provider.options, ...options });

  const connectWith = async (
    strategy: SamlStrategy,
    response: string,
  ): Promise<Principal | undefined> => {
    const { ticket } = await strategy.exchange(response);
    return strategy.authenticate({ credentials: { ticket } });
  };

  beforeEach(() => {
    provider = new SamlIdentityProvider();
    saml = strategyOf();
  });

  it('exchanges a signed response for a ticket of its user', async () => {
    const sessionEnd = minutes(30);
    const response = await provider.respond(await saml.loginUrl('state'), { sessionEnd });
    expect(await connectWith(saml, response)).toMatchObject({
      id: 'alice@acme.test',
      claims: { nameID: 'alice@acme.test', issuer: IDP_ENTITY, department: 'research' },
      expiresAt: sessionEnd.getTime(),
    });
  });

  it('maps attributes, and ends the session when told to', async () => {
    const strategy = strategyOf({ principal: { tenant: 'department' }, sessionDurationMs: 60_000 });
    const response = await provider.respond(await strategy.loginUrl());
    const principal = await connectWith(strategy, response);
    expect(principal).toMatchObject({ id: 'alice@acme.test', tenant: 'research' });
    expect((principal?.expiresAt ?? 0) - Date.now()).toBeGreaterThan(55_000);
    expect((principal?.expiresAt ?? 0) - Date.now()).toBeLessThanOrEqual(60_000);
  });

  it('makes a ticket that works once', async () => {
    const { ticket } = await saml.exchange(await provider.respond(await saml.loginUrl()));
    const answers = await Promise.all(
      [1, 2].map(() => saml.authenticate({ credentials: { ticket } })),
    );
    expect(answers.filter((answer) => answer !== undefined)).toHaveLength(1);
  });

  it('refuses a response that was used before, also at the same time', async () => {
    const response = await provider.respond(await saml.loginUrl());
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => saml.exchange(response)));
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
    ]);
    await expect(saml.exchange(response)).rejects.toMatchObject(failed);
  });

  it('refuses a used response of a provider-initiated sign-in too', async () => {
    const strategy = strategyOf({ allowIdpInitiated: true });
    const response = await provider.respondTo('');
    await strategy.exchange(response);
    await expect(strategy.exchange(response)).rejects.toMatchObject(failed);
  });

  it.each<[string, (response: string) => string]>([
    ['whose name was changed', (xml) => xml.replaceAll('alice@acme.test', 'admin@acme.test')],
    ['whose attribute was changed', (xml) => xml.replace('>research<', '>board<')],
    [
      'whose audience was changed',
      (xml) => xml.replace(`<saml:Audience>${SP_ENTITY}`, `<saml:Audience>${SP_ENTITY}2`),
    ],
    ['whose signatures were removed', (xml) => xml.replace(SIGNATURE, '')],
    [
      'whose first signature was removed',
      (xml) => xml.replace(/<(\w+:)?Signature .*?<\/(\w+:)?Signature>/s, ''),
    ],
    [
      'with a comment in the name',
      (xml) => xml.replace('alice@acme.test', 'alice@acme.test<!-- -->.evil.test'),
    ],
    [
      'with a second, unsigned assertion',
      (xml) => xml.replace(ASSERTION, (assertion) => forged(assertion) + assertion),
    ],
    [
      'with an unsigned assertion behind',
      (xml) => xml.replace(ASSERTION, (assertion) => assertion + forged(assertion)),
    ],
    [
      'with the signed assertion wrapped in a forged one',
      (xml) =>
        xml.replace(ASSERTION, (assertion) =>
          forged(assertion).replace(
            '</saml:Assertion>',
            `<saml:Advice>${assertion}</saml:Advice></saml:Assertion>`,
          ),
        ),
    ],
    ['with the signed response wrapped in a forged one', (xml) => wrapped(xml)],
    [
      'with an entity in it',
      (xml) =>
        `<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>${xml.replace('>research<', '>&x;<')}`,
    ],
    ['that is cut short', (xml) => xml.slice(0, xml.length / 2)],
    ['that is no XML', () => 'SAMLResponse'],
    ['that is empty', () => ''],
  ])('refuses a response %s', async (_, attack) => {
    const response = await provider.respond(await saml.loginUrl());
    await expect(saml.exchange(encode(attack(decode(response))))).rejects.toMatchObject(failed);
  });

  it('takes no second answer to a request, not even after a forged first one', async () => {
    const response = await provider.respond(await saml.loginUrl());
    const tampered = encode(decode(response).replaceAll('alice@acme.test', 'admin@acme.test'));
    await expect(saml.exchange(tampered)).rejects.toMatchObject(failed);
    await expect(saml.exchange(response)).rejects.toMatchObject(failed);
  });

  it.each([
    ['for another service', { audience: 'https://other.test/saml' }],
    ['that is over', { notOnOrAfter: minutes(-2), notBefore: minutes(-10) }],
    ['that has not begun', { notBefore: minutes(5), notOnOrAfter: minutes(10) }],
    ['from another identity provider', { issuer: 'https://evil.test/saml' }],
  ])('refuses an assertion %s', async (_, facts) => {
    const response = await provider.respond(await saml.loginUrl(), facts);
    await expect(saml.exchange(response)).rejects.toMatchObject(failed);
  });

  it('refuses an assertion that another key signed', async () => {
    const response = await new SamlIdentityProvider().respond(await saml.loginUrl());
    await expect(saml.exchange(response)).rejects.toMatchObject(failed);
  });

  it.each([
    ['no request', ''],
    ['a request that nobody made', '_made-up'],
    ['a request with a forged id', `_${Date.now().toString(36)}.${'a'.repeat(48)}`],
  ])('refuses a response to %s', async (_, requestId) => {
    await expect(saml.exchange(await provider.respondTo(requestId))).rejects.toMatchObject(failed);
  });

  it.each([undefined, null, 7, {}, ['a']])('refuses %j, which is no response', async (value) => {
    await expect(saml.exchange(value as string)).rejects.toMatchObject(failed);
  });

  it('still takes the answer to a request after many others were made', async () => {
    const loginUrl = await saml.loginUrl();
    for (let count = 0; count < 10_001; count += 1) await saml.loginUrl();
    expect(await connectWith(saml, await provider.respond(loginUrl))).toMatchObject({
      id: 'alice@acme.test',
    });
  });

  it('takes an answer to a request of another instance that shares its secret', async () => {
    const requestSecret = 'a secret of two instances, 32 bytes or more';
    const [one, two] = [strategyOf({ requestSecret }), strategyOf({ requestSecret })];
    const response = await provider.respond(await one.loginUrl());
    await expect(strategyOf().exchange(response)).rejects.toMatchObject(failed);
    expect(await connectWith(two, response)).toMatchObject({ id: 'alice@acme.test' });
  });

  it.each<[string, Partial<SamlStrategyOptions>]>([
    ['decrypts what nobody signed', { decryptionKey: 'key', requireSignedResponse: false }],
    ['signs requests with a short secret', { requestSecret: 'short' }],
    [
      'signs requests with a certificate',
      {
        requestSecret: `-----BEGIN CERTIFICATE-----\n${'A'.repeat(64)}\n-----END CERTIFICATE-----`,
      },
    ],
  ])('refuses at boot a configuration that %s', (_, options) => {
    expect(() => strategyOf(options)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
  });

  it('refuses a response without the attribute that names the tenant', async () => {
    const strategy = strategyOf({ principal: { tenant: 'organisation' } });
    const response = await provider.respond(await strategy.loginUrl());
    await expect(strategy.exchange(response)).rejects.toMatchObject(failed);
  });
});

/** The assertion of somebody else, without a signature. */
function forged(assertion: string): string {
  return assertion
    .replace(SIGNATURE, '')
    .replaceAll('alice@acme.test', 'admin@acme.test')
    .replace(/ID="[^"]+"/, 'ID="_forged"');
}

/** A forged response that carries the signed one where its signature still holds. */
function wrapped(xml: string): string {
  const outer = xml
    .replace(SIGNATURE, '')
    .replace(/ID="[^"]+"/, 'ID="_outer"')
    .replaceAll('alice@acme.test', 'admin@acme.test');
  return outer.replace(
    '</samlp:Response>',
    `<samlp:Extensions>${xml}</samlp:Extensions></samlp:Response>`,
  );
}
