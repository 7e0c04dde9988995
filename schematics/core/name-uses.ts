import type { SourceFile } from './source-file.js';
import { childrenOf, isKind, type Node } from './syntax.js';

/** Nodes whose child of the same name is a name of its own, not a use of a binding. */
const OWN_NAMES = new Set(['property', 'key', 'label', 'id']);

/** The names that a pattern binds: `{ a, b: [c] }`. */
export function boundNames(pattern: Node): Node[] {
  const parts = pattern as Node & {
    readonly properties?: readonly Node[];
    readonly elements?: readonly (Node | null)[];
    readonly value?: Node;
    readonly left?: Node;
    readonly argument?: Node;
    readonly parameter?: Node;
  };
  switch (pattern.type) {
    case 'Identifier':
      return [pattern];
    case 'ObjectPattern':
      return (parts.properties ?? []).flatMap(boundNames);
    case 'ArrayPattern':
      return (parts.elements ?? []).flatMap((element) => (element ? boundNames(element) : []));
    default: {
      const inner = parts.value ?? parts.left ?? parts.argument ?? parts.parameter;
      return inner ? boundNames(inner) : [];
    }
  }
}

/** Visits what uses a name below a scope, except where an inner scope has the same name. */
export function walkUses(
  file: SourceFile,
  scope: Node,
  name: string,
  visit: (use: Node) => void,
): void {
  for (const child of childrenOf(scope)) {
    if (isUse(file, child, name)) visit(child);
    else if (!declares(child, name)) walkUses(file, child, name, visit);
  }
}

function isUse(file: SourceFile, node: Node, name: string): boolean {
  if (!isKind(node, 'Identifier') || node.name !== name) return false;
  const parent = file.parentOf(node) as Node & Record<string, unknown>;
  const role = Object.keys(parent).find((key) => parent[key] === node) ?? '';
  return !OWN_NAMES.has(role) || parent['computed'] === true;
}

/** Whether a scope declares a name, so that it hides the name of an outer scope. */
function declares(scope: Node, name: string): boolean {
  const { params = [], body } = scope as Node & {
    readonly params?: readonly Node[];
    readonly body?: unknown;
  };
  const statements =
    scope.type === 'BlockStatement' && Array.isArray(body) ? (body as readonly Node[]) : [];
  return [...params, ...statements.flatMap(declaredPatterns)].some((pattern) =>
    boundNames(pattern).some((bound) => isKind(bound, 'Identifier') && bound.name === name),
  );
}

function declaredPatterns(statement: Node): Node[] {
  if (isKind(statement, 'VariableDeclaration'))
    return statement.declarations.map((declarator) => declarator.id);
  const isNamed = isKind(statement, 'FunctionDeclaration') || isKind(statement, 'ClassDeclaration');
  return isNamed && statement.id ? [statement.id] : [];
}
