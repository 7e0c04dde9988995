import { PACKAGE } from '../core/package-name.js';
import type { SourceFile } from '../core/source-file.js';
import type { Symbols } from '../core/symbols.js';
import {
  type CallExpression,
  type Expression,
  type FunctionLike,
  isKind,
  type Node,
} from '../core/syntax.js';
import { type JsDocTag, jsDocTags } from './jsdoc-types.js';
import type { OptionValues } from './option-values.js';
import { takesOptions } from './options-token.js';
import { packageExport } from './package-exports.js';
import { joinResolutions, type Resolution } from './resolution.js';
import { isExpression, isMember } from './value-nodes.js';

/** Which options a value is. */
export type OptionLevel = 'module' | 'gateway';

/** A place that is known to hold options. */
export interface OptionRoot {
  readonly level: OptionLevel;
  readonly resolution: Resolution;
}

/** Types of options. */
const OPTION_TYPES: Readonly<Record<string, OptionLevel>> = {
  StreamingModuleOptions: 'module',
  WebSocketGatewayConfig: 'gateway',
  WebSocketGatewayOptions: 'gateway',
};

/** The level of an export of the package that is a type of options. */
export function levelOf(name: string | undefined): OptionLevel | undefined {
  return name !== undefined && Object.hasOwn(OPTION_TYPES, name) ? OPTION_TYPES[name] : undefined;
}

/** The level of a reference to a type of options, by whatever name. */
export function levelOfType(
  symbols: Symbols,
  file: SourceFile,
  type: Node,
  depth = 0,
): OptionLevel | undefined {
  if (type.type === 'TSImportType') return levelOf(importedType(type));
  if (type.type !== 'TSTypeReference' || !('typeName' in type)) return undefined;
  const typeName = type.typeName as Node;
  const level = levelOf(packageExport(symbols, file, typeName));
  if (level !== undefined || !isKind(typeName, 'Identifier')) return level;
  const target = symbols.resolve(file, typeName);
  // `type Options = StreamingModuleOptions`
  return target?.kind === 'local' && isKind(target.node, 'TSTypeAliasDeclaration') && depth < 5
    ? levelOfType(symbols, target.file, target.node.typeAnnotation, depth + 1)
    : undefined;
}

/** `X` of the type `import('…').X`. */
function importedType(type: Node): string | undefined {
  const { argument, qualifier } = type as {
    readonly argument?: {
      readonly value?: unknown;
      readonly literal?: { readonly value?: unknown };
    };
    readonly qualifier?: { readonly name?: string };
  };
  const source = argument?.literal?.value ?? argument?.value;
  return source === PACKAGE ? qualifier?.name : undefined;
}

/** Finds values that have a type of options. */
export class TypedOptions {
  constructor(
    private readonly symbols: Symbols,
    private readonly values: OptionValues,
  ) {}

  /** `const x: StreamingModuleOptions`, `(): StreamingModuleOptions =>`, `satisfies`, `as`. */
  fromType(file: SourceFile, node: Node): OptionRoot[] {
    const level = levelOfType(this.symbols, file, node);
    const resolution = level && this.typedValue(file, node);
    return level && resolution ? [{ level, resolution }] : [];
  }

  /** `@type`, `@satisfies` and `@returns` of a JavaScript file. */
  documented(file: SourceFile): OptionRoot[] {
    return jsDocTags(file).flatMap((tag) => {
      const level = levelOf(tag.type);
      const resolution = level && this.documentedValue(file, tag);
      return level && resolution ? [{ level, resolution }] : [];
    });
  }

  /** `start({ … })`, where the parameter of `start` has the type. */
  fromArguments(file: SourceFile, call: CallExpression): OptionRoot[] {
    if (!call.arguments.some(({ type }) => type === 'ObjectExpression')) return [];
    const { callee } = call;
    const called = isExpression(callee) && this.values.functionOf({ file, node: callee });
    if (!called) return [];
    return call.arguments.flatMap((node, index) => {
      const parameter = called.fn.params[index] as { typeAnnotation?: Node } | undefined;
      const { typeAnnotation } = (parameter?.typeAnnotation ?? {}) as { typeAnnotation?: Node };
      const level = typeAnnotation && levelOfType(this.symbols, called.file, typeAnnotation);
      return level && isExpression(node)
        ? [{ level, resolution: this.values.resolve({ file, node }) }]
        : [];
    });
  }

