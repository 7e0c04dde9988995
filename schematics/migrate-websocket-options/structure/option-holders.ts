import type { SourceFile } from '../../core/source-file.js';
import { type Expression, isKind, keyOf, type Node, walk } from '../../core/syntax.js';
import { type JsDocTag, jsDocTags } from '../jsdoc-types.js';
import type { MigrationContext } from '../migration-context.js';
import { isOptionsToken, takesOptions } from '../options-token.js';
import { levelOf, levelOfType } from '../typed-options.js';
import { propertyOf } from '../value-nodes.js';

/** Types that have the keys of the type that they are given. */
const WRAPPERS = /^(Partial|Required|Readonly|NonNullable|Promise)$/;

/** What options can be written as the type of. */
const HOLDERS =
  /^(Identifier|ObjectPattern|FunctionDeclaration|Class(Private)?(Property|Method)|TSIndexedAccessType|TS(As|Satisfies)Expression)$/;

/** What holds options: an expression, a pattern or class member that is given them, a function that returns them. */
export interface OptionHolder {
  readonly file: SourceFile;
  readonly node: Node;
  /** The path of the options in those of the module. */
  readonly path: string;
}

/** Finds what is given options by injection, or has their type. */
export function optionHolders(context: MigrationContext, file: SourceFile): OptionHolder[] {
  const found: OptionHolder[] = [];
  walk(file.program, (node) => {
    if (isKind(node, 'CallExpression') && takesOptions(context.symbols, file, node))
      found.push({ file, node, path: '' });
    const pattern = injectedPattern(context, file, node);
    if (pattern) found.push({ file, node: pattern, path: '' });
    const typed = typedHolder(context, file, node);
    if (typed) found.push(typed);
  });
  return [...found, ...jsDocTags(file).flatMap((tag) => documentedHolder(file, tag) ?? [])];
}

/** `@param {StreamingModuleOptions} options` and `@type {StreamingModuleOptions}` in JavaScript. */
function documentedHolder(
  file: SourceFile,
  { tag, type, name, node }: JsDocTag,
): OptionHolder | undefined {
  const level = levelOf(type);
  if (level === undefined) return undefined;
  const path = level === 'module' ? '' : level;
  const { init, value, id } = node as Node & Readonly<Record<string, Node | undefined>>;
  const { params = [] } = (init ?? value ?? node) as { readonly params?: readonly Node[] };
  const holder =
    tag === 'param' ? params.find((one) => file.textOf(one).startsWith(name)) : (id ?? node);
  return holder && HOLDERS.test(holder.type) ? { file, node: holder, path } : undefined;
}

/** `@Inject('STREAMING_OPTIONS')` of a parameter or member, and parameters of a `useFactory`. */
function injectedPattern(
  context: MigrationContext,
  file: SourceFile,
  node: Node,
): Node | undefined {
  const { decorators } = node as Node & {
    readonly decorators?: readonly { readonly expression: Expression }[];
  };
  const isInjected = decorators?.some(
    ({ expression }) =>
      isKind(expression, 'CallExpression') &&
      isKind(expression.callee, 'Identifier') &&
      expression.callee.name === 'Inject' &&
      isOptionsToken(context.symbols, file, expression.arguments[0]),
  );
  if (isInjected === true) return node;
  return isOptionsToken(context.symbols, file, node) ? parameterFor(file, node) : undefined;
}

/** The parameter of a `useFactory` that an entry of `inject` gives. */
function parameterFor(file: SourceFile, token: Node): Node | undefined {
  const property = file.parentOf(token);
  const isOptional = isKind(property, 'ObjectProperty') && keyOf(property) === 'token';
  const entry = isOptional ? file.parentOf(property) : token;
  const list = entry && file.parentOf(entry);
  const member = list && file.parentOf(list);
  if (!isKind(list, 'ArrayExpression') || !isKind(member, 'ObjectProperty')) return undefined;
  const provider = keyOf(member) === 'inject' ? file.parentOf(member) : undefined;
  if (!isKind(provider, 'ObjectExpression')) return undefined;
  const factory =
    propertyOf(provider, 'useFactory') ??
    provider.properties.find((one) => one.type === 'ObjectMethod' && keyOf(one) === 'useFactory');
  const { params = [] } = (factory ?? {}) as { readonly params?: readonly Node[] };
  return params[list.elements.indexOf(entry as never)];
}

/** `(options: StreamingModuleOptions)`, `options: StreamingModuleOptions;`, `value as …`. */
function typedHolder(
  context: MigrationContext,
  file: SourceFile,
  type: Node,
): OptionHolder | undefined {
  const level = levelOfType(context.symbols, file, type);
  if (level === undefined) return undefined;
  const path = level === 'module' ? '' : level;
  let owner = file.parentOf(type);
  while (owner && isTransparent(owner)) owner = file.parentOf(owner);
  if (owner === undefined) return undefined;
  return HOLDERS.test(owner.type) ? { file, node: owner, path } : undefined;
}

function isTransparent(node: Node): boolean {
  if (node.type === 'TSTypeReference' && 'typeName' in node) {
    const { name } = node.typeName as { readonly name?: string };
    return WRAPPERS.test(name ?? '');
  }
  return /^TS(TypeAnnotation|TypeParameterInstantiation|UnionType|ParenthesizedType)$/.test(
    node.type,
  );
}
