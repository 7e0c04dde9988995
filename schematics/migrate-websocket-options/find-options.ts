import type { SourceFile } from '../core/source-file.js';
import type { Symbols } from '../core/symbols.js';
import { type CallExpression, isKind, memberName, type Node, walk } from '../core/syntax.js';
import type { OptionValues } from './option-values.js';
import { AsyncOptions } from './async-options.js';
import { RENAMED_EXPORTS } from './legacy-exports.js';
import { isOptionsToken } from './options-token.js';
import { isTestFile } from './test-files.js';
import { packageExport } from './package-exports.js';
import { type OptionRoot, TypedOptions } from './typed-options.js';
import { isExpression, isMember, propertyOf } from './value-nodes.js';

/** A call of `forRoot` or `forRootAsync`. */
export interface ModuleCall {
  readonly file: SourceFile;
  readonly node: CallExpression;
}

/** Finds module options: arguments of the module's factories, and values with the options' type. */
export class OptionFinder {
  readonly asyncOptions: AsyncOptions;
  private readonly typed: TypedOptions;
  /** The calls that configure the module. */
  readonly calls: ModuleCall[] = [];

  constructor(
    private readonly symbols: Symbols,
    private readonly values: OptionValues,
  ) {
    this.asyncOptions = new AsyncOptions(symbols, values);
    this.typed = new TypedOptions(symbols, values);
  }

  find(file: SourceFile): OptionRoot[] {
    const roots: OptionRoot[] = [];
    walk(file.program, (node) => {
      const found = isCall(node)
        ? [
            ...this.fromCall(file, node),
            ...this.fromOverride(file, node),
            ...this.typed.fromArguments(file, node),
          ]
        : [...this.typed.fromType(file, node), ...this.fromProvider(file, node)];
      roots.push(...found);
    });
    return [...roots, ...this.typed.documented(file)];
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
}

/** In a class that extends the module, `super` and `this` are the module. */
function ownerOfCall(file: SourceFile, object: Node): Node {
  if (!/^(Super|ThisExpression)$/.test(object.type)) return object;
  let owner = file.parentOf(object);
  while (owner && !isKind(owner, 'ClassDeclaration')) owner = file.parentOf(owner);
  return owner?.superClass ?? object;
}

function isCall(node: Node): node is CallExpression {
  return /^(Optional)?CallExpression$/.test(node.type);
}
