import type { StreamProgressOptions, StreamTokenOptions } from './decorator-options.js';

/** Options of `@StreamToken` whose durations have the names that end in `Ms`. */
export function tokenDurations<T extends Partial<StreamTokenOptions>>(options: T): T {
  const { flushInterval, flushIntervalMs = flushInterval } = options;
  return flushIntervalMs === undefined ? options : { ...options, flushIntervalMs };
}

/** Options of `@StreamProgress` whose durations have the names that end in `Ms`. */
export function progressDurations<T extends Partial<StreamProgressOptions>>(options: T): T {
  const { interval, intervalMs = interval } = options;
  return intervalMs === undefined ? options : { ...options, intervalMs };
}
