import { SignJWT } from 'jose';
import { PRINCIPAL, SECRET } from '../variant.js';

/** The credential of a viewer. */
export function viewerToken(): Promise<string> {
  return new SignJWT({})
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(PRINCIPAL)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(SECRET));
}
