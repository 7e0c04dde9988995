import { completeOptions } from './complete-options.js';
import { progressDurations, tokenDurations } from './decorator-durations.js';
import type { DecoratorOptions } from './decorator-options.js';
import { DEFAULTS_WHEN_GIVEN, OPTION_DEFAULTS } from './option-defaults.js';
import type { ResolvedDecoratorOptions } from './resolved-options.js';

/** The decorators that have options of their own. */
export type DecoratorKind = 'token' | 'event' | 'progress';

/** Completes the decorators' options of the module. */
export function resolveDecoratorOptions(given: DecoratorOptions = {}): ResolvedDecoratorOptions {
  return completeOptions(
    {
      ...given,
      token: resolveMethodOptions('token', given.token),
      event: resolveMethodOptions('event', given.event),
      progress: resolveMethodOptions('progress', given.progress),
    },
    OPTION_DEFAULTS.decorators,
  ) as ResolvedDecoratorOptions;
}

/** Completes the options of one decorator. Each option of the method overrides the option of the module. */
export function resolveMethodOptions<K extends DecoratorKind>(
  kind: K,
  module?: object,
  method?: object,
): ResolvedDecoratorOptions[K] {
  const given = { ...currentNames(kind, module), ...currentNames(kind, method) };
  return completeOptions(
    given,
    OPTION_DEFAULTS.decorators[kind],
    DEFAULTS_WHEN_GIVEN[kind],
  ) as ResolvedDecoratorOptions[K];
}

/** Options that have a value, under their names of today. */
function currentNames(kind: DecoratorKind, options: object = {}): object {
  const given = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  );
  if (kind === 'token') return tokenDurations(given);
  return kind === 'progress' ? progressDurations(given) : given;
}
