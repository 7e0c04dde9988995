import { type Expression, keyOf, memberName, type Node, type Program } from './syntax.js';

/** What a CommonJS module exports under a name: `exports.name = …` or `module.exports = { name }`. */
export function commonJsExport(program: Program, name: string): Expression | undefined {
  for (const statement of program.body) {
    if (statement.type !== 'ExpressionStatement') continue;
    const { expression } = statement;
    if (expression.type !== 'AssignmentExpression' || expression.left.type !== 'MemberExpression')
      continue;
    const { left, right } = expression;
    if (isModuleExports(left)) {
      const value = exportedMember(right, name);
      if (value !== undefined) return value;
    } else if (memberName(left) === name && isExports(left.object)) {
      return right;
    }
  }
  return undefined;
}

function exportedMember(exported: Expression, name: string): Expression | undefined {
  if (exported.type !== 'ObjectExpression') return undefined;
  for (const member of exported.properties) {
    if (member.type === 'ObjectProperty' && keyOf(member) === name)
      return member.value as Expression;
  }
  return undefined;
}

function isExports(node: Node): boolean {
  return (
    (node.type === 'Identifier' && 'name' in node && node.name === 'exports') ||
    isModuleExports(node)
  );
}

function isModuleExports(node: Node): boolean {
  if (node.type !== 'MemberExpression' || !('object' in node)) return false;
  const object = node.object as Node;
  const isModule = object.type === 'Identifier' && 'name' in object && object.name === 'module';
  return isModule && memberName(node as Parameters<typeof memberName>[0]) === 'exports';
}
