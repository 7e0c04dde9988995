import type { SourceFile } from '../core/source-file.js';
import type { SourceTree } from '../core/source-tree.js';
import type { Symbols } from '../core/symbols.js';
import {
  type Identifier,
  keyOf,
  type MemberExpression,
  memberName,
  type Node,
  type VariableDeclarator,
  walk,
} from '../core/syntax.js';

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

  /** Reads of keys of a constant: `name.key` and `const { key } = name`. */
  readsOf(constant: VariableDeclarator): KeyRead[] {
    if (constant.id.type !== 'Identifier') return [];
    const { name } = constant.id;
    const reads: KeyRead[] = [];
    for (const path of this.paths) {
      const file = this.sources.text(path).includes(name) ? this.sources.file(path) : undefined;
      if (file === undefined) continue;
      walk(file.program, (node) => {
        if (node.type !== 'Identifier' || !this.isConstant(file, node as Identifier, constant))
          return;
        reads.push(...keysReadFrom(file, node));
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

  private isConstant(file: SourceFile, node: Identifier, constant: VariableDeclarator): boolean {
    const parent = file.parentOf(node);
    const isMemberName = parent && 'property' in parent && parent.property === node;
    if (isMemberName || (parent && 'id' in parent && parent.id === node)) return false;
    const target = this.symbols.resolve(file, node);
    return target?.kind === 'local' && target.node === constant;
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
