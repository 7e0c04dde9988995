import type { SourceFile } from '../core/source-file.js';
import type { Symbols } from '../core/symbols.js';
import type { Expression, FunctionLike, Identifier, Node } from '../core/syntax.js';
import { packageExport } from './package-exports.js';
import type { Route, WrittenType } from './resolution.js';

/** Types of this package whose keys the migration may change. */
const OPTION_TYPES = new Set([
  'StreamingModuleOptions',
  'StreamingModuleRootOptions',
  'WebSocketGatewayConfig',
  'WebSocketGatewayOptions',
]);

/** Types that only wrap the one that they are given. */
const WRAPPERS = /^(Promise|Partial|Required|Readonly|Awaited|NonNullable)$/;

/** A route with types that were written on its way. */
export function withTypes(route: Route, types: readonly WrittenType[]): Route {
  return types.length === 0 ? route : { ...route, types: [...(route.types ?? []), ...types] };
}

/** The types that an expression is written with: `as`, `satisfies`, `<T>x`. */
export function writtenTypes(file: SourceFile, expression: Expression): WrittenType[] {
  switch (expression.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSTypeAssertion':
      return [
        { file, node: expression.typeAnnotation, path: [] },
        ...writtenTypes(file, expression.expression),
      ];
    case 'TSNonNullExpression':
    case 'ParenthesizedExpression':
      return writtenTypes(file, expression.expression);
    default:
      return [];
  }
}

/** The type that a function says it returns. */
export function returnTypes(file: SourceFile, fn: FunctionLike): WrittenType[] {
  return fn.returnType ? [{ file, node: fn.returnType, path: [] }] : [];
}

/** Whether the keys of a literal can change without breaking a type that somebody wrote for it. */
export function allowsOtherKeys(symbols: Symbols, { file, node, path }: WrittenType): boolean {
  const inner = (next: Node, rest = path, at = file): boolean =>
    allowsOtherKeys(symbols, { file: at, node: next, path: rest });
  const type = node as Node & Record<string, Node & Node[]>;
  switch (node.type) {
    case 'TSTypeAnnotation':
    case 'TSParenthesizedType':
      return inner(type['typeAnnotation'] as Node);
    case 'TSAnyKeyword':
    case 'TSUnknownKeyword':
    case 'TSObjectKeyword':
      return true;
    case 'TSUnionType':
    case 'TSIntersectionType':
      return (type['types'] as Node[]).some((one) => inner(one));
    case 'TSIndexedAccessType':
      return path.length === 0 && inner(type['objectType'] as Node);
    case 'TSTypeLiteral':
      return memberAllows(symbols, { file, node, path }, type['members'] as Node[]);
    case 'TSTypeReference':
      return referenceAllows(symbols, { file, node, path });
    default:
      return false;
  }
}

function referenceAllows(symbols: Symbols, { file, node, path }: WrittenType): boolean {
  const { typeName, typeParameters } = node as Node & {
    readonly typeName: Node;
    readonly typeParameters?: { readonly params: readonly Node[] };
  };
  const exported = packageExport(symbols, file, typeName);
  if (exported !== undefined) return OPTION_TYPES.has(exported);
  if (typeName.type !== 'Identifier') return false;
  const { name } = typeName as Identifier;
  if (name === 'const') return true;
  const [first] = typeParameters?.params ?? [];
  if (WRAPPERS.test(name) && first) return allowsOtherKeys(symbols, { file, node: first, path });
  const value = typeParameters?.params[1];
  if (name === 'Record' && value)
    return allowsOtherKeys(symbols, { file, node: value, path: path.slice(1) });
  const target = symbols.resolve(file, typeName as Identifier);
  if (target?.kind !== 'local') return false;
  const declared = target.node as Node & { body?: { body: Node[] }; typeAnnotation?: Node };
  if (declared.type === 'TSTypeAliasDeclaration' && declared.typeAnnotation)
    return allowsOtherKeys(symbols, { file: target.file, node: declared.typeAnnotation, path });
  if (declared.type !== 'TSInterfaceDeclaration') return false;
  return memberAllows(
    symbols,
    { file: target.file, node: declared, path },
    declared.body?.body ?? [],
  );
}

/** Follows the first key of a path into the members of a type. */
function memberAllows(symbols: Symbols, type: WrittenType, members: readonly Node[]): boolean {
  const [key, ...rest] = type.path;
  if (key === undefined) return false;
  for (const member of members) {
    const { key: name, typeAnnotation } = member as Node & {
      readonly key?: Identifier;
      readonly typeAnnotation?: Node;
    };
    if (name?.name !== key || !typeAnnotation) continue;
    return allowsOtherKeys(symbols, { file: type.file, node: typeAnnotation, path: rest });
  }
  return false;
}
