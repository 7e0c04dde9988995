import type { Profile, SAML } from '@node-saml/node-saml';
import { StreamingError } from '../../errors/streaming.error.js';
import { authenticationFailed } from '../authentication-errors.js';
import type { AuthenticationStrategy, HandshakeCredential } from '../authentication-strategy.js';
import { ExpiringMap } from '../../common/expiring-map.js';
import type { Principal } from '../principal.js';
import { type Claims, type ClaimsMapping, principalFromClaims } from './claims-mapping.js';
import { isKeyMaterial } from './key-material.js';
import { boundedSamlDocument } from './saml-document.js';
import { SamlRequests } from './saml-requests.js';
import {
  type ConnectionTicket,
  TicketStrategy,
  type TicketStrategyOptions,
} from './ticket.strategy.js';

/**
 * Options of {@link SamlStrategy}.
 *
 * @publicApi
 */
export interface SamlStrategyOptions {
  /** The URL of the identity provider's single sign-on service. */
  readonly entryPoint: string;
  /** The signing certificate of the identity provider, or several, in PEM form. */
  readonly idpCert: string | readonly string[];
  /** The entity id of your application. Assertions for another audience are refused. */
  readonly issuer: string;
  /** The URL of your route that calls `exchange`. The identity provider posts its response to it. */
  readonly callbackUrl: string;
  /** The entity id of the identity provider. If you set it, assertions of another issuer are refused. */
  readonly idpIssuer?: string;
  /**
   * The private key that decrypts assertions, in PEM form. Only signed responses are decrypted, so you cannot
   * combine it with `requireSignedResponse: false`.
   */
  readonly decryptionKey?: string;
  /** Whether the response must be signed. The assertion in it must always be signed. @default true */
  readonly requireSignedResponse?: boolean;
  /** Whether a sign-in may begin at the identity provider, without a request from `loginUrl`. @default false */
  readonly allowIdpInitiated?: boolean;
  /**
   * The secret that signs the ids of sign-in requests: at least 32 random bytes. If you have several
   * instances, set the same secret in all of them. Then any instance accepts the response. @default random
   */
  readonly requestSecret?: string;
  /** How far the clocks may differ, in milliseconds. @default 5000 */
  readonly clockToleranceMs?: number;
  /**
   * How long the user stays signed in if the assertion does not limit the session, in milliseconds.
   * @default 28800000
   */
  readonly sessionDurationMs?: number;
  /** The attributes that make the principal, or a function that returns the principal. @default the id is `nameID` */
  readonly principal?: ClaimsMapping | ((claims: Claims) => Principal);
  /** Options of the tickets that `exchange` issues: their lifetime and their store. */
  readonly ticket?: TicketStrategyOptions;
}

/** How long a sign-in may take, and how old an assertion may be, in milliseconds. */
const REQUEST_LIFETIME_MS = 600_000;
const MAX_REMEMBERED = 10_000;
const MIN_SECRET_BYTES = 32;

/**
 * Accepts users of a SAML 2.0 identity provider. The browser posts the provider's response to an HTTP route
 * of yours. The route exchanges the response for a ticket, and the page connects with the ticket:
 *
 * - `GET saml/login` redirects to `await saml.loginUrl()`.
 * - `POST saml/callback` answers `saml.exchange(response)`, where `response` is the `SAMLResponse` of the
 *   body.
 *
 * Needs the optional peer `@node-saml/node-saml`.
 *
 * @throws StreamingError `INVALID_OPTIONS` from the constructor
 * @publicApi
 */
export class SamlStrategy implements AuthenticationStrategy {
  /** Its name, for the log. */
  readonly name = 'saml';
  private readonly tickets: TicketStrategy;
  private readonly usedAssertions = new ExpiringMap<true>(MAX_REMEMBERED);
  private readonly requests: SamlRequests;
  private saml: Promise<SAML> | undefined;

  constructor(private readonly options: SamlStrategyOptions) {
    requireConsistent(options);
    this.tickets = new TicketStrategy(options.ticket);
    this.requests = new SamlRequests(REQUEST_LIFETIME_MS, MAX_REMEMBERED, options.requestSecret);
  }

  /**
   * The URL to which you redirect the browser so that the user signs in.
   *
   * @param relayState - the identity provider returns it with the response
   */
  async loginUrl(relayState = ''): Promise<string> {
    return (await this.provider()).getAuthorizeUrlAsync(relayState, undefined, {});
  }

  /**
   * Exchanges a response of the identity provider for a ticket. Each response works once.
   *
   * @param samlResponse - the `SAMLResponse` field of the form that the browser posted
   * @throws StreamingError `AUTHENTICATION_FAILED`, also if the text is not a SAML response
   */
  async exchange(samlResponse: string): Promise<ConnectionTicket> {
    const profile = await this.validate(samlResponse).catch((cause: unknown) => {
      throw authenticationFailed(cause);
    });
    if (profile === null) throw authenticationFailed(new Error('the response names no user'));
    this.checkIssuer(profile);
    const { id, sessionEnd } = readAssertion(profile);
    this.useOnce(id);
    return this.tickets.issue({ expiresAt: this.endOf(sessionEnd), ...this.toPrincipal(profile) });
  }

