import { createRequire } from 'node:module';

/** The major version of Nest that the tests run with: 12, or 11 for those that run a second time. */
export function nestMajor(): number {
  const require = createRequire(import.meta.url);
  const { version } = require('@nestjs/core/package.json') as { version: string };
  return Number.parseInt(version, 10);
}
