import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseSource } from '../core/source-file.js';
import type { Statement } from '../core/syntax.js';

let known: ReadonlySet<string> | undefined;
let inEntries: ReadonlyMap<string, string> | undefined;

/**
 * The names that the package exports, read from the source that it is published with, so that they
 * are those of the version that is installed.
 */
export function packageNames(): ReadonlySet<string> {
  known ??= namesOf(join(packageFolder(), 'src/index.ts'));
  return known;
}

/** The entry beside the root, such as `decorators`, that exports a name. */
export function entryOf(name: string): string | undefined {
  inEntries ??= namesOfEntries(join(packageFolder(), 'src/entries'));
  return inEntries.get(name);
}

function namesOfEntries(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder).flatMap((file) =>
    [...namesOf(join(folder, file))].map((name) => [name, file.replace(/\.ts$/, '')] as const),
  );
  return new Map(names);
}

/** The folder of the package, from wherever this file was built to. */
function packageFolder(): string {
  const start = typeof __dirname === 'string' ? __dirname : process.cwd();
  for (let folder = start; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'src/index.ts')) && existsSync(join(folder, 'package.json')))
      return folder;
  }
  throw new Error('The package is incomplete: its folder `src` is missing. Install it again.');
}

function namesOf(path: string): ReadonlySet<string> {
  const names = new Set<string>();
  const { program } = parseSource(path, readFileSync(path, 'utf8'));
  for (const statement of program.body) {
    for (const name of exportedNames(statement)) names.add(name);
    if (statement.type !== 'ExportAllDeclaration') continue;
    const target = join(dirname(path), statement.source.value.replace(/\.js$/, '.ts'));
    for (const name of namesOf(target)) names.add(name);
  }
  return names;
}

function exportedNames(statement: Statement): string[] {
  if (statement.type !== 'ExportNamedDeclaration') return [];
  const { declaration, specifiers } = statement;
  const named = specifiers.flatMap(({ exported }) =>
    exported.type === 'Identifier' ? [exported.name] : [],
  );
  if (declaration && 'id' in declaration && declaration.id?.type === 'Identifier')
    named.push(declaration.id.name);
  if (declaration?.type === 'VariableDeclaration')
    for (const { id } of declaration.declarations)
      if (id.type === 'Identifier') named.push(id.name);
  return named;
}
