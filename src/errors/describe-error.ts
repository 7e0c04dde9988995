import { inspect } from 'node:util';

/**
 * An error as a log shows it: its stack if it has one. It never throws, whatever was thrown: the
 * getters of an error are code of the application too.
 */
export function describeError(error: unknown): string {
  try {
    if (!(error instanceof Error)) return typeof error === 'string' ? error : inspect(error);
    const { stack } = error;
    return typeof stack === 'string' ? stack : `${error.name}: ${error.message}`;
  } catch {
    return 'The error cannot be shown, since reading it throws.';
  }
}
