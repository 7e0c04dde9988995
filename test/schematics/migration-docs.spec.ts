import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Tree } from '@angular-devkit/schematics';
import { expect, it } from '@jest/globals';
import * as prettier from 'prettier';
import { FINDINGS } from '../../schematics/migrate-websocket-options/findings.js';
import {
  LEGACY_KEYS,
  type LegacyKey,
} from '../../schematics/migrate-websocket-options/legacy-keys.js';
import {
  REMOVED_EXPORTS,
  REMOVED_TOKENS,
  RENAMED_EXPORTS,
} from '../../schematics/migrate-websocket-options/legacy-exports.js';
import { runSchematic } from './run-schematic.js';
import { typeErrors } from './type-check.js';
import { MarkdownPage } from '../docs/markdown-page.js';

const page = new MarkdownPage(join(__dirname, '../../docs/migration.md'));

const PATH = '/app.module.ts';
const IMPORT = "import { StreamingModule } from '@hive-academy/langgraph-streaming';\n";

/** The snippets of the guide that show options before and after, in pairs. */
function examples(): { before: string; after: string }[] {
  const text = readFileSync(join(__dirname, '../../docs/migration.md'), 'utf8');
  return [...text.matchAll(/```ts\n\/\/ before\n([^`]*)\n\/\/ after\n([^`]*)```/g)].map(
    ([, before = '', after = '']) => ({ before, after }),
  );
}

it('shows what the migration makes of options', async () => {
  const pairs = examples();
  expect(pairs.length).toBeGreaterThanOrEqual(3);
  for (const { before, after } of pairs) {
    const tree = Tree.empty();
    tree.create(PATH, IMPORT + before);
    const { tree: migrated } = await runSchematic('migrate-websocket-options', {}, tree);
    const text = migrated.readText(PATH).replace(/^import .*\n/, '');
    const style = { parser: 'typescript', singleQuote: true, printWidth: 100 } as const;
    expect(await prettier.format(text, style)).toBe(await prettier.format(after, style));
  }
});

it('lists every legacy key with what becomes of it', () => {
  const rows: readonly LegacyKey[] = LEGACY_KEYS;
  expect(page.table('What becomes of each key', 'Legacy key')).toEqual(
    rows.map(({ legacy, current, fate, boot }) => [legacy, current ?? '—', fate, boot]),
  );
});

it('lists everything that is left for a person', () => {
  expect(page.table('What is left for you', 'Code')).toEqual(
    Object.entries(FINDINGS).map(([code, { reason, remedy }]) => [code, reason, remedy]),
  );
});

it('lists every export that was renamed', () => {
  expect(page.table('Names of exports', 'Legacy name')).toEqual(
    [...RENAMED_EXPORTS].map((names) => [...names]),
  );
});

/** Cells of a table keep the backticks of a whole cell only inside a text. */
const plain = (text: string): string => text.replace(/^`([^`]*)`$/, '$1');

it('lists every export that is gone', () => {
  expect(page.table('Names of exports', 'Gone')).toEqual(
    [...REMOVED_EXPORTS].map((row) => row.map(plain)),
  );
});

it('lists every injection token that is gone', () => {
  expect(page.table('Names of exports', 'Token')).toEqual(
    [...REMOVED_TOKENS].map((row) => row.map(plain)),
  );
});

it('names exports that this library has, in place of some that it has not', () => {
  const imports = (names: Iterable<string>): string =>
    `import type { ${[...names].join(', ')} } from '@hive-academy/langgraph-streaming';\n`;
  const errors = typeErrors(
    new Map([
      ['renamed.ts', imports(new Set(RENAMED_EXPORTS.values()))],
      ['gone.ts', imports([...RENAMED_EXPORTS.keys(), ...REMOVED_EXPORTS.keys()])],
    ]),
  );
  const gone = [...RENAMED_EXPORTS.keys(), ...REMOVED_EXPORTS.keys()];
  expect(errors).toEqual(
    gone.map((name): unknown => expect.stringMatching(`^gone.ts: .* no exported member .*${name}`)),
  );
}, 120_000);
