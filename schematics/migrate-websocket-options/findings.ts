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
    reason: 'another part of these options sets a key that overlaps with this key',
    remedy: 'write the options as one object, then run the migration again',
  },
  CHANGED_SHAPE: {
    reason: 'this option has a different shape now',
    remedy: 'write it in the shape that docs/options.md shows',
  },
  CHANGED_TYPE: {
    reason: 'this export has a different type now',
    remedy: 'change the code that uses it',
  },
  CORS_TRUE: {
    reason: '`cors: true` let every page connect',
    remedy: "name the origins: `cors: { origin: ['https://app.example.com'] }`",
  },
  CORS_REFLECTED: {
    reason: 'this `origin` allows every page; with `credentials`, every page could act as the user',
    remedy: 'name the origins that may connect',
  },
  CORS_WITHOUT_ORIGIN: {
    reason: '`cors` needs an `origin`, and here it may be missing',
    remedy: 'name the origins, or write `cors: false`',
  },
  DUPLICATE_KEY: {
    reason: 'the new key is already there, next to the legacy key',
    remedy: 'keep the key that should count and remove the other key',
  },
  ENCLOSING_MODULE: {
    reason: 'the modules of the old suite no longer configure streaming',
    remedy: 'give the options to `StreamingModule.forRoot`, in the root module',
  },
  INVALID_VALUE: {
    reason: 'the boot does not accept this value',
    remedy: 'give a value that docs/options.md allows',
  },
  LEGACY_ACCESS: {
    reason: 'this code uses a key that the options no longer have',
    remedy:
      'use the new key, or inject `RESOLVED_STREAMING_OPTIONS` (entry point `gateway`), which has every default',
  },
  NO_EFFECT: {
    reason: 'no version of the library ever read this key',
    remedy: 'remove it; docs/options.md lists all options',
  },
  MOVED_EXPORT: {
    reason:
      'the root entry point no longer exports this name; another entry point of the package does',
    remedy: 'import it from the entry point that the report names',
  },
  ON_BY_DEFAULT: {
    reason: 'in 0.x a gateway was off unless `enabled` turned it on; now it is on by default',
    remedy: 'write `enabled: true` or `enabled: false`',
  },
  OPEN_TODO: {
    reason: 'a TODO of an earlier run is not done, or its comment is still there',
    remedy: 'do it, then remove the comment',
  },
  PATH_ALIAS: {
    reason: 'this path alias leads imports of the package to its old source',
    remedy: 'remove the alias, and install the package',
  },
  READ_ELSEWHERE: {
    reason: 'other code reads the legacy key of this object',
    remedy: 'change that code to the new key, then run the migration again',
  },
  REMOVED_EVENT: {
    reason: 'the library no longer emits or reads events of an `EventEmitter2`',
    remedy: 'follow executions with `StreamingService`, and stream with `StreamContext`',
  },
  REMOVED_EXPORT: {
    reason: 'this version no longer exports this name',
    remedy: 'use the replacement that the table of exports names',
  },
  REMOVED_TOKEN: {
    reason: 'this injection token is removed',
    remedy: 'inject the class',
  },
  SECOND_FOR_ROOT: {
    reason: 'the module is configured a second time, which fails the boot',
    remedy: 'call `forRoot` once, in the root module',
  },
  SKIP_ARGUMENT: {
    reason: '`rateLimit.skip` got a socket; now it gets `{ id, principal }`',
    remedy: 'decide by the id or the principal of the client',
  },
  SWITCHED_OFF: {
    reason: 'without `enabled` the gateway was off; the migration writes `enabled: false`',
    remedy: 'write `enabled: true` if the gateway should listen',
  },
  SYNTAX_ERROR: {
    reason: 'the file does not parse',
    remedy: 'repair it, then run the migration again',
  },
  TIMESTAMP: {
    reason: '`metadata.timestamp` was a `Date`; now it is a number of milliseconds',
    remedy:
      'write `new Date(timestamp)` where a `Date` is needed, and `Date.now()` where the timestamp is made',
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
    reason: 'the migration cannot follow the code that makes this value',
    remedy: 'look for legacy keys in that code; docs/migration.md has the table',
  },
} as const satisfies Readonly<Record<string, FindingText>>;

export type FindingCode = keyof typeof FINDINGS;
