import type { parse } from '@babel/parser';

/** The syntax tree as `@babel/parser` types it, without a dependency on `@babel/types`. */
export type File = ReturnType<typeof parse>;
export type Program = File['program'];
export type Statement = Program['body'][number];
export type Expression = Extract<Statement, { type: 'ExpressionStatement' }>['expression'];

export type CallExpression = Extract<Expression, { type: 'CallExpression' }>;
export type NewExpression = Extract<Expression, { type: 'NewExpression' }>;
export type ObjectExpression = Extract<Expression, { type: 'ObjectExpression' }>;
export type ArrayExpression = Extract<Expression, { type: 'ArrayExpression' }>;
export type Identifier = Extract<Expression, { type: 'Identifier' }>;
export type MemberExpression = Extract<
  Expression,
  { type: 'MemberExpression' | 'OptionalMemberExpression' }
>;
export type FunctionExpression = Extract<
  Expression,
  { type: 'ArrowFunctionExpression' | 'FunctionExpression' }
>;
export type FunctionDeclaration = Extract<Statement, { type: 'FunctionDeclaration' }>;
export type ClassDeclaration = Extract<Statement, { type: 'ClassDeclaration' }>;
type ClassMember = ClassDeclaration['body']['body'][number];
export type ClassMethod = Extract<ClassMember, { type: 'ClassMethod' }>;
export type ImportDeclaration = Extract<Statement, { type: 'ImportDeclaration' }>;
export type VariableDeclaration = Extract<Statement, { type: 'VariableDeclaration' }>;
export type VariableDeclarator = VariableDeclaration['declarations'][number];
export type ReturnStatement = Extract<Statement, { type: 'ReturnStatement' }>;
export type ObjectMember = ObjectExpression['properties'][number];
export type ObjectProperty = Extract<ObjectMember, { type: 'ObjectProperty' }>;
export type ObjectMethod = Extract<ObjectMember, { type: 'ObjectMethod' }>;
export type FunctionLike = FunctionExpression | FunctionDeclaration | ClassMethod | ObjectMethod;

/** What every node has. Babel's own type allows the offsets to be missing. */
export interface Node {
  readonly type: string;
  readonly start?: number | null | undefined;
  readonly end?: number | null | undefined;
}

/** A node's place in the text. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

type AnyNode = Statement | Expression | ObjectMember | ClassMember | VariableDeclarator;

/** Narrows a node to what its type says that it is. */
export function isKind<T extends AnyNode['type']>(
  node: Node | null | undefined,
  type: T,
): node is Extract<AnyNode, { type: T }> {
  return node?.type === type;
}

/** The place of a node that came from the parser. */
export function rangeOf(node: Node): Range {
  if (typeof node.start !== 'number' || typeof node.end !== 'number') {
    throw new TypeError(`A ${node.type} that was not parsed has no place in the text.`);
  }
  return { start: node.start, end: node.end };
}

/** The nodes directly below one, in the order of the text. */
export function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  for (const [key, value] of Object.entries(node)) {
    if (key.endsWith('Comments') || key === 'loc' || key === 'extra' || key === 'tokens') continue;
    for (const item of Array.isArray(value) ? value : [value]) {
      if (isNode(item)) children.push(item);
    }
  }
  return children;
}

/** Calls `visit` for a node and everything below it. */
export function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const child of childrenOf(node)) walk(child, visit);
}

function isNode(value: unknown): value is Node {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    'start' in value &&
    typeof value.start === 'number'
  );
}

/** An expression without the parts that only TypeScript sees: `as`, `satisfies`, `!`, `<T>x`. */
export function withoutTypes(expression: Expression): Expression {
  switch (expression.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'ParenthesizedExpression':
      return withoutTypes(expression.expression);
    default:
      return expression;
  }
}

/** The name of a property, or undefined when it is computed. */
export function keyOf(member: ObjectProperty | ObjectMethod | ClassMethod): string | undefined {
  if (member.computed && member.key.type !== 'StringLiteral') return undefined;
  if (member.key.type === 'Identifier') return member.key.name;
  return member.key.type === 'StringLiteral' ? member.key.value : undefined;
}

/** The name that a member expression reads, or undefined when it is computed. */
export function memberName(node: MemberExpression): string | undefined {
  if (!node.computed && node.property.type === 'Identifier') return node.property.name;
  return node.property.type === 'StringLiteral' ? node.property.value : undefined;
}
