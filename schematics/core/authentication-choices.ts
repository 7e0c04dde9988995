import { SchematicError } from './schematic-error.js';
import { suggestion } from './suggestions.js';

/** A value that the application reads from its environment. */
export interface EnvironmentVariable {
  readonly name: string;
  /** What it is, for `.env.example`. */
  readonly comment: string;
}

/** A way to authenticate that can be generated. */
export interface AuthenticationChoice {
  /** The strategy's class. */
  readonly strategy: string;
  readonly variables: readonly EnvironmentVariable[];
  /** The constructor's argument. @param read - writes the reading of a variable */
  readonly options: (read: (name: string) => string) => string;
}

/** What `--auth` and `--type` accept, besides `none`. */
const AUTHENTICATION_CHOICES: Readonly<Record<string, AuthenticationChoice>> = {
  jwt: {
    strategy: 'JwtStrategy',
    variables: [
      {
        name: 'JWT_SECRET',
        comment: 'The secret that JSON Web Tokens are signed with, 32 characters or more.',
      },
    ],
    options: (read) => `{ secret: ${read('JWT_SECRET')} }`,
  },
  jwks: {
    strategy: 'JwtStrategy',
    variables: [
      { name: 'JWKS_URI', comment: 'Where the identity provider publishes its keys.' },
      { name: 'JWT_ISSUER', comment: 'The `iss` of its tokens.' },
      { name: 'JWT_AUDIENCE', comment: 'The `aud` of tokens that are meant for this application.' },
    ],
    options: (read) =>
      `{ jwksUri: ${read('JWKS_URI')}, issuer: ${read('JWT_ISSUER')}, audience: ${read('JWT_AUDIENCE')} }`,
  },
  'api-key': {
    strategy: 'ApiKeyStrategy',
    variables: [
      { name: 'STREAMING_API_KEY_SHA256', comment: 'The SHA-256 of the API key, in hexadecimal.' },
    ],
    options: (read) =>
      `{ keys: [{ hash: ${read('STREAMING_API_KEY_SHA256')}, principal: { id: 'api-client' } }] }`,
  },
  oauth2: {
    strategy: 'OAuth2Strategy',
    variables: [
      {
        name: 'OAUTH2_ISSUER',
        comment: 'The issuer identifier of the OAuth 2 or OpenID Connect provider.',
      },
      {
        name: 'OAUTH2_AUDIENCE',
        comment: 'The `aud` of access tokens that are meant for this application.',
      },
    ],
    options: (read) => `{ issuer: ${read('OAUTH2_ISSUER')}, audience: ${read('OAUTH2_AUDIENCE')} }`,
  },
};

/** Every way to authenticate that can be generated. */
export function authenticationChoices(): readonly AuthenticationChoice[] {
  return Object.values(AUTHENTICATION_CHOICES);
}

/**
 * The choice of a name; undefined for one of `others`.
 *
 * @throws SchematicError for any other name
 */
export function authenticationChoice(
  name: string,
  others: readonly string[],
): AuthenticationChoice | undefined {
  const choice = Object.hasOwn(AUTHENTICATION_CHOICES, name)
    ? AUTHENTICATION_CHOICES[name]
    : undefined;
  if (choice !== undefined || others.includes(name)) return choice;
  const known = [...Object.keys(AUTHENTICATION_CHOICES), ...others];
  const meant = suggestion(name, known);
  throw new SchematicError(
    `There is no authentication "${name}". ${meant === undefined ? `Choose one of: ${known.join(', ')}.` : `Did you mean "${meant}"?`}`,
  );
}

/** Reads a variable where there is no ConfigService. An empty value is refused at boot. */
export function readEnvironment(name: string): string {
  return `process.env.${name} ?? ''`;
}
