import { foldLegacyOptions } from '../../src/legacy/fold-legacy-options.js';
import { legacyWarnings } from '../../src/legacy/legacy-warnings.js';
import { resolveStreamingOptions } from '../../src/options/resolve-options.js';
import type { ResolvedStreamingOptions } from '../../src/options/resolved-options.js';

/** What the boot makes of options, and what it says of them. */
export interface BootedOptions {
  readonly resolved: ResolvedStreamingOptions;
  readonly warnings: readonly string[];
}

/** Folds and resolves options as the module does. @throws StreamingError `INVALID_OPTIONS` */
export function bootOptions(options: object): BootedOptions {
  const folded = foldLegacyOptions({ ...options });
  const resolved = resolveStreamingOptions(folded.options);
  return { resolved, warnings: legacyWarnings(folded) };
}
