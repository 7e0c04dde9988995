import type { SourceFile } from '../core/source-file.js';
import { rangeOf } from '../core/syntax.js';
import type { MigrationReport } from './migration-report.js';
import { PACKAGE } from '../core/package-name.js';

/** Exports of old versions that have another name now. */
export const RENAMED_EXPORTS: ReadonlyMap<string, string> = new Map([
  ['WebSocketGatewayConfig', 'WebSocketGatewayOptions'],
]);

/**
 * Renames imports of exports that were renamed. The name used in the file stays, as an alias, so
 * that nothing but the import changes.
 */
export function renameExports(file: SourceFile, report: MigrationReport): void {
  for (const statement of file.program.body) {
    const isImport =
      statement.type === 'ImportDeclaration' || statement.type === 'ExportNamedDeclaration';
    if (!isImport || statement.source?.value !== PACKAGE) continue;
    for (const specifier of statement.specifiers) {
      const source =
        specifier.type === 'ImportSpecifier'
          ? specifier.imported
          : specifier.type === 'ExportSpecifier'
            ? specifier.local
            : undefined;
      const name = source?.type === 'Identifier' ? source.name : undefined;
      const current = name === undefined ? undefined : RENAMED_EXPORTS.get(name);
      if (source === undefined || current === undefined) continue;
      const { start, end } = rangeOf(source);
      const isAliased = end !== rangeOf(specifier).end;
      file.edits.replace(start, end, isAliased ? current : `${current} as ${name}`);
      report.changed(file, source, `${name} -> ${current}`);
    }
  }
}
