import { type Expression, type Node, withoutTypes } from './syntax.js';

/** The specifier of `require('…')`. */
export function requiredModule(init: Expression | null | undefined): string | undefined {
  const call = init ? withoutTypes(init) : undefined;
  if (call?.type !== 'CallExpression' || !isIdentifier(call.callee, 'require')) return undefined;
  const [argument] = call.arguments;
  return argument?.type === 'StringLiteral' ? argument.value : undefined;
}

function isIdentifier(node: Node, name: string): boolean {
  return node.type === 'Identifier' && 'name' in node && node.name === name;
}
