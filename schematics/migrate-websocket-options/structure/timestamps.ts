import { PACKAGE } from '../../core/package-name.js';
import type { SourceFile } from '../../core/source-file.js';
import {
  isKind,
  keyOf,
  type MemberExpression,
  memberName,
  type Node,
  walk,
  withoutTypes,
} from '../../core/syntax.js';
import type { MigrationContext } from '../migration-context.js';

/** What a `Date` has and a number has not. */
const DATE_METHOD = /^(get|set)[A-Z]|^to(ISO|UTC|GMT|Date|Time|JSON)|^toLocale(Date|Time)/;

/** Exports that updates come from or go to. */
const UPDATES =
  /^(Stream(Update|Metadata|Token|Event|Progress|All|Context|ingService|ingWebSocket)|TokenStreaming|EventStreamProcessor|WebSocketBridge)/;

/** Reports code that takes `metadata.timestamp` of an update for a `Date`. */
export function reviewTimestamps(context: MigrationContext, file: SourceFile): void {
  if (!handlesUpdates(file)) return;
  walk(file.program, (node) => {
    if (isUsedAsDate(file, node) || isMadeAsDate(file, node))
      context.leave(file, node, 'TIMESTAMP');
  });
}

function handlesUpdates(file: SourceFile): boolean {
  return file.program.body.some(
    (statement) =>
      statement.type === 'ImportDeclaration' &&
      statement.source.value === PACKAGE &&
      statement.specifiers.some(
        (specifier) =>
          specifier.type !== 'ImportSpecifier' ||
          (specifier.imported.type === 'Identifier' && UPDATES.test(specifier.imported.name)),
      ),
  );
}

/** `update.metadata.timestamp.getTime()`, `const at: Date = update.metadata.timestamp`. */
function isUsedAsDate(file: SourceFile, node: Node): boolean {
  if (!isMember(node) || !isTimestamp(node)) return false;
  let outer: Node = node;
  let parent = file.parentOf(node);
  while (isKind(parent, 'TSNonNullExpression')) {
    outer = parent;
    parent = file.parentOf(parent);
  }
  if (isMember(parent) && parent.object === outer)
    return DATE_METHOD.test(memberName(parent) ?? '');
  if (isKind(parent, 'BinaryExpression'))
    return parent.operator === 'instanceof' && parent.left === outer;
  if (!isKind(parent, 'VariableDeclarator') || parent.id.type !== 'Identifier') return false;
  return isDateType(parent.id.typeAnnotation);
}

function isTimestamp(node: MemberExpression): boolean {
  if (memberName(node) !== 'timestamp') return false;
  const object = withoutTypes(node.object);
  if (isMember(object)) return memberName(object) === 'metadata';
  return object.type === 'Identifier' && object.name === 'metadata';
}

/** `{ type, data, metadata: { timestamp: new Date() } }`. */
function isMadeAsDate(file: SourceFile, node: Node): boolean {
  if (!isKind(node, 'ObjectProperty') || keyOf(node) !== 'timestamp') return false;
  const { value } = node;
  const isDate =
    value.type === 'NewExpression' &&
    value.callee.type === 'Identifier' &&
    value.callee.name === 'Date';
  const metadata = file.parentOf(file.parentOf(node) ?? node);
  if (!isDate || !isKind(metadata, 'ObjectProperty') || keyOf(metadata) !== 'metadata')
    return false;
  const update = file.parentOf(metadata);
  if (!isKind(update, 'ObjectExpression')) return false;
  const keys = update.properties.map((member) =>
    member.type === 'SpreadElement' ? undefined : keyOf(member),
  );
  return keys.includes('type') && keys.includes('data');
}

function isMember(node: Node | undefined): node is MemberExpression {
  return node !== undefined && /^(Optional)?MemberExpression$/.test(node.type);
}

function isDateType(annotation: object | null | undefined): boolean {
  return /"typeName":\{[^}]*"name":"Date"/.test(
    JSON.stringify(annotation, (key, value: unknown) => (key === 'loc' ? undefined : value)),
  );
}
