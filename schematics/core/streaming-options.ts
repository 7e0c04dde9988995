import { ObjectEdit } from './object-edit.js';
import type { SourceFile } from './source-file.js';
import type { SourceTree } from './source-tree.js';
import { PACKAGE } from './package-name.js';
import { isClass, type StreamingModuleCall } from './streaming-module.js';
import { Symbols } from './symbols.js';
import {
  type Expression,
  isKind,
  type Node,
  type ObjectExpression,
  withoutTypes,
} from './syntax.js';

/** An expression, and the file that it is written in. */
export interface Located<T extends Expression = Expression> {
  readonly file: SourceFile;
  readonly node: T;
}

/** Reads the options that a call gives to the module, as far as they are written in place. */
export class StreamingOptions {
  private readonly symbols: Symbols;

  constructor(
    sources: SourceTree,
    readonly call: StreamingModuleCall,
  ) {
    this.symbols = new Symbols(sources);
  }

  /** The object literal of the `gateway` options; undefined when there is none to be seen. */
  get gateway(): Located<ObjectExpression> | undefined {
    const options = this.options;
    return options && this.literal(this.member(options, 'gateway'));
  }

  /** The value of a gateway option. */
  gatewayOption(key: string): Located | undefined {
    return this.gateway && this.member(this.gateway, key);
  }

  /** Whether clients have to authenticate; undefined when that cannot be seen. */
  get isAuthenticated(): boolean | undefined {
    const { options, gateway } = this;
    if (options === undefined) return undefined;
    if (gateway === undefined)
      return this.member(options, 'gateway') === undefined ? false : undefined;
    const value = this.gatewayOption('authentication')?.node;
    if (value === undefined)
      return new ObjectEdit(gateway.file, gateway.node).unknownMembers.length > 0;
    return !(value.type === 'BooleanLiteral' && !value.value);
  }

  /** Whether an expression in the gateway options is a class of this package. */
  isPackageClass(node: Node, name: string): boolean {
    const { gateway } = this;
    return (
      gateway !== undefined &&
      isClass(this.symbols, gateway.file, node, { specifier: PACKAGE, name })
    );
  }

  private get options(): Located<ObjectExpression> | undefined {
    const { file, call, method } = this.call;
    const [argument] = call.arguments;
    if (argument === undefined) return undefined;
    const given = this.literal({ file, node: argument as Expression });
    if (method === 'forRoot' || given === undefined) return given;
    const factory = new ObjectEdit(given.file, given.node).member('useFactory');
    const made = factory && returned(factory.type === 'ObjectMethod' ? factory : factory.value);
    return made && this.literal({ file: given.file, node: made });
  }

  private member({ file, node }: Located<ObjectExpression>, key: string): Located | undefined {
    const value = new ObjectEdit(file, node).value(key);
    return value && { file, node: withoutTypes(value) };
  }

  /** The object literal that an expression is, or the constant that it names has. */
  private literal(located: Located | undefined): Located<ObjectExpression> | undefined {
    if (located === undefined) return undefined;
    const node = withoutTypes(located.node);
    if (node.type === 'ObjectExpression') return { file: located.file, node };
    const target = isKind(node, 'Identifier')
      ? this.symbols.resolve(located.file, node)
      : undefined;
    if (target?.kind !== 'local' || !isKind(target.node, 'VariableDeclarator')) return undefined;
    const { init } = target.node;
    return init && init !== node ? this.literal({ file: target.file, node: init }) : undefined;
  }
}

/** What a function returns, if it does nothing else. */
function returned(node: Node): Expression | undefined {
  if (!('body' in node)) return undefined;
  const body = node.body as Node;
  if (body.type !== 'BlockStatement') return withoutTypes(body as Expression);
  const returns = (body as unknown as { body: Node[] }).body.filter((statement) =>
    isKind(statement, 'ReturnStatement'),
  );
  const [only] = returns;
  return returns.length === 1 ? (only?.argument ?? undefined) : undefined;
}