  /** Accepts the tickets that {@link exchange} made. */
  authenticate(credential: HandshakeCredential): Promise<Principal | undefined> {
    return this.tickets.authenticate(credential);
  }

  private async validate(response: unknown): Promise<Profile | null> {
    const SAMLResponse = await boundedSamlDocument(response);
    const provider = await this.provider();
    return (await provider.validatePostResponseAsync({ SAMLResponse })).profile;
  }

  private checkIssuer({ issuer }: Profile): void {
    const { idpIssuer } = this.options;
    if (idpIssuer === undefined || issuer === idpIssuer) return;
    throw authenticationFailed(new Error('the assertion comes from another identity provider'));
  }

  private useOnce(assertionId: string): void {
    if (this.usedAssertions.has(assertionId)) {
      throw authenticationFailed(new Error('the assertion was used before'));
    }
    // Longer than any instance accepts the assertion, even if clocks differ.
    this.usedAssertions.setFor(assertionId, true, 2 * REQUEST_LIFETIME_MS);
  }

  private toPrincipal(profile: Profile): Principal {
    const { principal } = this.options;
    const attributes: unknown = profile['attributes'];
    const claims: Claims = {
      ...(typeof attributes === 'object' ? attributes : {}),
      nameID: profile.nameID,
      nameIDFormat: profile.nameIDFormat,
      issuer: profile.issuer,
      sessionIndex: profile.sessionIndex,
    };
    return typeof principal === 'function'
      ? principal(claims)
      : principalFromClaims(claims, { id: 'nameID', ...principal });
  }

  private endOf(sessionEnd: number | undefined): number {
    return sessionEnd ?? Date.now() + (this.options.sessionDurationMs ?? 28_800_000);
  }

  private provider(): Promise<SAML> {
    return (this.saml ??= this.createProvider());
  }

  private async createProvider(): Promise<SAML> {
    const { SAML, ValidateInResponseTo } = await import('@node-saml/node-saml');
    const { options } = this;
    return new SAML({
      entryPoint: options.entryPoint,
      idpCert: [options.idpCert].flat(),
      issuer: options.issuer,
      audience: options.issuer,
      callbackUrl: options.callbackUrl,
      identifierFormat: null,
      disableRequestedAuthnContext: true,
      wantAssertionsSigned: true,
      wantAuthnResponseSigned: options.requireSignedResponse ?? true,
      acceptedClockSkewMs: options.clockToleranceMs ?? 5000,
      maxAssertionAgeMs: REQUEST_LIFETIME_MS,
      requestIdExpirationPeriodMs: REQUEST_LIFETIME_MS,
      generateUniqueId: this.requests.createId,
      cacheProvider: this.requests,
      validateInResponseTo: options.allowIdpInitiated
        ? ValidateInResponseTo.ifPresent
        : ValidateInResponseTo.always,
      ...(options.decryptionKey === undefined ? {} : { decryptionPvk: options.decryptionKey }),
    });
  }
}

/** @throws StreamingError `INVALID_OPTIONS` */
function requireConsistent(options: SamlStrategyOptions): void {
  const { decryptionKey, requireSignedResponse, requestSecret } = options;
  if (decryptionKey !== undefined && requireSignedResponse === false) {
    throw invalid(
      'SamlStrategy decrypts signed responses only: leave out `requireSignedResponse: false`, or `decryptionKey`.',
    );
  }
  if (requestSecret !== undefined && Buffer.byteLength(requestSecret) < MIN_SECRET_BYTES) {
    throw invalid(
      `\`requestSecret\` of SamlStrategy must have at least ${MIN_SECRET_BYTES} random bytes.`,
    );
  }
  if (requestSecret !== undefined && isKeyMaterial(requestSecret)) {
    throw invalid(
      '`requestSecret` of SamlStrategy is a key or a certificate, which others may know. Use random bytes: `openssl rand -base64 48`.',
    );
  }
}

function invalid(message: string): StreamingError {
  return new StreamingError('INVALID_OPTIONS', message);
}

/** Reads the id of the assertion and the end of its session from the verified XML. */
function readAssertion(profile: Profile): { id: string; sessionEnd: number | undefined } {
  const assertion = record(profile.getAssertion?.()['Assertion']);
  const id = record(assertion['$'])['ID'];
  if (typeof id !== 'string') throw authenticationFailed(new Error('the assertion has no ID'));
  const [statement] = [assertion['AuthnStatement']].flat();
  const end = record(record(statement)['$'])['SessionNotOnOrAfter'];
  const sessionEnd = typeof end === 'string' ? Date.parse(end) : Number.NaN;
  return { id, sessionEnd: Number.isNaN(sessionEnd) ? undefined : sessionEnd };
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
