export const KEY = 'the key that only the application under attack knows';
export const ISSUER = 'https://id.test';
export const AUDIENCE = 'chat';
/** What no attacker may ever read. */
export const SECRET = 'the secret of alice of acme';
