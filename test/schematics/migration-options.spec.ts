import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import * as prettier from 'prettier';
import { z } from 'zod';
import { moduleSchema } from '../../src/options/options-schema.js';

const FILE = join(__dirname, '../../schematics/migrate-websocket-options/option-schema.ts');

/** What the migration has to know of an option: its keys, its type and its bounds. */
const KEPT = new Set([
  'properties',
  'required',
  'type',
  'anyOf',
  'const',
  'minimum',
  'maximum',
  'exclusiveMinimum',
]);

function reduced(schema: unknown, isNames = false): unknown {
  if (Array.isArray(schema)) return schema.map((item) => reduced(item));
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).filter(
    ([key, value]) => isNames || (KEPT.has(key) && value !== Number.MAX_SAFE_INTEGER),
  );
  return Object.fromEntries(
    entries.map(([key, value]) => [key, reduced(value, key === 'properties' && !isNames)]),
  );
}

/** `UPDATE_OPTIONS=1` writes the file anew, after options were added or changed. */
it('knows the options that the boot knows', async () => {
  const schema = reduced(z.toJSONSchema(moduleSchema, { unrepresentable: 'any', io: 'input' }));
  const text = await prettier.format(
    `import type { JsonSchema } from './json-schema.js';

/**
 * The options that the boot takes, with their bounds, as its schema in \`src/options/\` says it.
 * Generated: \`UPDATE_OPTIONS=1 npm test -- test/schematics/migration-options\`; the test fails while
 * it is out of date.
 */
export const OPTION_SCHEMA: JsonSchema = ${JSON.stringify(schema)};
`,
    { ...(await prettier.resolveConfig(FILE)), filepath: FILE },
  );
  if (process.env['UPDATE_OPTIONS']) writeFileSync(FILE, text);
  expect(readFileSync(FILE, 'utf8')).toBe(text);
});
