import { StreamingError } from '../../errors/streaming.error.js';
import type { Principal } from '../principal.js';
import type { Claims, ClaimsMapping } from './claims-mapping.js';
import { isKeyMaterial } from './key-material.js';
import type { TicketStrategyOptions } from './ticket.strategy.js';

const MIN_SECRET_BYTES = 32;

/**
 * Options of `SamlStrategy`.
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
   * The secret that signs the ids of sign-in requests: at least 32 random bytes. If you have several instances
   * without a `backend`, set the same secret in all of them. Then any instance accepts the response.
   * @default a random secret, which the instances share through the `backend` of the module
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
  /** Options of the tickets that `exchange` issues: their lifetime and, without a `backend`, their store. */
  readonly ticket?: TicketStrategyOptions;
}

/** @throws StreamingError `INVALID_OPTIONS` */
export function requireConsistent(options: SamlStrategyOptions): void {
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
