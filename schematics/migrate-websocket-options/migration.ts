import type { Tree } from '@angular-devkit/schematics';
import { PACKAGE } from '../core/package-name.js';
import { pathAliases } from '../core/path-aliases.js';
import { SchematicError } from '../core/schematic-error.js';
import { parseSource } from '../core/source-file.js';
import { SourceTree } from '../core/source-tree.js';
import { Symbols } from '../core/symbols.js';
import { REMOVED_TOKENS } from './legacy-exports.js';
import { OptionFinder } from './find-options.js';
import { MigrationContext } from './migration-context.js';
import { MigrationReport } from './migration-report.js';
import { OptionValues } from './option-values.js';
import { OptionsMigration } from './options-migration.js';
import { References } from './references.js';
import { reviewDecorators } from './structure/decorators.js';
import { reviewEnclosingModules } from './structure/enclosing-modules.js';
import { reviewEvents } from './structure/events.js';
import { migrateImports } from './structure/exports.js';
import { reviewModuleUses } from './structure/module-uses.js';
import { reviewOptionReads } from './structure/option-reads.js';
import { reviewPathAliases } from './structure/old-source-aliases.js';
import { reviewSecondCalls } from './structure/second-calls.js';
import { reviewTimestamps } from './structure/timestamps.js';
import { reviewTokens } from './structure/tokens.js';
import { reviewUpdateTypes } from './structure/update-types.js';

/** Texts without which a file cannot hold options of the module. */
const MENTIONS = new RegExp(
  [
    PACKAGE,
    '\\bforRoot(Async)?\\b',
    'StreamingModuleOptions|WebSocketGateway(Config|Options)',
    'STREAMING_OPTIONS',
    'EventEmitter2|@nestjs/event-emitter',
    ...REMOVED_TOKENS.keys(),
  ].join('|'),
);

/** What a migration would do. */
export interface PlannedMigration {
  readonly report: MigrationReport;
  /** Writes the files. */
  readonly commit: () => void;
}

/** Plans the edits of all files below a folder. */
export function planMigration(tree: Tree, root: string): PlannedMigration {
  const sources = new SourceTree(tree, pathAliases(tree));
  const paths = sources.paths('/');
  const symbols = new Symbols(sources);
  const report = new MigrationReport();
  const values = new OptionValues(sources, symbols, paths);
  const references = new References(sources, symbols, paths);
  const context = new MigrationContext(sources, symbols, values, references, report);
  const finder = new OptionFinder(symbols, values);
  const candidates = paths.filter(
    (path) => isBelow(path, root) && MENTIONS.test(sources.text(path)),
  );
  const files = candidates.flatMap((path) => sources.file(path) ?? []);
  const roots = files.flatMap((file) => finder.find(file));
  new OptionsMigration(context).run(roots);
  for (const file of files) {
    migrateImports(context, file);
    reviewTimestamps(context, file);
    reviewUpdateTypes(context, file);
    reviewDecorators(context, file);
    reviewModuleUses(context, file);
    reviewEnclosingModules(context, finder.asyncOptions, file);
  }
  reviewTokens(context, files);
  reviewEvents(context, files);
  reviewOptionReads(context, files, roots);
  reviewSecondCalls(context, paths, finder.calls);
  const aliases = reviewPathAliases(context, tree, candidates);
  context.flush();
  for (const file of files) context.reportOpenTodos(file);
  for (const [path, { position, reason }] of sources.broken) {
    report.foundAt({ path, ...position }, 'SYNTAX_ERROR', reason);
  }
  verify(sources);
  const commit = (): void => {
    sources.commit();
    for (const { path, edits } of aliases) edits.commit(tree, path);
  };
  return { report, commit };
}

function isBelow(path: string, root: string): boolean {
  return root === '/' || path === root || path.startsWith(`${root}/`);
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
