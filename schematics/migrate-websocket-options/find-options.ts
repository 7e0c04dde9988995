import type { SourceFile } from '../core/source-file.js';
import type { Symbols } from '../core/symbols.js';
import {
  type CallExpression,
  type Expression,
  type FunctionLike,
  keyOf,
  memberName,
  type Node,
  walk,
} from '../core/syntax.js';
import { type OptionValues, type Resolution, type Value } from './option-values.js';
import { packageExport } from './package-exports.js';
import { isExpression } from './value-nodes.js';

/** Which options a value is. */
export type OptionLevel = 'module' | 'gateway';

/** A place that is known to hold options. */
export interface OptionRoot {
  readonly level: OptionLevel;
  readonly resolution: Resolution;
}

const OPTION_TYPES: Readonly<Record<string, OptionLevel>> = {
  StreamingModuleOptions: 'module',
  WebSocketGatewayConfig: 'gateway',
  WebSocketGatewayOptions: 'gateway',
};

/** Finds module options: arguments of the module's factories, and values with the options' type. */
export class OptionFinder {
  constructor(
    private readonly symbols: Symbols,
    private readonly values: OptionValues,
  ) {}

  find(file: SourceFile): OptionRoot[] {
    const roots: OptionRoot[] = [];
    walk(file.program, (node) => {
      if (node.type === 'CallExpression')
        roots.push(...this.fromCall(file, node as CallExpression));
      else roots.push(...this.fromType(file, node));
    });
    return roots;
  }

  private fromCall(file: SourceFile, call: CallExpression): OptionRoot[] {
    const { callee } = call;
    if (callee.type !== 'MemberExpression') return [];
    const factory = memberName(callee);
    if (factory !== 'forRoot' && factory !== 'forRootAsync') return [];
    if (packageExport(this.symbols, file, callee.object) !== 'StreamingModule') return [];
    const [argument] = call.arguments;
    if (!argument || !isExpression(argument)) return [];
    const value = { file, node: argument };
    const resolution = factory === 'forRoot' ? this.values.resolve(value) : this.fromAsync(value);
    return [{ level: 'module', resolution }];
  }

  private fromAsync(value: Value): Resolution {
    const provider = this.asProvider(value);
    if (provider) return provider;
    const { sites, unresolved } = this.values.resolve(value);
    const results = sites.flatMap((site) =>
      site.node.properties.map((member): Resolution => {
        if (member.type === 'SpreadElement')
          return this.fromAsync({ file: site.file, node: member.argument });
        const key = keyOf(member);
        if (key === 'useFactory') return this.fromFactory(site.file, member);
        if (key === 'useClass' && member.type === 'ObjectProperty') {
          return this.fromClass(site.file, member.value as Expression);
        }
        return { sites: [], unresolved: [] };
      }),
    );
    return {
      sites: results.flatMap((result) => result.sites),
      unresolved: [...unresolved, ...results.flatMap((result) => result.unresolved)],
    };
  }

  /** `registeredConfig.asProvider()`. */
  private asProvider({ file, node }: Value): Resolution | undefined {
    if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return undefined;
    const { object } = node.callee;
    if (memberName(node.callee) !== 'asProvider' || !isExpression(object)) return undefined;
    const factory = this.values.functionOf({ file, node: object });
    return factory && this.values.returned(factory.file, factory.fn);
  }

  private fromFactory(file: SourceFile, member: Node): Resolution {
    if (member.type === 'ObjectMethod') return this.values.returned(file, member as FunctionLike);
    const node = (member as { value?: Expression }).value;
    if (node === undefined) return { sites: [], unresolved: [] };
    const factory = this.values.functionOf({ file, node });
    return factory
      ? this.values.returned(factory.file, factory.fn)
      : { sites: [], unresolved: [{ file, node }] };
  }

  private fromClass(file: SourceFile, node: Expression): Resolution {
    const target = node.type === 'Identifier' ? this.symbols.resolve(file, node) : undefined;
    const body = target?.kind === 'local' && 'body' in target.node ? target.node.body : undefined;
    const members = ((body as { body?: Node[] } | undefined)?.body ?? []).filter(
      (member) =>
        member.type === 'ClassMethod' && /^create\w*Options$/.test(keyOf(member as never) ?? ''),
    );
    if (target?.kind !== 'local' || members.length === 0)
      return { sites: [], unresolved: [{ file, node }] };
    const results = members.map((member) =>
      this.values.returned(target.file, member as FunctionLike),
    );
    return {
      sites: results.flatMap((result) => result.sites),
      unresolved: results.flatMap((result) => result.unresolved),
    };
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
      const constant = declarator as Parameters<OptionValues['resolve']>[1];
      return init ? this.values.resolve({ file, node: init }, constant) : undefined;
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
