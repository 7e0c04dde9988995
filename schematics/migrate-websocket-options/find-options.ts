import type { SourceFile } from '../core/source-file.js';
import type { Symbols } from '../core/symbols.js';
import {
  type CallExpression,
  type Expression,
  type FunctionLike,
  isKind,
  type MemberExpression,
  memberName,
  type Node,
  walk,
} from '../core/syntax.js';
import type { OptionValues } from './option-values.js';
import type { Resolution } from './resolution.js';
import { AsyncOptions } from './async-options.js';
import { type JsDocTag, jsDocTags } from './jsdoc-types.js';
import { RENAMED_EXPORTS } from './legacy-exports.js';
import { isOptionsToken, takesOptions } from './options-token.js';
import { isTestFile } from './test-files.js';
import { packageExport } from './package-exports.js';
import { isExpression, propertyOf } from './value-nodes.js';

/** Which options a value is. */
export type OptionLevel = 'module' | 'gateway';

/** A place that is known to hold options. */
export interface OptionRoot {
  readonly level: OptionLevel;
  readonly resolution: Resolution;
}

/** Types of options. */
export const OPTION_TYPES: Readonly<Record<string, OptionLevel>> = {
  StreamingModuleOptions: 'module',
  WebSocketGatewayConfig: 'gateway',
  WebSocketGatewayOptions: 'gateway',
};

/** A call of `forRoot` or `forRootAsync`. */
export interface ModuleCall {
  readonly file: SourceFile;
  readonly node: CallExpression;
}

/** Finds module options: arguments of the module's factories, and values with the options' type. */
export class OptionFinder {
  readonly asyncOptions: AsyncOptions;
  /** The calls that configure the module. */
  readonly calls: ModuleCall[] = [];

  constructor(
    private readonly symbols: Symbols,
    private readonly values: OptionValues,
  ) {
    this.asyncOptions = new AsyncOptions(symbols, values);
  }

  find(file: SourceFile): OptionRoot[] {
    const roots: OptionRoot[] = [];
    walk(file.program, (node) => {
      const found = isCall(node)
        ? [...this.fromCall(file, node), ...this.fromOverride(file, node)]
        : [...this.fromType(file, node), ...this.fromProvider(file, node)];
      roots.push(...found);
    });
    return [...roots, ...jsDocTags(file).flatMap((tag) => this.fromJsDoc(file, tag))];
  }

  /** `@type`, `@satisfies` and `@returns` of a JavaScript file. */
  private fromJsDoc(file: SourceFile, { tag, type, node }: JsDocTag): OptionRoot[] {
    const level = OPTION_TYPES[type];
    const { value, id, init } = node as Node & Readonly<Record<string, Node | undefined>>;
    const written = value ?? (id ? init : node);
    if (level === undefined || tag === 'param' || !written) return [];
    if (isFunction(written)) {
      return /^returns?$/.test(tag)
        ? [{ level, resolution: withoutFields(this.values.returned(file, written)) }]
        : [];
    }
    if (!isExpression(written)) return [];
    const constant = isKind(node, 'VariableDeclarator') ? node : undefined;
    const given = { file, node: written as Expression };
    return [{ level, resolution: literalsOnly(this.values.resolve(given, { constant })) }];
  }

  private fromCall(file: SourceFile, call: CallExpression): OptionRoot[] {
    const { callee } = call;
    if (!isMember(callee)) return [];
    const factory = memberName(callee);
    if (factory !== 'forRoot' && factory !== 'forRootAsync') return [];
    const name = packageExport(this.symbols, file, ownerOfCall(file, callee.object)) ?? '';
    if ((RENAMED_EXPORTS.get(name) ?? name) !== 'StreamingModule') return [];
    this.calls.push({ file, node: call });
    const [argument] = call.arguments;
    if (!argument || !isExpression(argument)) return [];
    const value = { file, node: argument };
    const resolution =
      factory === 'forRoot' ? this.values.resolve(value) : this.asyncOptions.resolve(value);
    return [{ level: 'module', resolution }];
  }

  /** `overrideProvider('STREAMING_OPTIONS').useValue({ … })`, in a test. */
  private fromOverride(
    file: SourceFile,
    { callee, arguments: [value] }: CallExpression,
  ): OptionRoot[] {
    if (!isMember(callee) || memberName(callee) !== 'useValue' || !value) return [];
    const { object } = callee;
    const token = isCall(object) ? object.arguments[0] : undefined;
    if (!isExpression(value) || !isOptionsToken(this.symbols, file, token)) return [];
    return [{ level: 'module', resolution: this.values.resolve({ file, node: value }) }];
  }

