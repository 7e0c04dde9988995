import type { SourceFile } from '../core/source-file.js';
import type { SourceTree } from '../core/source-tree.js';
import type { Symbols } from '../core/symbols.js';
import {
  type ClassDeclaration,
  type FunctionLike,
  type Identifier,
  isKind,
  keyOf,
  type Node,
  type VariableDeclarator,
  walk,
} from '../core/syntax.js';
import { type KeyRead, keysReadFrom, keysReadFromMember, memberAt } from './key-reads.js';
import type { ObjectSite } from './resolution.js';

const MAX_DEPTH = 5;

/** Finds who reads the keys of a constant, in all files. */
export class References {
  constructor(
    private readonly sources: SourceTree,
    private readonly symbols: Symbols,
    private readonly paths: readonly string[],
  ) {}

  /** Reads of keys of a literal: by its constant, or where the function that returns it is called. */
  readsOf({ file, node, constant, maker }: ObjectSite): KeyRead[] {
    const { keys, uses } = this.usesOfLiteral(file, node);
    return [
      ...(keys.length > 0 ? uses.flatMap((use) => keysReadFrom(use.file, use.node)) : []),
      ...(constant ? this.readsOfConstant(constant) : []),
      ...(maker ? this.readsOfCalls(file, maker) : []),
      ...keysReadFromMember(this.sources, this.paths, { file, node, maker }),
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
    for (const { file, node } of this.usesOf(name, declaration)) {
      const value = valueAt(file, node);
      if (value === undefined) continue;
      reads.push(...keysReadFrom(file, value));
      const holder = file.parentOf(value);
      if (isKind(holder, 'VariableDeclarator') && holder.init === value)
        reads.push(...this.readsOfConstant(holder, depth + 1));
    }
    return reads;
  }

  /** Where a literal is read from its constant: by its name, or by keys: `environment.streaming`. */
  usesOfLiteral(
    file: SourceFile,
    literal: Node,
  ): { keys: readonly string[]; uses: { file: SourceFile; node: Node }[] } {
    const keys: string[] = [];
    let owner = file.parentOf(literal);
    while (owner && /^(Object(Property|Expression)|TS\w+Expression)$/.test(owner.type)) {
      const key = isKind(owner, 'ObjectProperty') ? keyOf(owner) : undefined;
      if (key !== undefined) keys.unshift(key);
      owner = file.parentOf(owner);
    }
    if (!isKind(owner, 'VariableDeclarator') || owner.id.type !== 'Identifier')
      return { keys, uses: [] };
    const uses = this.usesOf(owner.id.name, owner).flatMap((use) => {
      const node = memberAt(use.file, use.node, keys);
      return node ? [{ file: use.file, node }] : [];
    });
    return { keys, uses };
  }

  /** Where the name of a declaration is used, in all files. */
  usesOf(name: string, declaration: Node): { file: SourceFile; node: Identifier }[] {
    const found: { file: SourceFile; node: Identifier }[] = [];
    for (const path of this.paths) {
      const file = this.sources.text(path).includes(name) ? this.sources.file(path) : undefined;
      if (file === undefined) continue;
      walk(file.program, (node) => {
        if (isKind(node, 'Identifier') && this.isUse(file, node, declaration))
          found.push({ file, node });
      });
    }
    return found;
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

  /** The classes that extend one directly, in all files. */
  heirsOf(base: ClassDeclaration): { file: SourceFile; node: ClassDeclaration }[] {
    const name = base.id?.name;
    const heirs: { file: SourceFile; node: ClassDeclaration }[] = [];
    for (const path of name === undefined ? [] : this.paths) {
      const isHeir = new RegExp(`\\bextends\\s+${name}\\b`).test(this.sources.text(path));
      const file = isHeir ? this.sources.file(path) : undefined;
      if (file === undefined) continue;
      walk(file.program, (node) => {
        if (!isKind(node, 'ClassDeclaration') || node.superClass?.type !== 'Identifier') return;
        const target = this.symbols.resolve(file, node.superClass);
        if (target?.kind === 'local' && target.node === base) heirs.push({ file, node });
      });
    }
    return heirs;
  }

  private isUse(file: SourceFile, node: Identifier, declaration: Node): boolean {
    const parent = file.parentOf(node);
    const isMemberName = parent && 'property' in parent && parent.property === node;
    if (isMemberName || (parent && 'id' in parent && parent.id === node)) return false;
    const target = this.symbols.resolve(file, node);
    return target?.kind === 'local' && target.node === declaration;
  }
}
