// token-of.ts
import { SignJWT } from 'jose';

/** A token of a user, as the `JwtStrategy` of the application accepts it. */
export const tokenOf = (user: string): Promise<string> =>
  new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(user)
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(process.env['JWT_SECRET']));
