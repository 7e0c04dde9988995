import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { SignJWT } from 'jose';
import { JwtStrategy, type Principal } from '@hive-academy/langgraph-streaming';

const ISSUER = 'chat-example';
const AUDIENCE = 'chat-page';

/** How long a token is valid. The client fetches a new one before that, without reconnecting. */
const LIFETIME = '5 minutes';

/** Issues and verifies the tokens of the users. An identity provider would do it for a real application. */
@Injectable()
export class TokenService {
  /**
   * Another one with each start, so that no token outlives the process, unless there are several
   * instances: each must know the tokens of the others.
   */
  readonly #secret = process.env['TOKEN_SECRET'] ?? randomBytes(32).toString('base64url');

  /** Verifies what {@link issue} signed; for the gateway, and for {@link verify}. */
  readonly strategy = new JwtStrategy({
    secret: this.#secret,
    issuer: ISSUER,
    audience: AUDIENCE,
  });

  issue(userId: string): Promise<string> {
    return new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(userId)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime(LIFETIME)
      .sign(new TextEncoder().encode(this.#secret));
  }

  /** Who a token belongs to; undefined or an error when it is not valid. */
  verify(token: string): Promise<Principal | undefined> {
    return this.strategy.authenticate({ token });
  }
}
