import { createHash } from 'node:crypto';
import type { HandshakeContext, HandshakeCredential } from '../access/authentication-strategy.js';
import type { Principal } from '../access/principal.js';
import type { LegacyAuthOptions } from './legacy-options.js';

/** A legacy `gateway.auth.handler`. */
export type LegacyAuthHandler = NonNullable<LegacyAuthOptions['handler']>;

/** Whether an option is a legacy handler. */
export function isLegacyAuthHandler(value: unknown): value is LegacyAuthHandler {
  return typeof value === 'function';
}

/**
 * Runs a legacy `gateway.auth.handler(socket, token)`. It gets what a socket's handshake has. What
 * it returns names the principal: a string, or an object with `id`, `userId` or `sub`. If it
 * returns `true`, as it was declared to, every token is a principal of its own.
 */
export async function principalOfLegacyHandler(
  handler: LegacyAuthHandler,
  credential: HandshakeCredential,
  context: HandshakeContext,
): Promise<Principal | undefined> {
  const { token } = credential;
  if (token === undefined) return undefined;
  const handshake = { auth: { token }, headers: context.headers, address: context.address };
  const result: unknown = await handler({ handshake }, token);
  const id = result === true ? idOfToken(token) : idOf(result);
  if (id === undefined) return undefined;
  const claims = typeof result === 'object' && result !== null ? { ...result } : {};
  return { id, scopes: [], claims };
}

/** An id that does not tell the token to whoever reads it in a log. */
function idOfToken(token: string): string {
  return `token:${createHash('sha256').update(token).digest('base64url')}`;
}

function idOf(result: unknown): string | undefined {
  if (typeof result === 'string') return result === '' ? undefined : result;
  if (typeof result !== 'object' || result === null) return undefined;
  const { id, userId, sub } = result as Record<string, unknown>;
  const found = [id, userId, sub].find(
    (value) => typeof value === 'string' || typeof value === 'number',
  );
  return found === undefined ? undefined : String(found);
}
