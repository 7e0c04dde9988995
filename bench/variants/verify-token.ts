import { jwtVerify } from 'jose';
import { SECRET } from '../variant.js';

const KEY = new TextEncoder().encode(SECRET);

/** Whose credential it is, as every server here must know. @throws when it is not valid */
export async function verifyToken(token: unknown): Promise<string> {
  const { payload } = await jwtVerify(String(token), KEY);
  return String(payload.sub);
}
