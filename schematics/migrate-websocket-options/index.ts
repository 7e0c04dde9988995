import { join } from 'node:path/posix';
import type { Rule, SchematicContext, Tree } from '@angular-devkit/schematics';
import { pathAliases } from '../core/path-aliases.js';
import { SchematicError } from '../core/schematic-error.js';
import { parseSource } from '../core/source-file.js';
import { SourceTree } from '../core/source-tree.js';
import { Symbols } from '../core/symbols.js';
import { projectRoot } from '../core/workspace.js';
import { OptionFinder } from './find-options.js';
import { MigrationContext } from './migration-context.js';
import { MigrationReport } from './migration-report.js';
import { OptionValues } from './option-values.js';
import { OptionsMigration } from './options-migration.js';
import { PACKAGE } from '../core/package-name.js';
import { References } from './references.js';
import { migrateImports } from './rules/exports.js';

/** Options of the schematic. */
export interface MigrateWebsocketOptions {
  readonly path?: string;
  readonly project?: string;
}

/** Texts without which a file cannot hold options of the module. */
const MENTIONS = new RegExp(
  `${PACKAGE}|\\bforRoot(Async)?\\b|StreamingModuleOptions|WebSocketGateway(Config|Options)`,
);

/** Rewrites the legacy options of a project. Plans every file before it writes the first. */
export function migrateWebsocketOptions(options: MigrateWebsocketOptions = {}): Rule {
  return (tree: Tree, { logger }: SchematicContext) => {
    const root =
      options.project === undefined ? (options.path ?? '') : projectRoot(tree, options.project);
    const report = migrate(tree, join('/', root));
    for (const line of report.lines()) logger.info(line);
    return tree;
  };
}

function migrate(tree: Tree, root: string): MigrationReport {
  const sources = new SourceTree(tree, pathAliases(tree));
  const paths = sources.paths('/');
  const symbols = new Symbols(sources);
  const report = new MigrationReport();
  const values = new OptionValues(sources, symbols, paths);
  const context = new MigrationContext(values, new References(sources, symbols, paths), report);
  const finder = new OptionFinder(symbols, values);
  const candidates = sources.paths(root).filter((path) => MENTIONS.test(sources.text(path)));
  const files = candidates.flatMap((path) => sources.file(path) ?? []);
  new OptionsMigration(context).run(files.flatMap((file) => finder.find(file)));
  for (const file of files) migrateImports(context, file);
  for (const [path, { position, reason }] of sources.broken) {
    report.foundAt({ path, ...position }, 'SYNTAX_ERROR', reason);
  }
  verify(sources);
  sources.commit();
  return report;
}

/** Nothing is written unless everything that would be written parses. */
function verify(sources: SourceTree): void {
  for (const { path, text, edits } of sources.planned()) {
    try {
      parseSource(path, edits.applyTo(text));
    } catch (error) {
      throw new SchematicError(
        `The migration of ${path} would not parse, so nothing was written. Migrate this file by hand with docs/migration.md, and please report it. ${String(error)}`,
      );
    }
  }
}
