import type { CacheProvider, SAML } from '@node-saml/node-saml';
import type { SamlStrategyOptions } from './saml-options.js';

/** How long a sign-in may take, and how old an assertion may be, in milliseconds. */
export const REQUEST_LIFETIME_MS = 600_000;

/** A sign-in request of this application. */
export interface SamlRequest {
  readonly id: string;
  /** When it was made, in ISO 8601. */
  readonly madeAt: string;
}

/**
 * The SAML library for one step of one sign-in.
 *
 * @param request - the request that is made, or the request that a response may answer
 */
export async function samlFor(
  options: SamlStrategyOptions,
  request: SamlRequest | undefined,
): Promise<SAML> {
  const { SAML, ValidateInResponseTo } = await import('@node-saml/node-saml');
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
    ...(request && { generateUniqueId: () => request.id }),
    cacheProvider: onlyRequest(request),
    validateInResponseTo: options.allowIdpInitiated
      ? ValidateInResponseTo.ifPresent
      : ValidateInResponseTo.always,
    ...(options.decryptionKey === undefined ? {} : { decryptionPvk: options.decryptionKey }),
  });
}

/** Requests as the SAML library looks for them: it finds this one, and no other. */
function onlyRequest(request: SamlRequest | undefined): CacheProvider {
  return {
    saveAsync: async (_id, value) => ({ value, createdAt: Date.now() }),
    getAsync: async (id) => (request?.id === id ? request.madeAt : null),
    removeAsync: async () => null,
  };
}
