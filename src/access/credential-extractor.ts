import type { CredentialSources } from './authentication-options.js';
import type { HandshakeCredential } from './authentication-strategy.js';

/** The parts of a handshake, or of an HTTP request, that can carry a credential. */
export interface HandshakeMaterial {
  /**
   * `request` for an HTTP request. It has no payload for a token, so its `Authorization` header is read
   * unless `sources.authorizationHeader` is false. @default 'handshake'
   */
  readonly kind?: 'handshake' | 'request';
  readonly auth: unknown;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The query of the address. No credential is looked for in it; strategies can see it. */
  readonly query?: Readonly<Record<string, string | string[] | undefined>>;
}

/** The longest credential that is verified, because the cost of verifying grows with the length. */
const MAX_CREDENTIAL_LENGTH = 16_384;

/**
 * Finds the credential of a handshake in the configured places.
 *
 * @returns an empty credential if there is none
 */
export function extractCredential(
  { kind, auth, headers }: HandshakeMaterial,
  sources: CredentialSources,
): HandshakeCredential {
  const readsHeader = sources.authorizationHeader ?? kind === 'request';
  const payload = sources.handshake === false ? {} : credentialFromPayload(auth);
  const token =
    payload.token ??
    (readsHeader ? bearerToken(headers['authorization']) : undefined) ??
    (sources.cookie === undefined ? undefined : readCookie(headers['cookie'], sources.cookie));
  const { apiKeyHeader } = sources;
  const apiKey =
    payload.apiKey ??
    (apiKeyHeader === undefined ? undefined : text(headers[apiKeyHeader.toLowerCase()]));
  return {
    ...(token === undefined ? {} : { token }),
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(payload.credentials === undefined ? {} : { credentials: payload.credentials }),
  };
}

/** Reads the payload of a handshake or of an `authentication` event. */
export function credentialFromPayload(payload: unknown): HandshakeCredential {
  if (!isRecord(payload)) return {};
  const { token, apiKey, credentials, metadata: _, ...others } = payload;
  const rest = { ...others, ...(isRecord(credentials) ? credentials : {}) };
  const [tokenText, apiKeyText] = [text(token), text(apiKey)];
  return {
    ...(tokenText === undefined ? {} : { token: tokenText }),
    ...(apiKeyText === undefined ? {} : { apiKey: apiKeyText }),
    ...(Object.keys(rest).length === 0 ? {} : { credentials: rest }),
  };
}

function bearerToken(header: unknown): string | undefined {
  return text(/^Bearer +([^\s]+)$/i.exec(text(header) ?? '')?.[1]);
}

function readCookie(header: unknown, name: string): string | undefined {
  for (const pair of (text(header) ?? '').split(';')) {
    const separator = pair.indexOf('=');
    if (separator === -1 || pair.slice(0, separator).trim() !== name) continue;
    return text(decode(pair.slice(separator + 1).trim()));
  }
  return undefined;
}

function decode(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}

function text(value: unknown): string | undefined {
  const usable = typeof value === 'string' && value !== '' && value.length <= MAX_CREDENTIAL_LENGTH;
  return usable ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
