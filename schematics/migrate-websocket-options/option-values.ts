import type { SourceFile } from '../core/source-file.js';
import type { SourceTree } from '../core/source-tree.js';
import type { Symbols, SymbolTarget } from '../core/symbols.js';
import {
  type CallExpression,
  type Expression,
  type FunctionLike,
  isKind,
  keyOf,
  type MemberExpression,
  memberName,
  type Node,
  type ObjectExpression,
  type ReturnStatement,
  withoutTypes,
} from '../core/syntax.js';
import {
  joinResolutions,
  NOTHING,
  type ObjectSite,
  type Resolution,
  type Route,
  type Value,
} from './resolution.js';
import { classMember, propertyValue } from './class-members.js';
import { returnTypes, withTypes, writtenTypes } from './written-types.js';
import {
  assignedTo,
  findCall,
  isExpression,
  isMember,
  propertyOf,
  valueOf,
  walkOwnStatements,
} from './value-nodes.js';

type LocalTarget = Extract<SymbolTarget, { kind: 'local' }>;

const MAX_DEPTH = 30;

/** Follows a value to the object literals that it is made of. */
export class OptionValues {
  constructor(
    private readonly sources: SourceTree,
    private readonly symbols: Symbols,
    private readonly paths: readonly string[],
  ) {}

  resolve(value: Value, route: Route = {}, depth = 0): Resolution {
    const { file } = value;
    const node = withoutTypes(value.node);
    const unresolved: Resolution = { sites: [], unresolved: [{ file, node }] };
    if (depth > MAX_DEPTH) return unresolved;
    const typed = withTypes(route, writtenTypes(file, value.node));
    const follow = (...nodes: Expression[]): Resolution =>
      joinResolutions(nodes.map((next) => this.resolve({ file, node: next }, typed, depth + 1)));
    switch (node.type) {
      case 'ObjectExpression':
        return { sites: [{ file, node, ...typed }], unresolved: [] };
      case 'ConditionalExpression':
        return follow(node.consequent, node.alternate);
      case 'LogicalExpression':
        return node.operator === '&&'
          ? { ...follow(node.right), isOptional: true }
          : { ...follow(node.left, node.right), isOptional: follow(node.right).isOptional };
      case 'AwaitExpression':
        return follow(node.argument);
      case 'BooleanLiteral':
      case 'NullLiteral':
        return NOTHING;
      case 'Identifier':
        if (node.name === 'undefined') return NOTHING;
        return this.resolveName({ file, node }, typed, depth) ?? unresolved;
      case 'CallExpression':
        return this.resolveCall(file, node, typed, depth) ?? unresolved;
      case 'MemberExpression':
      case 'OptionalMemberExpression':
        return this.resolveMember(file, node, typed, depth) ?? unresolved;
      default:
        return unresolved;
    }
  }

  /** What a function returns. */
  returned(file: SourceFile, fn: FunctionLike, route: Route = {}, depth = 0): Resolution {
    const typed = withTypes({ ...route, constant: undefined, maker: fn }, returnTypes(file, fn));
    if (fn.type === 'ArrowFunctionExpression' && fn.body.type !== 'BlockStatement') {
      return this.resolve({ file, node: fn.body }, typed, depth + 1);
    }
    const returns: ReturnStatement[] = [];
    walkOwnStatements(fn.body, (node) => returns.push(node));
    return joinResolutions(
      returns.map(({ argument }) =>
        argument ? this.resolve({ file, node: argument }, typed, depth + 1) : NOTHING,
      ),
    );
  }

  /** The function that an expression is, or names; `registerAs(…)` counts as its factory. */
  functionOf({ file, node: typed }: Value): { file: SourceFile; fn: FunctionLike } | undefined {
    const node = withoutTypes(typed);
    if (node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression') {
      return { file, fn: node };
    }
    if (node.type === 'CallExpression') {
      const factory = this.isNamed(node, 'registerAs') ? node.arguments[1] : undefined;
      return factory && isExpression(factory)
        ? this.functionOf({ file, node: factory })
        : undefined;
    }
    if (isMember(node)) return this.methodOf(file, node);
    if (node.type !== 'Identifier') return undefined;
    const target = this.symbols.resolve(file, node);
    if (target?.kind !== 'local') return undefined;
    if (target.node.type === 'FunctionDeclaration') {
      return { file: target.file, fn: target.node as FunctionLike };
    }
    const value = valueOf(target.node);
    return value && this.functionOf({ file: target.file, node: value });
  }

