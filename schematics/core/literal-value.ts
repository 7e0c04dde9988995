import type { SourceFile } from './source-file.js';
import type { Symbols } from './symbols.js';
import { type Expression, isKind, withoutTypes } from './syntax.js';

/** A plain value that is written in the source. */
export type LiteralValue = string | number | boolean | null;

/** The value of an expression that is written out: a literal, arithmetic of literals, or a constant. */
export function literalValue(
  symbols: Symbols,
  file: SourceFile,
  expression: Expression,
  depth = 0,
): LiteralValue | undefined {
  const node = withoutTypes(expression);
  const valueOf = (next: Expression): LiteralValue | undefined =>
    depth > 20 ? undefined : literalValue(symbols, file, next, depth + 1);
  switch (node.type) {
    case 'StringLiteral':
    case 'NumericLiteral':
    case 'BooleanLiteral':
      return node.value;
    case 'NullLiteral':
      return null;
    case 'TemplateLiteral':
      return node.expressions.length === 0 ? (node.quasis[0]?.value.cooked ?? '') : undefined;
    case 'UnaryExpression': {
      const value = valueOf(node.argument);
      if (node.operator === '!' && typeof value === 'boolean') return !value;
      return node.operator === '-' && typeof value === 'number' ? -value : undefined;
    }
    case 'BinaryExpression':
      return node.left.type === 'PrivateName'
        ? undefined
        : calculate(node.operator, valueOf(node.left), valueOf(node.right));
    case 'Identifier': {
      const target = symbols.resolve(file, node);
      if (target?.kind !== 'local' || !isKind(target.node, 'VariableDeclarator')) return undefined;
      const declaration = target.file.parentOf(target.node);
      if (!isKind(declaration, 'VariableDeclaration') || declaration.kind !== 'const')
        return undefined;
      const { init } = target.node;
      return init ? literalValue(symbols, target.file, init, depth + 1) : undefined;
    }
    default:
      return undefined;
  }
}

function calculate(
  operator: string,
  left: LiteralValue | undefined,
  right: LiteralValue | undefined,
): number | undefined {
  if (typeof left !== 'number' || typeof right !== 'number') return undefined;
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '**':
      return left ** right;
    default:
      return undefined;
  }
}
