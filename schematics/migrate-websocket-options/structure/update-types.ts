import type { SourceFile } from '../../core/source-file.js';
import { isKind, type MemberExpression, memberName, type Node, walk } from '../../core/syntax.js';
import type { MigrationContext } from '../migration-context.js';
import { packageExport } from '../package-exports.js';

const BY_TYPE = "`StreamUpdate<T>` takes the type of an update, such as `StreamUpdate<'token'>`";
const NARROW = '`data` depends on `type`: compare `update.type` first';

/** Reports uses of `StreamUpdate` that its present type does not allow. */
export function reviewUpdateTypes(context: MigrationContext, file: SourceFile): void {
  walk(file.program, (node) => {
    if (node.type !== 'TSTypeReference') return;
    const { typeName, typeParameters } = node as Node & {
      readonly typeName: Node;
      readonly typeParameters?: { readonly params: readonly Node[] };
    };
    if (packageExport(context.symbols, file, typeName) !== 'StreamUpdate') return;
    const [parameter] = typeParameters?.params ?? [];
    if (parameter === undefined) reviewReads(context, file, node);
    else if (isData(parameter)) context.leave(file, node, 'CHANGED_TYPE', BY_TYPE);
  });
}

/** Whether a type argument is what `data` was, not the name of an event. */
function isData(type: Node): boolean {
  if (type.type === 'TSTypeLiteral' || type.type === 'TSUnknownKeyword') return true;
  const name = 'typeName' in type ? (type.typeName as { name?: string }).name : undefined;
  return type.type === 'TSTypeReference' && /Data$|^Record$/.test(name ?? '');
}

/** `update.data.content` of a parameter or constant `update: StreamUpdate`, its type not compared. */
function reviewReads(context: MigrationContext, file: SourceFile, type: Node): void {
  const annotation = file.parentOf(type);
  const holder = annotation && file.parentOf(annotation);
  if (annotation?.type !== 'TSTypeAnnotation' || !isKind(holder, 'Identifier')) return;
  const { name } = holder;
  const scope = scopeOf(file, holder);
  walk(scope, (node) => {
    if (!isMember(node) || memberName(node) === undefined || !isMember(node.object)) return;
    const { object } = node.object;
    if (memberName(node.object) !== 'data') return;
    if (object.type !== 'Identifier' || object.name !== name) return;
    if (!isNarrowed(file, node, scope, name)) context.leave(file, node, 'CHANGED_TYPE', NARROW);
  });
}

function scopeOf(file: SourceFile, node: Node): Node {
  for (let owner = file.parentOf(node); owner; owner = file.parentOf(owner)) {
    if ('body' in owner && !isKind(owner, 'ClassDeclaration')) return owner;
  }
  return file.program;
}

/** Whether something around an expression, or a statement before it, looks at the type. */
function isNarrowed(file: SourceFile, node: Node, scope: Node, name: string): boolean {
  const start = (scope as { start: number }).start;
  const text = file.text.slice(start, (node as { start: number }).start);
  return new RegExp(`\\b${name}\\??\\.type\\b`).test(text);
}

function isMember(node: Node): node is MemberExpression {
  return /^(Optional)?MemberExpression$/.test(node.type);
}
