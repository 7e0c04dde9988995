/** Default values by option. A nested object holds those of a nested option. */
export interface Defaults {
  readonly [option: string]: unknown;
}

/**
 * Options with their defaults, frozen at every level that has defaults. Objects of the application, such as a
 * strategy, a store or a pattern, are not copied or frozen.
 *
 * @param whenGiven - defaults of nested options that themselves are absent by default
 */
export function completeOptions(
  given: object | undefined,
  defaults: Defaults,
  whenGiven: Defaults = {},
): object {
  const completed: Record<string, unknown> = { ...defaults };
  for (const [option, value] of Object.entries(given ?? {}))
    if (value !== undefined) completed[option] = value;
  for (const [option, value] of Object.entries(completed)) {
    const below = whenGiven[option] ?? defaults[option];
    if (Array.isArray(value)) completed[option] = Object.freeze([...(value as unknown[])]);
    else if (isGroup(value) && isGroup(below)) completed[option] = completeOptions(value, below);
  }
  return Object.freeze(completed);
}

function isGroup(value: unknown): value is Defaults {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
