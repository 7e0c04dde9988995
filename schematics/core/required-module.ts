import { type Expression, type Node, withoutTypes } from './syntax.js';

/** The specifier of `require('…')` and `await import('…')`. */
export function requiredModule(init: Expression | null | undefined): string | undefined {
  const value = init ? withoutTypes(init) : undefined;
  if (value?.type === 'AwaitExpression') return importedModule(value.argument);
  if (value?.type !== 'CallExpression' || !isIdentifier(value.callee, 'require')) return undefined;
  return specifierOf(value.arguments);
}

/** The specifier of `import('…')`. */
export function importedModule(node: Node): string | undefined {
  const {
    type,
    callee,
    arguments: given = [],
  } = node as Node & {
    readonly callee?: Node;
    readonly arguments?: readonly Node[];
  };
  return type === 'CallExpression' && callee?.type === 'Import' ? specifierOf(given) : undefined;
}

function specifierOf([argument]: readonly Node[]): string | undefined {
  return argument?.type === 'StringLiteral' && 'value' in argument
    ? String(argument.value)
    : undefined;
}

function isIdentifier(node: Node, name: string): boolean {
  return node.type === 'Identifier' && 'name' in node && node.name === name;
}