  /** `Factory.make` of a class, `config.make` of an object. */
  private methodOf(
    file: SourceFile,
    node: MemberExpression,
  ): { file: SourceFile; fn: FunctionLike } | undefined {
    const member = classMember(this.symbols, file, node);
    if (member && isKind(member.node, 'ClassMethod')) return { file: member.file, fn: member.node };
    const value = member && propertyValue(member);
    if (member && value) return this.functionOf({ file: member.file, node: value });
    const name = memberName(node);
    const object = isExpression(node.object) && !member && this.objectOf(file, node.object);
    const own =
      object &&
      object.node.properties.find((one) => one.type !== 'SpreadElement' && keyOf(one) === name);
    if (!object || !own || own.type === 'SpreadElement') return undefined;
    if (own.type === 'ObjectMethod') return { file: object.file, fn: own };
    return isExpression(own.value)
      ? this.functionOf({ file: object.file, node: own.value })
      : undefined;
  }

  /** The literal that a constant is, if it is nothing else. */
  private objectOf(file: SourceFile, node: Expression): ObjectSite | undefined {
    if (node.type !== 'Identifier') return undefined;
    const { sites, unresolved } = this.resolve({ file, node });
    return sites.length === 1 && unresolved.length === 0 ? sites[0] : undefined;
  }

  private resolveName({ file, node }: Value, route: Route, depth: number): Resolution | undefined {
    if (node.type !== 'Identifier') return undefined;
    const target = this.symbols.resolve(file, node);
    if (target?.kind !== 'local') return undefined;
    if (target.node.type === 'Identifier')
      return this.resolveInjected(target.file, target.node, route, depth);
    return this.resolveTarget(target, route, depth);
  }

  /** `config.streaming`, where `config` is a module of the project. */
  private exportOfModule(
    file: SourceFile,
    object: Expression,
    name: string,
  ): LocalTarget | undefined {
    const target = object.type === 'Identifier' ? this.symbols.resolve(file, object) : undefined;
    if (target?.kind !== 'local' || target.node.type !== 'Program') return undefined;
    const exported = this.symbols.exported(target.file.path, name);
    return exported?.kind === 'local' ? exported : undefined;
  }

  private resolveTarget(target: LocalTarget, route: Route, depth: number): Resolution | undefined {
    const { file, node } = target;
    const constant = isKind(node, 'VariableDeclarator') ? node : undefined;
    const given = [valueOf(node), ...(constant ? assignedTo(file, constant) : [])];
    const values = given.filter((value) => value !== undefined);
    if (values.length === 0) return undefined;
    const annotation = constant?.id.type === 'Identifier' ? constant.id.typeAnnotation : undefined;
    const typed = withTypes(route, annotation ? [{ file, node: annotation, path: [] }] : []);
    return joinResolutions(
      values.map((value) => this.resolve({ file, node: value }, { ...typed, constant }, depth + 1)),
    );
  }

  /** A parameter of a `useFactory` whose token is `someConfig.KEY`. */
  private resolveInjected(
    file: SourceFile,
    parameter: Node,
    route: Route,
    depth: number,
  ): Resolution | undefined {
    const fn = file.parentOf(parameter);
    if (fn === undefined || !('params' in fn)) return undefined;
    const index = (fn.params as Node[]).indexOf(parameter);
    const owner =
      fn.type === 'ObjectMethod' ? file.parentOf(fn) : file.parentOf(file.parentOf(fn) ?? fn);
    if (owner?.type !== 'ObjectExpression') return undefined;
    const inject = propertyOf(owner as ObjectExpression, 'inject');
    const token = inject?.type === 'ArrayExpression' ? inject.elements[index] : undefined;
    if (token?.type !== 'MemberExpression' || memberName(token) !== 'KEY') return undefined;
    const factory = isExpression(token.object) && this.functionOf({ file, node: token.object });
    return factory ? this.returned(factory.file, factory.fn, route, depth) : undefined;
  }

