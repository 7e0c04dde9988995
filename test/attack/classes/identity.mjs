// What identity providers say, wrongly or late: SAML responses, introspection, rotated keys, and races between
// renewing and revoking.
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { sleep, tokenOf } from '../attacker.mjs';
import { FaultyProvider } from '../faulty-provider.mjs';
import { samlIdentityProvider } from '../saml-identity-provider.mjs';

const ALICE = { nameId: 'alice', department: 'acme' };
const MALLORY = { nameId: 'mallory', department: 'evil' };
const encode = (xml) => Buffer.from(xml).toString('base64');
const decode = (response) => Buffer.from(response, 'base64').toString();

/** Whether a credential lets somebody in, who then tries to read what is alice's. */
async function joinsWith(attacker, credential) {
  const raw = await attacker.connect();
  raw?.send(`40/streaming,${JSON.stringify(credential)}`);
  await attacker.answered(/4[04]\/streaming,/);
  if (!/40\/streaming,\{"sid/.test(attacker.read)) return false;
  await attacker.event(raw, 'subscribe_execution', { executionId: 'secret' }, 1);
  return true;
}

// SAML

const idp = await samlIdentityProvider();
const ASSERTION = /<saml:Assertion.*<\/saml:Assertion>/s;
const SIGNATURE = /<(\w+:)?Signature .*?<\/(\w+:)?Signature>/gs;
const asAlice = (xml) => xml.replaceAll('mallory', 'alice').replaceAll('>evil<', '>acme<');
const forge = (xml, id = '_forged') =>
  asAlice(xml.replace(SIGNATURE, '').replace(/ID="[^"]+"/, `ID="${id}"`));
const behind = (xml, more) => xml.replace('</samlp:Response>', `${more}</samlp:Response>`);
const place = (xml, make) => xml.replace(ASSERTION, (assertion) => make(assertion));
const within = (outer, tag, inner) =>
  outer.replace('</saml:Assertion>', `<saml:${tag}>${inner}</saml:${tag}></saml:Assertion>`);

const WRAPPINGS = {
  'the name changed': asAlice,
  'no signatures': (xml) => asAlice(xml.replace(SIGNATURE, '')),
  'the response unsigned': (xml) => asAlice(xml.replace(new RegExp(SIGNATURE.source, 's'), '')),
  'a forged assertion before': (xml) => place(xml, (one) => forge(one) + one),
  'a forged assertion behind': (xml) => place(xml, (one) => one + forge(one)),
  'a forged assertion with the same ID before': (xml) =>
    place(xml, (one) => asAlice(one.replace(SIGNATURE, '')) + one),
  'the signed one as advice': (xml) => place(xml, (one) => within(forge(one), 'Advice', one)),
  'the signed one as a subject': (xml) => place(xml, (one) => within(forge(one), 'Subject', one)),
  'the signed one as an extension': (xml) =>
    place(xml, (one) => `<samlp:Extensions>${one}</samlp:Extensions>${forge(one)}`),
  'the signed one in the signature': (xml) =>
    place(xml, (one) => {
      const [signature = ''] = one.match(SIGNATURE) ?? [];
      const object = `<ds:Object>${one}</ds:Object>`;
      return forge(one).replace(
        '<saml:Subject>',
        `${signature.replace(/<\/(\w+:)?Signature>/, (end) => object + end)}<saml:Subject>`,
      );
    }),
  'the signed response in a forged one': (xml) =>
    forge(xml, '_outer').replace(
      '</samlp:Response>',
      `<samlp:Extensions>${xml}</samlp:Extensions></samlp:Response>`,
    ),
  'the signed response before a forged one': (xml) => xml + forge(xml),
  'a comment in the name': (xml) => xml.replaceAll('mallory', 'alice<!-- -->mallory'),
  'a second name': (xml) =>
    xml.replace(/<saml:NameID/, '<saml:NameID>alice</saml:NameID><saml:NameID'),
  'an entity for the name': (xml) =>
    `<!DOCTYPE a [<!ENTITY n "alice">]>${xml.replaceAll('mallory', '&n;')}`,
  'another audience removed': (xml) => asAlice(xml.replace(/<saml:Conditions.*?Conditions>/s, '')),
  'a reference to everything': (xml) => asAlice(xml.replace(/URI="#[^"]+"/g, 'URI=""')),
  'a reference by XPath': (xml) => asAlice(xml.replace(/URI="#[^"]+"/g, `URI="#' or '1'='1"`)),
  'a transform that removes': (xml) => asAlice(xml.replace(/xml-exc-c14n#/g, 'REC-xslt-19991116')),
  'HMAC with the public key': (xml) =>
    asAlice(xml.replaceAll('xmldsig-more#rsa-sha256', 'xmldsig-more#hmac-sha256')),
  'as many elements as are looked at': (xml) => behind(xml, '<b/>'.repeat(350)),
  'as many texts as are looked at': (xml) => behind(xml, '<b>c</b>'.repeat(350)),
  'as much text as is looked at': (xml) => behind(xml, `<b>${'&amp;'.repeat(34_000)}</b>`),
  'as long an attribute as is looked at': (xml) =>
    behind(xml, `<b c="${'&#x9;'.repeat(34_000)}"/>`),
  'unclosed elements': () => '<a>'.repeat(16_000),
  'unclosed elements in the response': (xml) => xml.replace('<samlp:Status>', '<a>'.repeat(16_000)),
  'a document type': () => `<!DOCTYPE a [${'<!ENTITY b "&c;">'.repeat(1_000)}]><a/>`,
  nothing: () => '',
};

async function post(attacker, SAMLResponse) {
  const body = new URLSearchParams({ SAMLResponse }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await attacker.ask({ method: 'POST', path: '/saml/callback', headers, body });
  return answer.status < 300 ? JSON.parse(answer.body).ticket : undefined;
}

async function loginUrl(attacker) {
  const { headers } = await attacker.ask({ path: '/saml/login' });
  return headers.location;
}

const samlAttack = (name, run) => ({
  name,
  run: async (attacker) => {
    const ticket = await run(attacker);
    return ticket !== undefined && (await joinsWith(attacker, { ticket }));
  },
});

const SAML_ATTACKS = [
  ...Object.entries(WRAPPINGS).map(([name, wrap]) =>
    samlAttack(name, async (attacker) => {
      const response = decode(await idp.respond(await loginUrl(attacker), MALLORY));
      return post(attacker, encode(wrap(response)));
    }),
  ),
  samlAttack('a response of alice once more', async (attacker) => {
    const response = await idp.respond(await loginUrl(attacker), ALICE);
    if ((await post(attacker, response)) === undefined) throw new Error('alice is refused');
    return post(attacker, response);
  }),
  samlAttack('a ticket once more', async (attacker) => {
    const response = await idp.respond(await loginUrl(attacker), ALICE);
    const ticket = await post(attacker, response);
    if (ticket === undefined) throw new Error('alice is refused');
    const first = await attacker.connect();
    first?.send(`40/streaming,${JSON.stringify({ ticket })}`);
    if (!(await attacker.answered(/40\/streaming,\{"sid/)))
      throw new Error('the ticket is refused');
    attacker.read = '';
    return ticket;
  }),
  samlAttack('an answer to no request', async (attacker) =>
    post(attacker, await idp.respondTo('', ALICE)),
  ),
  samlAttack('an answer to a made-up request', async (attacker) =>
    post(attacker, await idp.respondTo(`_${Date.now().toString(36)}.${'a'.repeat(48)}`, ALICE)),
  ),
  samlAttack('the answer of another provider', async (attacker) => {
    const other = await samlIdentityProvider();
    return post(attacker, await other.respond(await loginUrl(attacker), ALICE));
  }),
  ...[undefined, 'a[b]=c', 'SAMLResponse[]=a'].map((body) =>
    samlAttack(`a form of ${body}`, async (attacker) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const answer = await attacker.ask({ method: 'POST', path: '/saml/callback', headers, body });
      if (answer.status !== 401) throw new Error(`answered ${answer.status}`);
      return undefined;
    }),
  ),
];

// Introspection

const faulty = await FaultyProvider.start();
const claims = {
  sub: 'alice',
  org: 'acme',
  aud: 'chat',
  exp: Math.floor(Date.now() / 1_000) + 600,
};
const json = (value, status = 200) => ({ status, body: JSON.stringify(value) });
const INTROSPECTIONS = {
  'active as a text': json({ ...claims, active: 'true' }),
  'active as a number': json({ ...claims, active: 1 }),
  'active as an object': json({ ...claims, active: {} }),
  'not active': json({ ...claims, active: false }),
  'nothing about active': json(claims),
  'no audience': json({ ...claims, aud: undefined, active: true }),
  'another audience': json({ ...claims, aud: 'billing', active: true }),
  'an audience that begins alike': json({ ...claims, aud: ['chat2', 'cha'], active: true }),
  'an expired token': json({ ...claims, exp: 1, active: true }),
  'no subject': json({ ...claims, sub: undefined, active: true }),
  'no tenant': json({ ...claims, org: undefined, active: true }),
  'a list': json([{ ...claims, active: true }]),
  null: json(null),
  'an error with a good body': json({ ...claims, active: true }, 500),
  'a refusal with a good body': json({ ...claims, active: true }, 401),
  'a redirect': { status: 302, body: '', headers: { location: 'http://127.0.0.1:1/' } },
  'a page': { status: 200, body: '<html>', headers: { 'content-type': 'text/html' } },
  'half a body': { status: 200, body: '{"active":true,"sub":"al' },
  'an empty body': { status: 200, body: '' },
  'a body that does not end': 'endless',
  'a long body': { status: 200, body: `{"active":"${'x'.repeat(2_000_000)}` },
  'no answer': 'hang',
  'a closed connection': 'reset',
};

// Keys

const published = async (kid, alg = 'ES256') => {
  const { publicKey, privateKey } = await generateKeyPair(alg);
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
};
const signed = ({ kid, alg, privateKey }, header = {}) =>
  new SignJWT({ ...claims, iss: faulty.issuer })
    .setProtectedHeader({ alg, kid, ...header })
    .sign(privateKey);
const [first, second, foreign] = await Promise.all(
  ['first', 'second', 'foreign'].map((kid) => published(kid)),
);

const keyAttack = (name, run) => ({
  name,
  run: async (attacker) => joinsWith(attacker, { token: await run(attacker) }),
});
const KEY_ATTACKS = [
  keyAttack('a key that was withdrawn', async (attacker) => {
    faulty.keys = [first.jwk];
    const token = await signed(first);
    const owner = new attacker.constructor(attacker.url);
    if (!(await joinsWith(owner, { token }))) throw new Error('the published key is refused');
    owner.leave();
    faulty.keys = [second.jwk];
    // As long as keys are used before they are fetched again.
    await sleep(300);
    return token;
  }),
  keyAttack('a foreign key', () => signed(foreign)),
  keyAttack('a foreign key with the id of a published one', () =>
    signed(foreign, { kid: 'second' }),
  ),
  keyAttack('a foreign key that is embedded', () => signed(foreign, { jwk: foreign.jwk })),
  keyAttack('a foreign key without an id', () => signed(foreign, { kid: undefined })),
  keyAttack('a foreign key by address', () => signed(foreign, { jku: `${faulty.issuer}/evil` })),
  keyAttack('a foreign key while the provider is down', async () => {
    faulty.isDown = true;
    return signed(foreign);
  }),
  keyAttack('a foreign key with a known id while the provider is down', () =>
    signed(foreign, { kid: 'second' }),
  ),
  keyAttack('a foreign key when the provider is back', async () => {
    faulty.isDown = false;
    return signed(foreign);
  }),
  keyAttack('a key set of the attacker in the token', async () =>
    signed(foreign, { x5u: 'data:,' }),
  ),
];

// Renewing and revoking

const revoke = (target, id) => target.ask({ revoke: { id, tenant: 'acme' } });
const race = (name, hurry) => ({
  name,
  run: async (attacker, target) => {
    const id = `eve-${name}`.replaceAll(' ', '-');
    const token = await tokenOf(id);
    const raw = await attacker.join(token);
    if (!raw) throw new Error('eve is refused before she was revoked');
    await Promise.all([revoke(target, id), hurry(attacker, raw, token)]);
    if (!(await raw.closes(3_000))) return true;
    const again = new attacker.constructor(attacker.url);
    const isIn = (await again.join(token)) !== undefined;
    again.leave();
    return isIn;
  },
});
const many = (send) => async (attacker, raw, token) => {
  for (let count = 0; count < 20; count += 1) send(raw, count, token);
};
const RACES = [
  race('nothing', async () => undefined),
  race(
    'renewals',
    many((raw, id, token) => raw.send(`42/streaming,${id}["authentication",{"token":"${token}"}]`)),
  ),
  race(
    'subscriptions',
    many((raw, id) =>
      raw.send(
        `42/streaming,${id}["subscribe_execution",{"executionId":"secret","waitForMs":2000}]`,
      ),
    ),
  ),
  race(
    'rooms',
    many((raw, id) => raw.send(`42/streaming,${id}["join_room",{"roomId":"lobby"}]`)),
  ),
  race('other connections', async (attacker, _raw, token) => {
    const others = await Promise.all(
      [0, 1, 2].map(async () => {
        const other = new attacker.constructor(attacker.url);
        const joined = await other.join(token);
        const isOpen = joined !== undefined && !(await joined.closes(3_000));
        other.leave();
        return isOpen;
      }),
    );
    if (others.includes(true)) throw new Error('a connection outlived its revocation');
  }),
];

export const classes = [
  {
    name: 'SAML',
    settings: { saml: idp.options },
    // What is measured is not the compiling of code.
    prepare: async (attacker) => {
      for (let count = 0; count < 10; count += 1)
        await post(attacker, await idp.respond(await loginUrl(attacker), ALICE));
    },
    attacks: SAML_ATTACKS,
    close: () => undefined,
  },
  {
    name: 'introspection faults',
    settings: { introspection: faulty.issuer },
    attacks: Object.entries(INTROSPECTIONS).map(([name, answer]) => ({
      name,
      run: async (attacker) => {
        const token = `opaque-${name.replaceAll(' ', '-')}`;
        faulty.introspections.set(token, answer);
        return joinsWith(attacker, { token });
      },
    })),
  },
  {
    name: 'key rotation',
    settings: { jwks: faulty.issuer },
    isSerial: true,
    attacks: KEY_ATTACKS,
    close: () => faulty.close(),
  },
  { name: 'renewal and revocation races', isSerial: true, attacks: RACES },
];