  private documentedValue(file: SourceFile, { tag, node }: JsDocTag): Resolution | undefined {
    const constant = isKind(node, 'VariableDeclarator') ? node : undefined;
    const { value } = node as { readonly value?: Node };
    const written = constant ? constant.init : (value ?? node);
    if (!written || tag === 'param') return undefined;
    if (isFunction(written))
      return /^returns?$/.test(tag)
        ? withoutFields(this.values.returned(file, written))
        : undefined;
    return isExpression(written)
      ? literalsOnly(this.values.resolve({ file, node: written }, { constant }))
      : undefined;
  }

  private typedValue(file: SourceFile, type: Node): Resolution | undefined {
    const { owner, wrapper } = ownerOf(file, type);
    if (owner === undefined) return undefined;
    if (isFunction(owner)) {
      return wrapper === undefined && !isParameter(file, type)
        ? withoutFields(this.values.returned(file, owner))
        : undefined;
    }
    const holder = owner.type === 'Identifier' ? file.parentOf(owner) : owner;
    const init = holder && valueIn(holder, owner);
    if (holder === undefined || !init) return undefined;
    if (isKind(init, 'CallExpression') && takesOptions(this.symbols, file, init)) return undefined;
    const value = { file, node: init };
    if (wrapper === 'array') return this.elements(file, init);
    if (wrapper === 'record') return this.values.valuesOf(value);
    if (isKind(holder, 'VariableDeclarator'))
      return this.values.resolve(value, { constant: holder });
    return literalsOnly(this.values.resolve(value));
  }

  private elements(file: SourceFile, list: Expression): Resolution | undefined {
    if (list.type !== 'ArrayExpression') return undefined;
    const elements = list.elements.filter((one) => one !== null).filter(isExpression);
    return literalsOnly(
      joinResolutions(elements.map((node) => this.values.resolve({ file, node }))),
    );
  }
}

/** The value that something typed is given where it is declared, or that a type is asserted of. */
function valueIn(holder: Node, owner: Node): Expression | undefined {
  if (/^TS(As|Satisfies)Expression$|^TSTypeAssertion$/.test(holder.type))
    return holder as Expression;
  if (isKind(holder, 'VariableDeclarator')) return holder.init ?? undefined;
  const { value, left, right } = holder as {
    readonly value?: Expression | null;
    readonly left?: Node;
    readonly right?: Expression;
  };
  if (/^Class(Private)?Property$/.test(holder.type)) return value ?? undefined;
  return holder.type === 'AssignmentPattern' && left === owner ? right : undefined;
}

/** What a type is written for, through what only wraps it. */
function ownerOf(
  file: SourceFile,
  type: Node,
): { owner: Node | undefined; wrapper: 'record' | 'array' | undefined } {
  let wrapper: 'record' | 'array' | undefined;
  let owner = file.parentOf(type);
  // Promise<StreamingModuleOptions> is what an async factory returns.
  while (
    owner &&
    /^TS(ArrayType|TypeParameterInstantiation|TypeReference|TypeAnnotation|TypeOperator)$/.test(
      owner.type,
    )
  ) {
    const name = 'typeName' in owner ? (owner.typeName as { name?: string }).name : undefined;
    if (name === 'Record') wrapper ??= 'record';
    if (owner.type === 'TSArrayType' || /^(Readonly)?Array$/.test(name ?? '')) wrapper ??= 'array';
    owner = file.parentOf(owner);
  }
  return { owner, wrapper };
}

/** A method that returns a field makes no options: what the field is given is looked at there. */
function withoutFields({ sites, unresolved }: Resolution): Resolution {
  const isField = (node: Node): boolean => isMember(node) && node.object.type === 'ThisExpression';
  return { sites, unresolved: unresolved.filter(({ node }) => !isField(node)) };
}

/** `config.get('x') as StreamingModuleOptions` says nothing that a person must look at. */
function literalsOnly({ sites }: Resolution): Resolution {
  return { sites, unresolved: [] };
}

function isFunction(node: Node): node is FunctionLike {
  return /Function|Method/.test(node.type);
}

function isParameter(file: SourceFile, type: Node): boolean {
  let child: Node = type;
  for (let node = file.parentOf(type); node; node = file.parentOf(node)) {
    if ('params' in node && 'body' in node) return (node.params as Node[]).includes(child);
    child = node;
  }
  return false;
}
