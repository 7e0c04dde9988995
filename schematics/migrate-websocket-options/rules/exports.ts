import { PACKAGE } from '../../core/package-name.js';
import type { SourceFile } from '../../core/source-file.js';
import { keyOf, type Node, rangeOf, type Statement } from '../../core/syntax.js';
import { requiredModule } from '../../core/symbols.js';
import { REMOVED_EXPORTS, RENAMED_EXPORTS } from '../legacy-exports.js';
import type { MigrationContext } from '../migration-context.js';

/** A name that a file takes from the package. */
interface ImportedName {
  readonly name: string;
  /** Where the name is written. */
  readonly node: Node;
  /** Whether the file calls it by another name. */
  readonly isAliased: boolean;
  /** What stands between the name and an alias. */
  readonly separator: string;
}

/**
 * Renames imports of exports that were renamed. The name that the file uses stays, as an alias, so
 * that nothing but the import changes. Imports of exports that are gone are reported.
 */
export function migrateImports(context: MigrationContext, file: SourceFile): void {
  for (const { name, node, isAliased, separator } of file.program.body.flatMap(importedNames)) {
    const current = RENAMED_EXPORTS.get(name);
    const advice = REMOVED_EXPORTS.get(name);
    if (advice !== undefined) context.leave(file, node, 'REMOVED_EXPORT', `${name}: ${advice}`);
    if (current === undefined) continue;
    const { start, end } = rangeOf(node);
    file.edits.replace(start, end, isAliased ? current : `${current}${separator}${name}`);
    context.report.changed(file, node, `${name} -> ${current}`);
  }
}

function importedNames(statement: Statement): ImportedName[] {
  if (statement.type === 'VariableDeclaration') {
    return statement.declarations.flatMap(({ id, init }) => {
      if (id.type !== 'ObjectPattern' || requiredModule(init) !== PACKAGE) return [];
      return id.properties.flatMap((property) => {
        const name = property.type === 'ObjectProperty' ? keyOf(property) : undefined;
        if (property.type !== 'ObjectProperty' || name === undefined) return [];
        return [{ name, node: property.key, isAliased: !property.shorthand, separator: ': ' }];
      });
    });
  }
  const isImport =
    statement.type === 'ImportDeclaration' || statement.type === 'ExportNamedDeclaration';
  if (!isImport || statement.source?.value !== PACKAGE) return [];
  return statement.specifiers.flatMap((specifier) => {
    const node =
      specifier.type === 'ImportSpecifier'
        ? specifier.imported
        : specifier.type === 'ExportSpecifier'
          ? specifier.local
          : undefined;
    if (node?.type !== 'Identifier') return [];
    const isAliased = rangeOf(node).end !== rangeOf(specifier).end;
    return [{ name: node.name, node, isAliased, separator: ' as ' }];
  });
}
