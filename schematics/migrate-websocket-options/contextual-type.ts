import type { SourceFile } from '../core/source-file.js';
import { isKind, keyOf, memberName, type Node } from '../core/syntax.js';

/** Nodes that hand the type which is expected of them down to what is in them. */
const TRANSPARENT =
  /^(ObjectProperty|ObjectExpression|ConditionalExpression|LogicalExpression|ReturnStatement|BlockStatement|IfStatement|AwaitExpression)$/;

/** Whether TypeScript knows what is expected where a literal stands, so that `false` stays `false`. */
export function hasContextualType(file: SourceFile, literal: Node): boolean {
  let node = literal;
  for (let owner = file.parentOf(node); owner; owner = file.parentOf(owner)) {
    if (/^TS(As|Satisfies)Expression$/.test(owner.type)) return true;
    if (isKind(owner, 'VariableDeclarator'))
      return owner.id.type === 'Identifier' && !!owner.id.typeAnnotation;
    if (isKind(owner, 'CallExpression')) {
      const { callee } = owner;
      return callee.type === 'MemberExpression' && (memberName(callee) ?? '').startsWith('forRoot');
    }
    if (/Function|Method/.test(owner.type)) {
      if ('returnType' in owner && owner.returnType) return true;
      const isFactory = isKind(owner, 'ObjectMethod')
        ? keyOf(owner) === 'useFactory'
        : isFactoryProperty(file.parentOf(owner));
      if (!isFactory) return false;
    } else if (!TRANSPARENT.test(owner.type)) return false;
    node = owner;
  }
  return false;
}

function isFactoryProperty(node: Node | undefined): boolean {
  return isKind(node, 'ObjectProperty') && keyOf(node) === 'useFactory';
}
