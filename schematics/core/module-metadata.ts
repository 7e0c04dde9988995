import { operand } from './expressions.js';
import { ListEdit } from './list-edit.js';
import { ObjectEdit } from './object-edit.js';
import { SchematicError } from './schematic-error.js';
import type { SourceFile } from './source-file.js';
import {
  type CallExpression,
  type ClassDeclaration,
  type Expression,
  isKind,
  memberName,
  type Node,
  type ObjectExpression,
  rangeOf,
  walk,
  withoutTypes,
} from './syntax.js';

/** A list in the metadata of a Nest module. */
export type MetadataKey = 'imports' | 'providers';

/**
 * Adds an item to a list in the `@Module` metadata of a class, whatever the list is: missing, a
 * literal, a constant, a conditional or a call. Several items are added by one call.
 *
 * @param className - the class; the only module of the file when it is left out
 * @throws SchematicError when there is no such module, or its metadata cannot be seen
 */
export function addToModule(
  file: SourceFile,
  className: string | undefined,
  key: MetadataKey,
  items: readonly string[],
): void {
  const call = moduleDecorator(file, className);
  const [argument] = call.arguments;
  if (argument === undefined) {
    const close = rangeOf(call).end - 1;
    const list = items.join(', ').replaceAll('\n', '\n  ');
    file.edits.insert(close, file.indentBlock(`{\n  ${key}: [${list}],\n}`, file.indentAt(close)));
    return;
  }
  const metadata = metadataLiteral(file, argument as Expression);
  if (metadata === undefined) {
    wrapMetadata(file, argument as Expression, key, items);
    return;
  }
  const edit = new ObjectEdit(file, metadata);
  addToList(edit, key, items);
  edit.flush();
}

function moduleDecorator(file: SourceFile, className: string | undefined): CallExpression {
  const found: CallExpression[] = [];
  walk(file.program, (node) => {
    if (node.type !== 'ClassDeclaration' && node.type !== 'ClassExpression') return;
    const { decorators, id } = node as ClassDeclaration;
    if (className !== undefined && id?.name !== className) return;
    for (const { expression } of decorators ?? []) {
      if (expression.type === 'CallExpression' && isModule(file, expression.callee))
        found.push(expression);
    }
  });
  const [decorator] = found;
  if (decorator === undefined) {
    const what = className === undefined ? 'a class' : `the class ${className}`;
    throw new SchematicError(
      `${file.path} does not have ${what} with @Module(). Name the file of the module with --module.`,
    );
  }
  return decorator;
}

/** `Module`, `NestModule` for an import of it, `nest.Module`. */
function isModule(file: SourceFile, callee: Node): boolean {
  if (isKind(callee, 'MemberExpression')) return memberName(callee) === 'Module';
  if (!isKind(callee, 'Identifier')) return false;
  const imported = file.program.body
    .flatMap((statement) => (statement.type === 'ImportDeclaration' ? statement.specifiers : []))
    .find(({ local }) => local.name === callee.name);
  const name = imported?.type === 'ImportSpecifier' ? imported.imported : callee;
  return name.type === 'Identifier' && name.name === 'Module';
}

/** The object literal of the metadata: written in place, or a constant of the file. */
function metadataLiteral(file: SourceFile, argument: Expression): ObjectExpression | undefined {
  const node = withoutTypes(argument);
  if (node.type === 'ObjectExpression') return node;
  if (node.type !== 'Identifier') return undefined;
  const init = constantOf(file, node.name);
  return init?.type === 'ObjectExpression' ? init : undefined;
}

function constantOf(file: SourceFile, name: string): Expression | undefined {
  for (const statement of file.program.body) {
    const declaration =
      statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declaration?.type !== 'VariableDeclaration') continue;
    for (const { id, init } of declaration.declarations) {
      if (id.type === 'Identifier' && id.name === name && init) return withoutTypes(init);
    }
  }
  return undefined;
}

/** Metadata that is made elsewhere: the item goes around it. */
function wrapMetadata(
  file: SourceFile,
  argument: Expression,
  key: MetadataKey,
  items: readonly string[],
): void {
  const text = file.textOf(argument);
  const base = operand(argument, text);
  const { start, end } = rangeOf(argument);
  const list = [`...(${base}.${key} ?? [])`, ...items].join(', ');
  const added = file.indentBlock(list, file.indentAt(start));
  file.edits.replace(start, end, `{ ...${base}, ${key}: [${added}] }`);
}

function addToList(edit: ObjectEdit, key: MetadataKey, items: readonly string[]): void {
  const { file } = edit;
  const member = edit.member(key);
  const value = edit.value(key);
  const isComputed = edit.unknownMembers.some(({ type }) => type !== 'SpreadElement');
  if (isComputed || (member !== undefined && value === undefined)) {
    throw new SchematicError(
      `${file.path} computes the metadata of its module. Write \`${key}: […]\` in it, or name another module with --module.`,
    );
  }
  if (member === undefined || value === undefined) {
    edit.appendBlock(key, listLiteral([...inherited(edit, key), ...items]));
    return;
  }
  const list = withoutTypes(value);
  if (list.type === 'ArrayExpression') {
    const elements = list.elements.filter((element) => element !== null);
    const listEdit = new ListEdit(file, rangeOf(list), elements, { padding: '' });
    for (const item of items) listEdit.appendBlock(item);
    listEdit.flush();
    return;
  }
  // A constant, a conditional, a call: all of them can be spread.
  const { start, end } = rangeOf(value);
  const isShorthand = member.type === 'ObjectProperty' && member.shorthand;
  const added = file.indentBlock(items.join(', '), file.indentAt(start));
  const spread = `[...${operand(value, file.textOf(value))}, ${added}]`;
  file.edits.replace(start, end, isShorthand ? `${key}: ${spread}` : spread);
}

/** A list that metadata spread into this one may have must not be replaced. */
function inherited(edit: ObjectEdit, key: MetadataKey): string[] {
  return edit.unknownMembers.flatMap((member) => {
    if (member.type !== 'SpreadElement') return [];
    const { argument } = member;
    const literal =
      argument.type === 'Identifier' ? constantOf(edit.file, argument.name) : undefined;
    if (literal?.type === 'ObjectExpression' && !new ObjectEdit(edit.file, literal).has(key))
      return [];
    return [`...(${operand(argument, edit.file.textOf(argument))}.${key} ?? [])`];
  });
}

function listLiteral(items: readonly string[]): string {
  const [only, ...others] = items;
  if (only !== undefined && others.length === 0 && !only.includes('\n')) return `[${only}]`;
  const lines = items.map((item) => `  ${item.replaceAll('\n', '\n  ')},`);
  return `[\n${lines.join('\n')}\n]`;
}
