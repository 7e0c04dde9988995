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
 * Runs a legacy `gateway.auth.handler(socket, token)`. It gets the handshake of the socket. Its result is the
 * principal: a string, or an object with `id`, `userId` or `sub`. If it returns `true`, as its type in 0.x
 * says, every token is a separate principal.
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

/** Makes an id from a token. The id does not reveal the token in a log. */
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
