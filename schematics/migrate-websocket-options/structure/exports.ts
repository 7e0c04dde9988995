import { PACKAGE } from '../../core/package-name.js';
import type { SourceFile } from '../../core/source-file.js';
import { requiredModule } from '../../core/required-module.js';
import {
  type Identifier,
  isKind,
  keyOf,
  type Node,
  rangeOf,
  type Statement,
  walk,
} from '../../core/syntax.js';
import { type JsDocName, jsDocNames } from '../jsdoc-types.js';
import { REMOVED_EXPORTS, RENAMED_EXPORTS, SUITE } from '../legacy-exports.js';
import type { MigrationContext } from '../migration-context.js';
import { packageExport } from '../package-exports.js';
import { entryOf, packageNames } from '../package-names.js';

/** A name that a file takes from another module. */
interface ImportedName {
  readonly name: string;
  readonly module: string;
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
  for (const imported of statementsWithNames(file).flatMap(importedNames)) {
    const { name, module, node } = imported;
    if (module === PACKAGE) migrateName(context, file, imported);
    else if (module.startsWith('.') || !module.startsWith(SUITE)) {
      if (comesThroughStar(context, file, module, name)) migrateName(context, file, imported);
    } else if (/^(Lang[gG]raph)?StreamingModule$/.test(name)) {
      context.leave(file, node, 'REMOVED_EXPORT', `import \`StreamingModule\` from '${PACKAGE}'`);
    }
  }
  walk(file.program, (node) => migrateMember(context, file, node));
  for (const name of jsDocNames(file)) migrateDocumented(context, file, name);
}

function migrateName(context: MigrationContext, file: SourceFile, imported: ImportedName): void {
  const { name, node, isAliased, separator } = imported;
  const current = RENAMED_EXPORTS.get(name);
  if (current === undefined) {
    reportIfGone(context, file, node, name);
    return;
  }
  const { start, end } = rangeOf(node);
  file.edits.replace(start, end, isAliased ? current : `${current}${separator}${name}`);
  context.report.changed(file, node, `${name} -> ${current}`);
}

function reportIfGone(context: MigrationContext, file: SourceFile, node: Node, name: string): void {
  const advice = REMOVED_EXPORTS.get(name);
  const entry = entryOf(name);
  if (advice !== undefined) context.leave(file, node, 'REMOVED_EXPORT', `${name}: ${advice}`);
  else if (entry !== undefined)
    context.leave(file, node, 'MOVED_EXPORT', `import \`${name}\` from '${PACKAGE}/${entry}'`);
  else if (!packageNames().has(name) && name !== 'default')
    context.leave(file, node, 'REMOVED_EXPORT', `${name}: there is nothing of this name`);
}

/** A name in a JSDoc comment. A TODO about it goes above the comment. */
function migrateDocumented(
  context: MigrationContext,
  file: SourceFile,
  { name, range, isImported, comment }: JsDocName,
): void {
  const current = RENAMED_EXPORTS.get(name);
  if (current === undefined) {
    reportIfGone(context, file, comment, name);
    return;
  }
  file.edits.replace(range.start, range.end, isImported ? `${current} as ${name}` : current);
  context.report.changed(file, comment, `${name} -> ${current}`);
}

/** `streaming.Name`, `import('…').Name`, `require('…').Name`. */
function migrateMember(context: MigrationContext, file: SourceFile, node: Node): void {
  const name = memberOfPackage(context, file, node);
  if (name === undefined) return;
  const current = RENAMED_EXPORTS.get(name.name);
  if (current === undefined) {
    reportIfGone(context, file, name, name.name);
    return;
  }
  const { start, end } = rangeOf(name);
  file.edits.replace(start, end, current);
  context.report.changed(file, name, `${name.name} -> ${current}`);
}

/** The name in an expression or a type that takes it from the whole package. */
function memberOfPackage(
  context: MigrationContext,
  file: SourceFile,
  node: Node,
): Identifier | undefined {
  const parts = node as Node & {
    readonly object?: Node;
    readonly property?: Node;
    readonly computed?: boolean;
    readonly left?: Node;
    readonly right?: Node;
    readonly qualifier?: Node;
    readonly argument?: Node & { readonly value?: unknown };
  };
  if (node.type === 'TSImportType') {
    const { argument, qualifier } = parts;
    const source =
      (argument as { literal?: { value?: unknown } })?.literal?.value ?? argument?.value;
    return source === PACKAGE && qualifier?.type === 'Identifier'
      ? (qualifier as Identifier)
      : undefined;
  }
  const isMember = /^(Optional)?MemberExpression$/.test(node.type) && parts.computed !== true;
  const [object, property] = isMember
    ? [parts.object, parts.property]
    : node.type === 'TSQualifiedName'
      ? [parts.left, parts.right]
      : [];
  if (object === undefined || property?.type !== 'Identifier') return undefined;
  const isPackage =
    packageExport(context.symbols, file, object) === '*' ||
    requiredModule(object as never) === PACKAGE;
  return isPackage ? (property as Identifier) : undefined;
}

/** Whether a name of a module of the project is one of the package, by `export * from`. */
function comesThroughStar(
  context: MigrationContext,
  file: SourceFile,
  module: string,
  name: string,
): boolean {
  if (!RENAMED_EXPORTS.has(name) && !REMOVED_EXPORTS.has(name)) return false;
  const path = context.sources.resolve(file.path, module);
  const target = path === undefined ? undefined : context.symbols.exported(path, name);
  if (target?.kind !== 'package' || target.specifier !== PACKAGE || target.name !== name)
    return false;
  const barrel = path === undefined ? undefined : context.sources.file(path);
  return barrel?.program.body.some((statement) => namesExport(statement, name)) === false;
}

function namesExport(statement: Statement, name: string): boolean {
  return (
    statement.type === 'ExportNamedDeclaration' &&
    statement.specifiers.some(
      ({ exported }) => exported.type === 'Identifier' && exported.name === name,
    )
  );
}

/** Imports at the top, and declarations anywhere, which can `require` and `await import`. */
function statementsWithNames({ program }: SourceFile): Statement[] {
  const found: Statement[] = program.body.filter(({ type }) => type !== 'VariableDeclaration');
  walk(program, (node) => {
    if (isKind(node, 'VariableDeclaration')) found.push(node);
  });
  return found;
}

function importedNames(statement: Statement): ImportedName[] {
  if (statement.type === 'VariableDeclaration') {
    return statement.declarations.flatMap(({ id, init }) => {
      const module = requiredModule(init);
      if (id.type !== 'ObjectPattern' || module === undefined) return [];
      return id.properties.flatMap((property) => {
        const name = property.type === 'ObjectProperty' ? keyOf(property) : undefined;
        if (property.type !== 'ObjectProperty' || name === undefined) return [];
        const isAliased = !property.shorthand;
        return [{ name, module, node: property.key, isAliased, separator: ': ' }];
      });
    });
  }
  const isImport =
    statement.type === 'ImportDeclaration' || statement.type === 'ExportNamedDeclaration';
  if (!isImport || !statement.source) return [];
  const module = statement.source.value;
  return statement.specifiers.flatMap((specifier) => {
    const node =
      specifier.type === 'ImportSpecifier'
        ? specifier.imported
        : specifier.type === 'ExportSpecifier'
          ? specifier.local
          : undefined;
    if (node?.type !== 'Identifier') return [];
    const isAliased = rangeOf(node).end !== rangeOf(specifier).end;
    return [{ name: node.name, module, node, isAliased, separator: ' as ' }];
  });
}
