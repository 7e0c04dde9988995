/** Origins as `cors.origin` names them. */
export type AllowedOrigins = string | RegExp | readonly (string | RegExp)[] | boolean;

/** More than any real origin has: a host has at most 253 characters. */
export const MAX_ORIGIN_LENGTH = 300;

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
 * Converts the origins for the `cors` package. The package accepts a pattern that matches only a part, so
 * patterns are completed. The result is a list even for one origin, because the package sends a single origin
 * to every page.
 */
export function wholeOrigins(allowed: AllowedOrigins): string | boolean | (string | RegExp)[] {
  if (typeof allowed === 'boolean') return allowed;
  const origins = [allowed]
    .flat()
    .map((entry) => (typeof entry === 'string' ? entry : wholeOrigin(entry)));
  // The package understands `*` only alone, not in a list.
  return origins.includes('*') ? '*' : origins;
}

/**
 * The pattern for the whole origin: `/example\.com/` must not let example.com.evil.test in. A long header is
 * refused before the pattern sees it, as one with two wildcards would take time with the square of its length.
 */
function wholeOrigin({ source, flags }: RegExp): RegExp {
  return new RegExp(
    `^(?![^]{${MAX_ORIGIN_LENGTH + 1}})(?:${source})$`,
    flags.replace(/[gmy]/g, ''),
  );
}
