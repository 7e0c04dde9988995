import type { SourceFile } from '../core/source-file.js';
import type { Symbols } from '../core/symbols.js';
import {
  type Expression,
  isKind,
  keyOf,
  memberName,
  type Node,
  type ObjectMember,
} from '../core/syntax.js';
import type { OptionValues } from './option-values.js';
import { joinResolutions, NOTHING, type Resolution, type Value } from './resolution.js';
import { isExpression } from './value-nodes.js';

/** The method with which a class makes options, whatever it was called in old versions. */
const FACTORY_METHOD = /^create\w*Options$/;

/** Follows the argument of `forRootAsync` to the options that its factory or class makes. */
export class AsyncOptions {
  constructor(
    private readonly symbols: Symbols,
    private readonly values: OptionValues,
  ) {}

  resolve(value: Value): Resolution {
    const provided = this.fromProvider(value);
    if (provided) return provided;
    const { sites, unresolved } = this.values.resolve(value);
    const made = sites.flatMap(({ file, node }) =>
      node.properties.map((member) => this.fromMember(file, member)),
    );
    return joinResolutions([{ sites: [], unresolved }, ...made]);
  }

  private fromMember(file: SourceFile, member: ObjectMember): Resolution {
    if (member.type === 'SpreadElement') return this.resolve({ file, node: member.argument });
    const key = keyOf(member);
    if (key === 'useFactory' && member.type === 'ObjectMethod') {
      return this.values.returned(file, member);
    }
    if (member.type === 'ObjectMethod' || !isExpression(member.value)) return NOTHING;
    const value = { file, node: member.value };
    if (key === 'useFactory') return this.fromFactory(value);
    return key === 'useClass' || key === 'useExisting' ? this.fromClass(value) : NOTHING;
  }

  private fromFactory(value: Value): Resolution {
    const factory = this.values.functionOf(value);
    return factory
      ? this.values.returned(factory.file, factory.fn)
      : { sites: [], unresolved: [value] };
  }

  private fromClass(value: Value): Resolution {
    const unresolved: Resolution = { sites: [], unresolved: [value] };
    const { file, node } = value;
    const target = node.type === 'Identifier' ? this.symbols.resolve(file, node) : undefined;
    if (target?.kind !== 'local' || !isKind(target.node, 'ClassDeclaration')) return unresolved;
    const { body, superClass } = target.node;
    const made = body.body.flatMap((member) => this.fromClassMember(target.file, member));
    if (made.length > 0) return joinResolutions(made);
    return superClass ? this.fromClass({ file: target.file, node: superClass }) : unresolved;
  }

  private fromClassMember(file: SourceFile, member: Node): Resolution[] {
    const { key, value } = member as { readonly key?: Node; readonly value?: Expression | null };
    if (!isKind(key, 'Identifier') || !FACTORY_METHOD.test(key.name)) return [];
    if (isKind(member, 'ClassMethod')) return [this.values.returned(file, member)];
    return isKind(member, 'ClassProperty') && value
      ? [this.fromFactory({ file, node: value })]
      : [];
  }

  /** `registeredConfig.asProvider()`. */
  private fromProvider({ file, node }: Value): Resolution | undefined {
    const callee: Expression | undefined =
      node.type === 'CallExpression' && isExpression(node.callee) ? node.callee : undefined;
    if (callee?.type !== 'MemberExpression' || memberName(callee) !== 'asProvider')
      return undefined;
    if (!isExpression(callee.object)) return undefined;
    const factory = this.values.functionOf({ file, node: callee.object });
    return factory && this.values.returned(factory.file, factory.fn);
  }
}
