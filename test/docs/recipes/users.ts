// users.ts
import type { Principal } from '@hive-academy/langgraph-streaming';

const USERS: Readonly<Record<string, Principal>> = {
  'token-of-ada': { id: 'ada', scopes: [], claims: {} },
  'token-of-ada-of-acme': { id: 'ada', tenant: 'acme', scopes: [], claims: {} },
  'token-of-bob': { id: 'bob', scopes: [], claims: {} },
};

export function findUser(token = ''): Principal | undefined {
  return USERS[token];
}