  private resolveCall(
    file: SourceFile,
    call: CallExpression,
    route: Route,
    depth: number,
  ): Resolution | undefined {
    const { callee } = call;
    const [first] = call.arguments;
    if (callee.type === 'MemberExpression') {
      const name = memberName(callee);
      if (name === 'freeze' && first && isExpression(first)) {
        return this.resolve({ file, node: first }, route, depth + 1);
      }
      if ((name === 'get' || name === 'getOrThrow') && first?.type === 'StringLiteral') {
        return this.registered(first.value, route, depth);
      }
      const isPromise = callee.object.type === 'Identifier' && callee.object.name === 'Promise';
      if (name === 'resolve' && isPromise && first && isExpression(first))
        return this.resolve({ file, node: first }, route, depth + 1);
    }
    const factory = isExpression(callee) && this.functionOf({ file, node: callee });
    return factory ? this.returned(factory.file, factory.fn, route, depth) : undefined;
  }

  /** `config.streaming`, where `config` is a literal that can be seen. */
  private resolveMember(
    file: SourceFile,
    node: MemberExpression,
    route: Route,
    depth: number,
  ): Resolution | undefined {
    const name = memberName(node);
    if (!isExpression(node.object)) return undefined;
    if (name === undefined)
      return node.computed ? this.valuesOf({ file, node: node.object }, route, depth) : undefined;
    const exported = this.exportOfModule(file, node.object, name);
    if (exported !== undefined) return this.resolveTarget(exported, route, depth);
    const member = classMember(this.symbols, file, node);
    const value = member && propertyValue(member);
    if (value) return this.resolve({ file: member.file, node: value }, route, depth + 1);
    const object = this.resolve({ file, node: node.object }, {}, depth + 1);
    if (object.unresolved.length > 0) return undefined;
    const found: Resolution[] = [];
    for (const site of object.sites) {
      const value = propertyOf(site.node, name);
      if (value === undefined) return undefined;
      const types = site.types?.map((type) => ({ ...type, path: [...type.path, name] })) ?? [];
      found.push(
        this.resolve({ file: site.file, node: value }, withTypes(route, types), depth + 1),
      );
    }
    return joinResolutions(found);
  }

  /** Any of the values of an object: `byStage[stage]`. */
  valuesOf(value: Value, route: Route = {}, depth = 0): Resolution {
    const { sites, unresolved } = this.resolve(value, {}, depth + 1);
    const found = sites.flatMap(({ file, node, types = [] }) =>
      node.properties.map((member) => {
        const key = member.type === 'ObjectProperty' ? keyOf(member) : undefined;
        if (member.type !== 'ObjectProperty' || key === undefined || !isExpression(member.value))
          return { sites: [], unresolved: [value] };
        const inner = types.map((type) => ({ ...type, path: [...type.path, key] }));
        return this.resolve({ file, node: member.value }, withTypes(route, inner), depth + 1);
      }),
    );
    return { ...joinResolutions([{ sites: [], unresolved }, ...found]), isOptional: true };
  }

  /** The configuration that `registerAs` gives a name, wherever it is. */
  private registered(name: string, route: Route, depth: number): Resolution | undefined {
    for (const path of this.paths) {
      if (!this.sources.text(path).includes('registerAs')) continue;
      const file = this.sources.file(path);
      const call = file && findCall(file, (node) => this.isRegistration(node, name));
      const factory = call && this.functionOf({ file, node: call });
      if (factory) return this.returned(factory.file, factory.fn, route, depth);
    }
    return undefined;
  }

  private isRegistration(call: CallExpression, name: string): boolean {
    const [token] = call.arguments;
    return (
      this.isNamed(call, 'registerAs') && token?.type === 'StringLiteral' && token.value === name
    );
  }

  private isNamed({ callee }: CallExpression, name: string): boolean {
    return callee.type === 'Identifier' && callee.name === name;
  }
}
