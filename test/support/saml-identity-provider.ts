import { generateKeyPairSync } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { IdentityProvider, SamlLib, ServiceProvider, setSchemaValidator } from 'samlify';
import type { SamlStrategyOptions } from '../../src/access/strategies/saml-options.js';

export const SP_ENTITY = 'https://chat.test/saml';
const CALLBACK = 'https://chat.test/saml/callback';
export const IDP_ENTITY = 'https://id.test/saml';
const ENTRY_POINT = 'https://id.test/saml/login';

/** What one assertion says, where it differs from a good one. */
export interface AssertionFacts {
  readonly nameId?: string;
  readonly audience?: string;
  readonly issuer?: string;
  readonly notBefore?: Date;
  readonly notOnOrAfter?: Date;
  readonly sessionEnd?: Date;
  readonly department?: string;
  /** How many groups the user is in; each is an attribute of its own. */
  readonly groups?: number;
}

// Responses are made here, not read, so there is nothing to validate against the schema.
setSchemaValidator({ validate: () => Promise.resolve('not needed') });

/**
 * A certificate has to stand in a signature's `KeyInfo`. Nobody may believe it: a signature is
 * verified with the key that was configured, so this one is of another key on purpose.
 */
const KEY_INFO_CERTIFICATE =
  'MIIBezCCASGgAwIBAgIUMHasl9Y48yw6lzWIYOu+esGTjVkwCgYIKoZIzj0EAwIwEjEQMA4GA1UEAwwHaWQudGVz' +
  'dDAgFw0yNjExMjMxNTM4NTJaGA8yMTI2MTAzMDE1Mzg1MlowEjEQMA4GA1UEAwwHaWQudGVzdDBZMBMGByqGSM49' +
  'AgEGCCqGSM49AwEHA0IABCJBaIQItj3z+JuAY2YcIYqTXhnydwWi63NwcK0boYklANF2mAgUFnOL6EItmE0eaYz5' +
  'utEZeETu1Tazjin8EAOjUzBRMB0GA1UdDgQWBBQCbMrdGJNQ6qqOBJtEqjH6vCXpRjAfBgNVHSMEGDAWgBQCbMrd' +
  'GJNQ6qqOBJtEqjH6vCXpRjAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIGSR4/FFI9ShJCvdn0fT' +
  'FFx4V1h3NZqGzvyU9bQ3l1jAAiEA7wtzsTASx6KN9nIfXB0xD1rObTXLiI+DNnDB6LywsLA=';

const minutes = (count: number): Date => new Date(Date.now() + count * 60_000);

/** A real SAML identity provider, which signs what it says with a key of its own. */
export class SamlIdentityProvider {
  readonly publicKey: string;
  readonly #privateKey: string;

  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    this.publicKey = publicKey;
    this.#privateKey = privateKey;
  }

  /** The options of an application whose users sign in here. */
  get options(): SamlStrategyOptions {
    return {
      entryPoint: ENTRY_POINT,
      idpCert: this.publicKey,
      issuer: SP_ENTITY,
      callbackUrl: CALLBACK,
      idpIssuer: IDP_ENTITY,
    };
  }

  /**
   * Answers a sign-in request.
   *
   * @param loginUrl - where the service provider sent the browser
   * @returns the `SAMLResponse` that the browser posts
   */
  async respond(loginUrl: string, facts: AssertionFacts = {}): Promise<string> {
    return this.respondTo(requestIdOf(loginUrl), facts);
  }

  /** Answers a request by its id, or none when it is empty. */
  async respondTo(requestId: string, facts: AssertionFacts = {}): Promise<string> {
    const signed = { requestSignatureAlgorithm: RSA_SHA256, isAssertionEncrypted: false };
    const provider = IdentityProvider({
      ...signed,
      entityID: facts.issuer ?? IDP_ENTITY,
      privateKey: this.#privateKey,
      signingCert: KEY_INFO_CERTIFICATE,
      singleSignOnService: [{ Binding: REDIRECT, Location: ENTRY_POINT }],
      singleLogoutService: [{ Binding: REDIRECT, Location: `${ENTRY_POINT}/out` }],
      loginResponseTemplate: {
        context: SamlLib.defaultLoginResponseTemplate.context,
        attributes: ['department', ...groupsOf(facts)].map((name) => ({
          name,
          valueTag: name,
          nameFormat: BASIC,
          valueXsiType: 'xs:string',
        })),
      },
    });
    const service = ServiceProvider({
      ...signed,
      entityID: SP_ENTITY,
      wantMessageSigned: true,
      wantAssertionsSigned: true,
      assertionConsumerService: [{ Binding: POST, Location: CALLBACK }],
    });
    const { context } = await provider.createLoginResponse(
      service,
      { extract: { request: { id: requestId } } },
      'post',
      {},
      (template: string) => ({
        id: `_${crypto.randomUUID()}`,
        context: SamlLib.replaceTagsByValue(
          withSession(template, facts.sessionEnd),
          tagsOf(requestId, facts),
        ),
      }),
    );
    return context;
  }
}

const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const REDIRECT = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';
const POST = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST';
const BASIC = 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic';

function tagsOf(requestId: string, facts: AssertionFacts): Record<string, string> {
  const now = new Date().toISOString();
  const end = (facts.notOnOrAfter ?? minutes(5)).toISOString();
  return {
    ID: `_${crypto.randomUUID()}`,
    AssertionID: `_${crypto.randomUUID()}`,
    Destination: CALLBACK,
    Audience: facts.audience ?? SP_ENTITY,
    SubjectRecipient: CALLBACK,
    Issuer: facts.issuer ?? IDP_ENTITY,
    IssueInstant: now,
    StatusCode: 'urn:oasis:names:tc:SAML:2.0:status:Success',
    ConditionsNotBefore: (facts.notBefore ?? minutes(-1)).toISOString(),
    ConditionsNotOnOrAfter: end,
    SubjectConfirmationDataNotOnOrAfter: end,
    NameIDFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
    NameID: facts.nameId ?? 'alice@acme.test',
    InResponseTo: requestId,
    attrDepartment: facts.department ?? 'research',
    ...Object.fromEntries(groupsOf(facts).map((name) => [`attr${name}`, 'member'])),
  };
}

const groupsOf = ({ groups = 0 }: AssertionFacts): string[] =>
  Array.from({ length: groups }, (_, index) => `Group${index}`);

function withSession(template: string, end: Date | undefined): string {
  if (end === undefined) return template.replace('{AuthnStatement}', '');
  const statement = `<saml:AuthnStatement AuthnInstant="${new Date().toISOString()}" SessionIndex="s1" SessionNotOnOrAfter="${end.toISOString()}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`;
  return template.replace('{AuthnStatement}', statement);
}

function requestIdOf(loginUrl: string): string {
  const request = new URL(loginUrl).searchParams.get('SAMLRequest') ?? '';
  const xml = inflateRawSync(Buffer.from(request, 'base64')).toString();
  return /\bID="([^"]+)"/.exec(xml)?.[1] ?? '';
}
