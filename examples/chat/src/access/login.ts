import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { JwtStrategy } from '@hive-academy/langgraph-streaming';
import { SignJWT } from 'jose';
import { SUPERVISE } from './travel-policy.js';

const ISSUER = 'chat-example';
const AUDIENCE = 'chat-page';

/** How long a token is valid. The client fetches a new one before that, without reconnecting. */
const LIFETIME = '5 minutes';

/** The users, and what each may do beside travelling. They need no password. */
const USERS = new Map([
  ['ada', []],
  ['bob', []],
  ['sam', [SUPERVISE]],
]);

/** Stands for your identity provider: it issues tokens, and knows how to verify them. */
export class Login {
  /** Another one with each start, so that no token outlives the process. */
  readonly #secret = randomBytes(32).toString('base64url');

  /** Verifies the tokens, for the gateway. */
  readonly strategy = new JwtStrategy({
    secret: this.#secret,
    issuer: ISSUER,
    audience: AUDIENCE,
  });

  /** Answers `POST /login?user=ada` with a token. */
  readonly answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { searchParams } = new URL(request.url ?? '', 'http://login');
    const user = searchParams.get('user') ?? '';
    const scopes = USERS.get(user);
    const isKnown = request.method === 'POST' && scopes !== undefined;
    response.writeHead(isKnown ? 200 : 401, {
      'content-type': 'application/json',
      'cache-control': 'no-store',
    });
    response.end(JSON.stringify(isKnown ? { token: await this.#issue(user, scopes) } : {}));
  };

  #issue(user: string, scopes: readonly string[]): Promise<string> {
    return new SignJWT({ scope: scopes.join(' ') })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(user)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime(LIFETIME)
      .sign(new TextEncoder().encode(this.#secret));
  }
}
