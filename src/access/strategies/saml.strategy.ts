import { createHash, randomBytes } from 'node:crypto';
import type { Profile } from '@node-saml/node-saml';
import { authenticationFailed } from '../authentication-errors.js';
import type { AuthenticationStrategy, HandshakeCredential } from '../authentication-strategy.js';
import type { Principal } from '../principal.js';
import { type Claims, principalFromClaims } from './claims-mapping.js';
import { boundedSamlDocument } from './saml-document.js';
import { requireConsistent, type SamlStrategyOptions } from './saml-options.js';
import { REQUEST_LIFETIME_MS, samlFor, type SamlRequest } from './saml-provider.js';
import { SamlRequests } from './saml-requests.js';
import type { SharedStores } from './shared-stores.js';
import { MemorySignInStore, type SignInStore } from './sign-in-store.js';
import type { TicketStore } from './ticket-store.js';
import { type ConnectionTicket, TicketStrategy } from './ticket.strategy.js';

/** Longer than any instance accepts a request or an assertion, even if clocks differ, in milliseconds. */
const REMEMBERED_MS = 2 * REQUEST_LIFETIME_MS;

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
  /** @internal Whether the application chose the store of the tickets. */
  readonly hasOwnStore: boolean;
  private readonly tickets: TicketStrategy;
  private signIns: SignInStore = new MemorySignInStore();
  /** Separates sign-ins and tickets from those of other strategies that share the stores. */
  private readonly scope: string;

  constructor(private readonly options: SamlStrategyOptions) {
    requireConsistent(options);
    this.scope = scopeOf(options);
    this.tickets = new TicketStrategy(options.ticket);
    this.hasOwnStore = this.tickets.hasOwnStore;
  }

  /** @internal Keeps tickets, and what is known of sign-ins, in stores that all instances share. */
  share({ tickets, signIns }: SharedStores): void {
    this.tickets.share({ tickets: scopedTickets(tickets, this.scope) });
    this.signIns = signIns;
  }

  /**
   * The URL to which you redirect the browser so that the user signs in.
   *
   * @param relayState - the identity provider returns it with the response
   * @throws StreamingError `LOG_UNAVAILABLE` if the `backend` of the module cannot be reached
   */
  async loginUrl(relayState = ''): Promise<string> {
    const requests = await this.requests();
    const saml = await samlFor(this.options, requests.create());
    return saml.getAuthorizeUrlAsync(relayState, undefined, {});
  }

  /**
   * Exchanges a response of the identity provider for a ticket. Each response works once.
   *
   * @param samlResponse - the `SAMLResponse` field of the form that the browser posted
   * @throws StreamingError `AUTHENTICATION_FAILED`, also if the text is not a SAML response;
   * `LOG_UNAVAILABLE` if the `backend` of the module cannot be reached
   */
  async exchange(samlResponse: string): Promise<ConnectionTicket> {
    const document = await boundedSamlDocument(samlResponse).catch(refuse);
    const request = await this.claimRequest(document.inResponseTo);
    const profile = await this.validate(document.encoded, request).catch(refuse);
    if (profile === null) throw authenticationFailed(new Error('the response names no user'));
    this.checkIssuer(profile);
    const { id, sessionEnd } = readAssertion(profile);
    await this.useOnce('assertion', id);
    return this.tickets.issue({ expiresAt: this.endOf(sessionEnd), ...this.toPrincipal(profile) });
  }

  /** Accepts the tickets that {@link exchange} made. */
  authenticate(credential: HandshakeCredential): Promise<Principal | undefined> {
    return this.tickets.authenticate(credential);
  }

  private async requests(): Promise<SamlRequests> {
    const proposal = randomBytes(32).toString('base64url');
    const secret = this.options.requestSecret ?? (await this.signIns.secret(this.scope, proposal));
    return new SamlRequests(secret, REQUEST_LIFETIME_MS);
  }

  /**
   * Finds the request that a response answers. No other response can answer it from then on, not even after
   * this one turns out to be forged: each costs CPU time to check.
   */
  private async claimRequest(id: string | undefined): Promise<SamlRequest | undefined> {
    const request = id === undefined ? undefined : (await this.requests()).find(id);
    if (request) await this.useOnce('request', request.id);
    return request;
  }

  private async validate(
    SAMLResponse: string,
    request: SamlRequest | undefined,
  ): Promise<Profile | null> {
    const saml = await samlFor(this.options, request);
    return (await saml.validatePostResponseAsync({ SAMLResponse })).profile;
  }

  private checkIssuer({ issuer }: Profile): void {
    const { idpIssuer } = this.options;
    if (idpIssuer === undefined || issuer === idpIssuer) return;
    throw authenticationFailed(new Error('the assertion comes from another identity provider'));
  }

  private async useOnce(what: 'request' | 'assertion', id: string): Promise<void> {
    if (await this.signIns.use(`${this.scope}:${what}`, id, REMEMBERED_MS)) return;
    throw authenticationFailed(new Error(`the ${what} was used before`));
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
}

/** The tickets of one strategy, in a store that others use too. */
function scopedTickets(store: TicketStore, scope: string): TicketStore {
  return {
    save: (hash, principal, ttlMs) => store.save(`${scope}:${hash}`, principal, ttlMs),
    take: (hash) => store.take(`${scope}:${hash}`),
  };
}

function refuse(cause: unknown): never {
  throw authenticationFailed(cause);
}

/** The same in all instances: it says which application signs in at which provider. */
function scopeOf({ entryPoint, issuer, callbackUrl }: SamlStrategyOptions): string {
  const parts = JSON.stringify([entryPoint, issuer, callbackUrl]);
  return createHash('sha256').update(parts).digest('base64url').slice(0, 22);
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
