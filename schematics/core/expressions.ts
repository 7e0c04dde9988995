import { type Expression, memberName, withoutTypes } from './syntax.js';

const COMPARISONS = new Set(['==', '===', '!=', '!==', '<', '<=', '>', '>=', 'in', 'instanceof']);

/** Whether an expression can only be true or false. */
export function isBoolean(expression: Expression): boolean {
  const node = withoutTypes(expression);
  switch (node.type) {
    case 'BooleanLiteral':
      return true;
    case 'UnaryExpression':
      return node.operator === '!';
    case 'BinaryExpression':
      return COMPARISONS.has(node.operator);
    case 'LogicalExpression':
      return isBoolean(node.left) && isBoolean(node.right);
    case 'CallExpression':
      return node.callee.type === 'Identifier' && node.callee.name === 'Boolean';
    default:
      return false;
  }
}

/** Whether an expression can be neither null nor undefined. */
export function isNeverNullish(expression: Expression): boolean {
  const node = withoutTypes(expression);
  switch (node.type) {
    case 'NumericLiteral':
    case 'StringLiteral':
    case 'TemplateLiteral':
    case 'ObjectExpression':
    case 'UnaryExpression':
    case 'BinaryExpression':
      return node.type !== 'UnaryExpression' || node.operator !== 'void';
    case 'LogicalExpression':
      return node.operator === '&&'
        ? isNeverNullish(node.left) && isNeverNullish(node.right)
        : isNeverNullish(node.right);
    case 'ConditionalExpression':
      return isNeverNullish(node.consequent) && isNeverNullish(node.alternate);
    case 'CallExpression':
      return (
        node.callee.type === 'Identifier' &&
        /^(Number|parseInt|parseFloat|String)$/.test(node.callee.name)
      );
    default:
      return isBoolean(node);
  }
}

/** Whether an expression can only be null or undefined. */
export function isAlwaysNullish(expression: Expression): boolean {
  const node = withoutTypes(expression);
  switch (node.type) {
    case 'NullLiteral':
      return true;
    case 'Identifier':
      return node.name === 'undefined';
    case 'UnaryExpression':
      return node.operator === 'void';
    case 'ConditionalExpression':
      return isAlwaysNullish(node.consequent) && isAlwaysNullish(node.alternate);
    default:
      return false;
  }
}

/** Whether an expression is one of the two boolean literals. */
export function isLiteral(expression: Expression | undefined, value: boolean): boolean {
  const node = expression && withoutTypes(expression);
  return node?.type === 'BooleanLiteral' && node.value === value;
}

/** Whether an expression reads what may not be set: `process.env.NAME`, `config.get('NAME')`. */
export function readsOptionalSetting(expression: Expression): boolean {
  if (expression.type === 'CallExpression') {
    const { callee, arguments: values } = expression;
    return (
      callee.type === 'MemberExpression' && memberName(callee) === 'get' && values.length === 1
    );
  }
  if (expression.type !== 'MemberExpression' || expression.object.type !== 'MemberExpression')
    return false;
  return memberName(expression.object) === 'env';
}

const SIMPLE =
  /^(Identifier|(Optional)?(Member|Call)Expression|\w+Literal|ObjectExpression|ArrayExpression|NewExpression|TSNonNullExpression)$/;

/** The text of an expression as an operand: in parentheses unless it binds tighter than any operator. */
export function operand(expression: Expression, text: string): string {
  return SIMPLE.test(expression.type) ? text : `(${text})`;
}
