import { beforeAll, describe, expect, it } from '@jest/globals';
import { SamlIdentityProvider } from '../../../test/support/saml-identity-provider.js';
import { SamlStrategy } from './saml.strategy.js';

const failed = { code: 'AUTHENTICATION_FAILED', message: 'The credential was refused.' };
const encode = (xml: string): string => Buffer.from(xml).toString('base64');
const decode = (response: string): string => Buffer.from(response, 'base64').toString();

/** How many bytes of XML are looked at. */
const LIMIT = 196_608;
/** As many repetitions as the largest document has room for, beside a response. */
const fill = (part: string): string => part.repeat(Math.floor((LIMIT - 20_000) / part.length));
const nested = (depth: number, inner = ''): string =>
  '<a>'.repeat(depth) + inner + '</a>'.repeat(depth);
const declarations = (count: number, from = 0): string =>
  Array.from({ length: count }, (_, index) => ` xmlns:n${from + index}="urn:${index}"`).join('');

const attributes = (count: number): string =>
  Array.from({ length: count }, (_, index) => ` a${index}="b"`).join('');
/** More content in a response, behind what was signed. */
const behind = (response: string, more: string): string =>
  response.replace('</samlp:Response>', `${more}</samlp:Response>`);

/** What was signed, changed. */
const forged = (response: string): string => response.replace('acme.test', 'evil.test');

/** Documents that cost some parser more than they cost their sender. */
const HOSTILE: readonly (readonly [string, (response: string) => string])[] = [
  ['unclosed elements', () => '<a>'.repeat(16_000)],
  ['unclosed elements behind a response', (xml) => xml + '<a>'.repeat(16_000)],
  ['unclosed elements in a response', (xml) => xml.replace('<samlp:Status>', '<a>'.repeat(16_000))],
  ['closing tags', () => `<a>${'</b>'.repeat(16_000)}`],
  ['attributes without quotes', () => `<a ${'b=c '.repeat(12_000)}>`],
  ['attributes without values', () => `<a ${'b '.repeat(24_000)}>`],
  ['ampersands', () => `<a>${'&'.repeat(48_000)}</a>`],
  ['unknown entities', () => `<a>${'&b;'.repeat(16_000)}</a>`],
  ['open angle brackets', () => '<'.repeat(48_000)],
  ['open comments', () => `<a>${'<!--'.repeat(12_000)}`],
  ['open character data', () => `<a>${'<![CDATA['.repeat(5_000)}`],
  ['a document type', () => '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
  [
    'entities of entities',
    () => `<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "${'&b;'.repeat(1_000)}">]><a>&c;</a>`,
  ],
  ['deep elements', () => nested(20_000)],
  ['as deep elements as are looked at', (xml) => behind(xml, nested(20).repeat(17))],
  ['many elements', () => `<a>${fill('<b/>')}</a>`],
  ['many attributes', () => `<a${attributes(9_000)}/>`],
  ['many namespaces', () => `<a${declarations(5_000)}/>`],
  ['namespaces in each element', (xml) => behind(xml, fill(`<b${declarations(30)}/>`))],
  [
    'namespaces that pile up',
    (xml) =>
      behind(xml, `<a${declarations(30)}><b${declarations(30, 30)}>${'<c/>'.repeat(340)}</b></a>`),
  ],
  [
    'as many namespaces as are looked at',
    (xml) => behind(xml, `<b${declarations(30)}/>`.repeat(12)),
  ],
  ['text without end', () => `<a>${fill('b')}</a>`],
  [
    'signatures',
    (xml) => xml.replace(/<(\w+:)?Signature .*?<\/(\w+:)?Signature>/s, (one) => one.repeat(60)),
  ],
  [
    'references',
    (xml) =>
      xml.replace(/<(?:\w+:)?Reference .*?<\/(?:\w+:)?Reference>/s, (one) => one.repeat(150)),
  ],
  ['transforms', (xml) => xml.replace(/<(?:\w+:)?Transform .*?\/>/s, (one) => one.repeat(1_000))],
  ['as many elements as are looked at', (xml) => behind(xml, '<b>c</b>'.repeat(350))],
  [
    'as many elements with attributes as are looked at',
    (xml) => behind(xml, `<b${attributes(10)}/>`.repeat(110)),
  ],
  ['as many comments as are looked at', (xml) => behind(forged(xml), '<!---->'.repeat(1_400))],
  ['comments', (xml) => behind(xml, '<!---->'.repeat(20_000))],
  ['comments in a text', (xml) => behind(xml, `<b>${'c<!---->'.repeat(20_000)}</b>`)],
  ['processing instructions', (xml) => behind(xml, '<?a?>'.repeat(20_000))],
  ['character data', (xml) => behind(xml, '<![CDATA[]]>'.repeat(14_000))],
  ['more elements', (xml) => behind(xml, '<b>c</b>'.repeat(4_000))],
  ['one byte too many', () => encode('a').repeat(LIMIT)],
];

describe('a hostile SAML response', () => {
  let provider: SamlIdentityProvider;
  let saml: SamlStrategy;

  beforeAll(async () => {
    provider = new SamlIdentityProvider();
    saml = new SamlStrategy(provider.options);
    // What is measured is not the loading of code.
    await saml.exchange(await provider.respond(await saml.loginUrl()));
  });

  it.each(HOSTILE)('of %s is refused at once', async (_, attack) => {
    const response = decode(await provider.respond(await saml.loginUrl()));
    const document = encode(attack(response));
    const before = process.cpuUsage();
    await expect(saml.exchange(document)).rejects.toMatchObject(failed);
    const { user, system } = process.cpuUsage(before);
    // Milliseconds, or a tenth of this for what is just within the bounds; half a minute without them.
    expect((user + system) / 1_000).toBeLessThan(1_000);
  });

  it('of a user with as many groups as directories name in a response is none', async () => {
    const response = await provider.respond(await saml.loginUrl(), { groups: 150 });
    expect(await saml.exchange(response)).toMatchObject({ ticket: expect.any(String) });
  });
});
