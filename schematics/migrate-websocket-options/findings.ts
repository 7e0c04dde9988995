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
  CHANGED_SHAPE: {
    reason: 'this option has another shape now',
    remedy: 'write it in the shape that docs/options.md shows',
  },
  CHANGED_TYPE: {
    reason: 'this export has another type now',
    remedy: 'change the code that uses it',
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
  CORS_WITHOUT_ORIGIN: {
    reason: '`cors` needs an `origin`, and here it may be missing',
    remedy: 'name the origins, or write `cors: false`',
  },
  DUPLICATE_KEY: {
    reason: 'the new key is already there, next to the legacy one',
    remedy: 'keep the one that should count and remove the other',
  },
  ENCLOSING_MODULE: {
    reason: 'the modules of the old suite do not configure streaming any more',
    remedy: 'give the options to `StreamingModule.forRoot`, in the root module',
  },
  INVALID_VALUE: {
    reason: 'the boot does not take this value',
    remedy: 'give a value that docs/options.md allows',
  },
  LEGACY_ACCESS: {
    reason: 'this uses a key that the options do not have any more',
    remedy:
      'use the new key, or inject `RESOLVED_STREAMING_OPTIONS` (entry `gateway`), which has every default',
  },
  NO_EFFECT: {
    reason: 'no version of the library ever read this key',
    remedy: 'remove it; docs/options.md lists what there is',
  },
  MOVED_EXPORT: {
    reason: 'the root entry does not export it any more; another entry of the package does',
    remedy: 'import it from the entry that is named',
  },
  ON_BY_DEFAULT: {
    reason: 'before, a gateway was off unless `enabled` said otherwise; now it is on',
    remedy: 'write `enabled: true` or `enabled: false`',
  },
  OPEN_TODO: {
    reason: 'what an earlier run left is not done, or its comment is still there',
    remedy: 'do it, then remove the comment',
  },
  PATH_ALIAS: {
    reason: 'this alias leads imports of the package to its old source',
    remedy: 'remove the alias, and install the package',
  },
  READ_ELSEWHERE: {
    reason: 'other code reads the legacy key of this object',
    remedy: 'change that code to the new key, then run the migration again',
  },
  REMOVED_EVENT: {
    reason: 'the library emits and reads no events of an `EventEmitter2` any more',
    remedy: 'follow executions with `StreamingService`, and stream with `StreamContext`',
  },
  REMOVED_EXPORT: {
    reason: 'this version does not export it any more',
    remedy: 'use what the table of exports names in its place',
  },
  REMOVED_TOKEN: {
    reason: 'this injection token is gone',
    remedy: 'inject the class',
  },
  SECOND_FOR_ROOT: {
    reason: 'the module is configured a second time, which fails the boot',
    remedy: 'call `forRoot` once, in the root module',
  },
  SKIP_ARGUMENT: {
    reason: '`rateLimit.skip` got a socket; it gets `{ id, principal }`',
    remedy: 'decide by the id or the principal of the client',
  },
  SWITCHED_OFF: {
    reason: 'nothing says `enabled`, which kept the gateway off; it is written out now',
    remedy: 'write `enabled: true` if the gateway should listen',
  },
  SYNTAX_ERROR: {
    reason: 'the file does not parse',
    remedy: 'repair it, then run the migration again',
  },
  TIMESTAMP: {
    reason: '`metadata.timestamp` was a `Date`; it is a number of milliseconds',
    remedy:
      'write `new Date(timestamp)` where a `Date` is needed, and `Date.now()` where one is made',
  },
  TYPED_ELSEWHERE: {
    reason: 'a type of this project names the legacy keys of this object',
    remedy: 'give the object the type `StreamingModuleOptions`, then run the migration again',
  },
  UNKNOWN_KEY: {
    reason: 'the library has no such option, and the boot fails',
    remedy: 'remove it or move it by hand',
  },
  UNRESOLVED_VALUE: {
    reason: 'the value is made where the migration cannot follow',
    remedy: 'look for legacy keys where it is made; docs/migration.md has the table',
  },
} as const satisfies Readonly<Record<string, FindingText>>;

export type FindingCode = keyof typeof FINDINGS;
