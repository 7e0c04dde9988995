import type { SourceFile } from '../core/source-file.js';
import type { SourceTree } from '../core/source-tree.js';
import type { Symbols } from '../core/symbols.js';
import {
  type FunctionLike,
  type Identifier,
  isKind,
  keyOf,
  type MemberExpression,
  memberName,
  type Node,
  type VariableDeclarator,
  walk,
} from '../core/syntax.js';
import type { ObjectSite } from './resolution.js';

const MAX_DEPTH = 5;

/** A place that reads a key of a constant. */
export interface KeyRead {
  readonly file: SourceFile;
  readonly node: Node;
  readonly key: string;
}

/** Finds who reads the keys of a constant, in all files. */
export class References {
  constructor(
    private readonly sources: SourceTree,
    private readonly symbols: Symbols,
    private readonly paths: readonly string[],
  ) {}

  /** Reads of keys of a literal: by its constant, or where the function that returns it is called. */
  readsOf({ file, constant, maker }: ObjectSite): KeyRead[] {
    return [
      ...(constant ? this.readsOfConstant(constant) : []),
      ...(maker ? this.readsOfCalls(file, maker) : []),
    ];
  }

  /** `name.key` and `const { key } = name`. */
  private readsOfConstant(constant: VariableDeclarator, depth = 0): KeyRead[] {
    if (constant.id.type !== 'Identifier' || depth > MAX_DEPTH) return [];
    return this.uses(constant.id.name, constant, depth, (_file, node) => node);
  }

  /** `name().key` and `const { key } = name()`. */
  private readsOfCalls(file: SourceFile, maker: FunctionLike): KeyRead[] {
    const holder = file.parentOf(maker);
    const declaration = isKind(holder, 'VariableDeclarator') ? holder : maker;
    const id = 'id' in declaration ? declaration.id : undefined;
    if (id?.type !== 'Identifier') return [];
    return this.uses(id.name, declaration, 0, (from, node) => {
      const call = from.parentOf(node);
      return isKind(call, 'CallExpression') && call.callee === node ? call : undefined;
    });
  }

  private uses(
    name: string,
    declaration: Node,
    depth: number,
    valueAt: (file: SourceFile, node: Node) => Node | undefined,
  ): KeyRead[] {
    const reads: KeyRead[] = [];
    for (const path of this.paths) {
      const file = this.sources.text(path).includes(name) ? this.sources.file(path) : undefined;
      if (file === undefined) continue;
      walk(file.program, (node) => {
        if (node.type !== 'Identifier' || !this.isUse(file, node as Identifier, declaration))
          return;
        const value = valueAt(file, node);
        if (value === undefined) return;
        reads.push(...keysReadFrom(file, value));
        const holder = file.parentOf(value);
        if (isKind(holder, 'VariableDeclarator') && holder.init === value)
          reads.push(...this.readsOfConstant(holder, depth + 1));
      });
    }
    return reads;
  }

  /** Reads by path, `config.get('name.key')`, of a configuration that `registerAs` named. */
  pathReadsOf(name: string): KeyRead[] {
    const reads: KeyRead[] = [];
    for (const path of this.paths) {
      const file = this.sources.text(path).includes(`${name}.`)
        ? this.sources.file(path)
        : undefined;
      if (file === undefined) continue;
      walk(file.program, (node) => {
        if (node.type !== 'StringLiteral' || !('value' in node)) return;
        const [root, key] = String(node.value).split('.');
        if (root === name && key !== undefined) reads.push({ file, node, key });
      });
    }
    return reads;
  }

  private isUse(file: SourceFile, node: Identifier, declaration: Node): boolean {
    const parent = file.parentOf(node);
    const isMemberName = parent && 'property' in parent && parent.property === node;
    if (isMemberName || (parent && 'id' in parent && parent.id === node)) return false;
    const target = this.symbols.resolve(file, node);
    return target?.kind === 'local' && target.node === declaration;
  }
}

function keysReadFrom(file: SourceFile, node: Node): KeyRead[] {
  const parent = file.parentOf(node);
  if (parent === undefined) return [];
  if (/^(Optional)?MemberExpression$/.test(parent.type)) {
    const key = memberName(parent as MemberExpression);
    return key === undefined ? [] : [{ file, node: parent, key }];
  }
  const pattern =
    parent.type === 'VariableDeclarator' ? (parent as VariableDeclarator).id : undefined;
  if (pattern?.type !== 'ObjectPattern') return [];
  return pattern.properties.flatMap((property) => {
    const key = property.type === 'ObjectProperty' ? keyOf(property) : undefined;
    return key === undefined ? [] : [{ file, node: property, key }];
  });
}
