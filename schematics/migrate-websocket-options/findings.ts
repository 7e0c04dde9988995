/** Why something was left as it is, and what to do about it. */
export interface FindingText {
  readonly reason: string;
  readonly remedy: string;
}

/** Everything that the migration leaves to a person. The codes are anchors of `docs/migration.md`. */
export const FINDINGS = {
  AUTH_HANDLER: {
    reason: '`auth.handler` got a socket; a strategy gets the credential and the handshake',
    remedy: 'write it as `new CustomStrategy((credential, context) => principal)`',
  },
  AUTH_WITHOUT_SECRET: {
    reason: 'authentication is required, but no secret or strategy is given',
    remedy: 'give `authentication: { strategies: [new JwtStrategy({ secret })] }`',
  },
  CHANGED_BY_SPREAD: {
    reason: 'another part of these options sets a key that this one would be merged with',
    remedy: 'write the options as one object, then run the migration again',
  },
  CORS_TRUE: {
    reason: '`cors: true` let every page connect',
    remedy: "name the origins: `cors: { origin: ['https://app.example.com'] }`",
  },
  CORS_REFLECTED: {
    reason:
      'an origin that is reflected, together with credentials, lets every page act as the user',
    remedy: 'name the origins that may connect',
  },
  DUPLICATE_KEY: {
    reason: 'the new key is already there, next to the legacy one',
    remedy: 'keep the one that should count and remove the other',
  },
  NO_EFFECT: {
    reason: 'no version of the library ever read this key',
    remedy: 'remove it; docs/options.md lists what there is',
  },
  READ_ELSEWHERE: {
    reason: 'other code reads the legacy key of this object',
    remedy: 'change that code to the new key, then run the migration again',
  },
  REMOVED_EXPORT: {
    reason: 'this version does not export it any more',
    remedy: 'use what the table of exports names in its place',
  },
  SYNTAX_ERROR: {
    reason: 'the file does not parse',
    remedy: 'repair it, then run the migration again',
  },
  UNKNOWN_KEY: {
    reason: 'this key is not one of the legacy options',
    remedy: 'remove it or move it by hand',
  },
  UNRESOLVED_VALUE: {
    reason: 'the value is made where the migration cannot follow',
    remedy: 'look for legacy keys where it is made; docs/migration.md has the table',
  },
} as const satisfies Readonly<Record<string, FindingText>>;

export type FindingCode = keyof typeof FINDINGS;
