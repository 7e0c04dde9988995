import type { SourceFile } from '../core/source-file.js';
import type { Symbols } from '../core/symbols.js';
import {
  type CallExpression,
  type Expression,
  type FunctionLike,
  isKind,
  memberName,
  type Node,
  walk,
} from '../core/syntax.js';
import type { OptionValues } from './option-values.js';
import type { Resolution } from './resolution.js';
import { AsyncOptions } from './async-options.js';
import { RENAMED_EXPORTS } from './legacy-exports.js';
import { takesOptions } from './options-token.js';
import { packageExport } from './package-exports.js';
import { isExpression } from './value-nodes.js';

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
      const found = isKind(node, 'CallExpression')
        ? this.fromCall(file, node)
        : this.fromType(file, node);
      roots.push(...found);
    });
    return roots;
  }

  private fromCall(file: SourceFile, call: CallExpression): OptionRoot[] {
    const { callee } = call;
    if (callee.type !== 'MemberExpression') return [];
    const factory = memberName(callee);
    if (factory !== 'forRoot' && factory !== 'forRootAsync') return [];
    const name = packageExport(this.symbols, file, callee.object) ?? '';
    if ((RENAMED_EXPORTS.get(name) ?? name) !== 'StreamingModule') return [];
    this.calls.push({ file, node: call });
    const [argument] = call.arguments;
    if (!argument || !isExpression(argument)) return [];
    const value = { file, node: argument };
    const resolution =
      factory === 'forRoot' ? this.values.resolve(value) : this.asyncOptions.resolve(value);
    return [{ level: 'module', resolution }];
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
    let owner = file.parentOf(type);
    // Promise<StreamingModuleOptions> is what an async factory returns.
    while (owner && /^TSType(ParameterInstantiation|Reference|Annotation)$/.test(owner.type)) {
      owner = file.parentOf(owner);
    }
    if (owner === undefined) return undefined;
    if (owner.type === 'Identifier') {
      const declarator = file.parentOf(owner);
      const init =
        declarator && 'init' in declarator ? (declarator.init as Expression | null) : null;
      if (!init || !isKind(declarator, 'VariableDeclarator')) return undefined;
      if (isKind(init, 'CallExpression') && takesOptions(this.symbols, file, init))
        return undefined;
      return this.values.resolve({ file, node: init }, { constant: declarator });
    }
    if (/^TS(As|Satisfies)Expression$/.test(owner.type)) {
      return literalsOnly(this.values.resolve({ file, node: owner as Expression }));
    }
    const isFunction = /Function|Method/.test(owner.type) && !isParameter(file, type);
    return isFunction ? this.values.returned(file, owner as FunctionLike) : undefined;
  }
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