  /** `{ provide: 'STREAMING_OPTIONS', useValue: { … } }`, in a test. */
  private fromProvider(file: SourceFile, node: Node): OptionRoot[] {
    if (!isKind(node, 'ObjectExpression') || !isTestFile(file.path)) return [];
    const value = propertyOf(node, 'useValue');
    if (!value || !isOptionsToken(this.symbols, file, propertyOf(node, 'provide'))) return [];
    return [{ level: 'module', resolution: this.values.resolve({ file, node: value }) }];
  }

  /** `const x: StreamingModuleOptions`, `(): StreamingModuleOptions =>`, `satisfies`, `as`. */
  private fromType(file: SourceFile, node: Node): OptionRoot[] {
    if (node.type !== 'TSTypeReference' || !('typeName' in node)) return [];
    const name = packageExport(this.symbols, file, node.typeName as Node);
    const level = name === undefined ? undefined : OPTION_TYPES[name];
    if (level === undefined) return [];
    const resolution = this.typedValue(file, node);
    return resolution ? [{ level, resolution }] : [];
  }

  private typedValue(file: SourceFile, type: Node): Resolution | undefined {
    const { owner, isRecord } = ownerOf(file, type);
    if (owner === undefined) return undefined;
    if (owner.type === 'Identifier') {
      const declarator = file.parentOf(owner);
      const init =
        declarator && 'init' in declarator ? (declarator.init as Expression | null) : null;
      if (!init || !isKind(declarator, 'VariableDeclarator')) return undefined;
      if (isKind(init, 'CallExpression') && takesOptions(this.symbols, file, init))
        return undefined;
      if (isRecord) return this.values.valuesOf({ file, node: init });
      return this.values.resolve({ file, node: init }, { constant: declarator });
    }
    if (isRecord) return undefined;
    if (/^TS(As|Satisfies)Expression$/.test(owner.type)) {
      return literalsOnly(this.values.resolve({ file, node: owner as Expression }));
    }
    return isFunction(owner) && !isParameter(file, type)
      ? withoutFields(this.values.returned(file, owner))
      : undefined;
  }
}

/** In a class that extends the module, `super` and `this` are the module. */
function ownerOfCall(file: SourceFile, object: Node): Node {
  if (!/^(Super|ThisExpression)$/.test(object.type)) return object;
  let owner = file.parentOf(object);
  while (owner && !isKind(owner, 'ClassDeclaration')) owner = file.parentOf(owner);
  return owner?.superClass ?? object;
}

/** What a type is written for, through what only wraps it. */
function ownerOf(file: SourceFile, type: Node): { owner: Node | undefined; isRecord: boolean } {
  let isRecord = false;
  let owner = file.parentOf(type);
  // Promise<StreamingModuleOptions> is what an async factory returns.
  while (owner && /^TSType(ParameterInstantiation|Reference|Annotation)$/.test(owner.type)) {
    const name = 'typeName' in owner ? (owner.typeName as { name?: string }).name : undefined;
    isRecord ||= name === 'Record';
    owner = file.parentOf(owner);
  }
  return { owner, isRecord };
}

/** A method that returns a field makes no options: what the field is given is looked at there. */
function withoutFields({ sites, unresolved }: Resolution): Resolution {
  const isField = (node: Node): boolean => isMember(node) && node.object.type === 'ThisExpression';
  return { sites, unresolved: unresolved.filter(({ node }) => !isField(node)) };
}

function isFunction(node: Node): node is FunctionLike {
  return /Function|Method/.test(node.type);
}

function isCall(node: Node): node is CallExpression {
  return /^(Optional)?CallExpression$/.test(node.type);
}

function isMember(node: Node): node is MemberExpression {
  return /^(Optional)?MemberExpression$/.test(node.type);
}

/** `config.get('x') as StreamingModuleOptions` says nothing that a person must look at. */
function literalsOnly({ sites }: Resolution): Resolution {
  return { sites, unresolved: [] };
}

function isParameter(file: SourceFile, type: Node): boolean {
  let child: Node = type;
  for (let node = file.parentOf(type); node; node = file.parentOf(node)) {
    if ('params' in node && 'body' in node) return (node.params as Node[]).includes(child);
    child = node;
  }
  return false;
}
