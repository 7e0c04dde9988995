import { walkUses } from '../core/name-uses.js';
import type { SourceFile } from '../core/source-file.js';
import {
  type CallExpression,
  type Expression,
  isKind,
  keyOf,
  type MemberExpression,
  type Node,
  type ObjectExpression,
  type ReturnStatement,
  type VariableDeclarator,
  walk,
} from '../core/syntax.js';

/** The value of a property that is written out. */
export function propertyOf(object: ObjectExpression, name: string): Expression | undefined {
  for (const member of object.properties) {
    if (member.type !== 'ObjectProperty' || keyOf(member) !== name) continue;
    return isExpression(member.value) ? member.value : undefined;
  }
  return undefined;
}

/** Whether a node can stand for a value. */
export function isExpression(node: Node): node is Expression {
  return !/Pattern$|^SpreadElement$|^ArgumentPlaceholder$|^PrivateName$|^Super$|^V8/.test(
    node.type,
  );
}

/** `object.property`, also behind `?.`. */
export function isMember(node: Node | undefined): node is MemberExpression {
  return node !== undefined && /^(Optional)?MemberExpression$/.test(node.type);
}

/** The value that a declaration gives to its name. */
export function valueOf(declaration: Node): Expression | undefined {
  if (declaration.type === 'VariableDeclarator') {
    return (declaration as VariableDeclarator).init ?? undefined;
  }
  return declaration.type.endsWith('Expression') ? (declaration as Expression) : undefined;
}

/** Visits the return statements of a function, not those of functions inside it. */
export function walkOwnStatements(node: Node, visit: (node: ReturnStatement) => void): void {
  if (/Function|Method|Class/.test(node.type)) return;
  if (node.type === 'ReturnStatement') visit(node as ReturnStatement);
  for (const child of Object.values(node).flat()) {
    if (typeof child === 'object' && child !== null && 'type' in child) {
      walkOwnStatements(child as Node, visit);
    }
  }
}

/** The first call in a file that is looked for. */
export function findCall(
  file: SourceFile,
  matches: (call: CallExpression) => boolean,
): CallExpression | undefined {
  let found: CallExpression | undefined;
  walk(file.program, (node) => {
    if (node.type === 'CallExpression' && matches(node as CallExpression))
      found ??= node as CallExpression;
  });
  return found;
}

/** The values that are assigned to a variable after its declaration, in its own file. */
export function assignedTo(file: SourceFile, declarator: VariableDeclarator): Expression[] {
  const declaration = file.parentOf(declarator);
  if (!isKind(declaration, 'VariableDeclaration') || declaration.kind === 'const') return [];
  const outer = file.parentOf(declaration);
  const scope = isKind(outer, 'ExportNamedDeclaration') ? file.program : outer;
  if (!scope || declarator.id.type !== 'Identifier') return [];
  const found: Expression[] = [];
  walkUses(file, scope, declarator.id.name, (use) => {
    const parent = file.parentOf(use);
    if (isKind(parent, 'AssignmentExpression') && parent.left === use) found.push(parent.right);
  });
  return found;
}
