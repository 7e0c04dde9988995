/** Origins as `cors.origin` names them. */
export type AllowedOrigins = string | RegExp | readonly (string | RegExp)[] | boolean;

/** Whether `cors.origin` names an origin. */
export function isListedOrigin(origin: string, allowed: AllowedOrigins): boolean {
  if (typeof allowed === 'boolean') return allowed;
  return [allowed]
    .flat()
    .some((entry) =>
      typeof entry === 'string'
        ? entry === '*' || entry === origin
        : wholeOrigin(entry).test(origin),
    );
}

/**
 * The same origins for the `cors` package, which would take a pattern that matches a part. They are a
 * list, even a single one: the package tells an origin that is alone to every page.
 */
export function wholeOrigins(allowed: AllowedOrigins): string | boolean | (string | RegExp)[] {
  if (typeof allowed === 'boolean') return allowed;
  const origins = [allowed]
    .flat()
    .map((entry) => (typeof entry === 'string' ? entry : wholeOrigin(entry)));
  // Only alone does `*` mean every origin there.
  return origins.includes('*') ? '*' : origins;
}

/** The pattern for the whole origin: `/example\.com/` must not let example.com.evil.test in. */
function wholeOrigin({ source, flags }: RegExp): RegExp {
  return new RegExp(`^(?:${source})$`, flags.replace(/[gmy]/g, ''));
}
