import { walkUses } from '../../core/name-uses.js';
import type { SourceFile } from '../../core/source-file.js';
import {
  type ClassDeclaration,
  type Identifier,
  isKind,
  keyOf,
  type MemberExpression,
  memberName,
  type Node,
  walk,
} from '../../core/syntax.js';
import { composition } from '../composition.js';
import { currentPathOf, isLegacyPath } from '../legacy-paths.js';
import type { OptionRoot } from '../typed-options.js';
import type { MigrationContext } from '../migration-context.js';
import { isTestFile } from '../test-files.js';
import { isMember } from '../value-nodes.js';
import { optionHolders } from './option-holders.js';

/** Expressions that hand on what is in them. */
const TRANSPARENT =
  /^(TSAsExpression|TSSatisfiesExpression|TSNonNullExpression|TSTypeAssertion|ParenthesizedExpression|AwaitExpression)$/;

/** Reports code that reads options, injected or typed, by their legacy keys. */
export function reviewOptionReads(
  context: MigrationContext,
  files: readonly SourceFile[],
  roots: readonly OptionRoot[],
): void {
  if (files.some((file) => !isTestFile(file.path) && providesOptions(file))) return;
  const reads = new OptionReads(context);
  for (const file of files) {
    for (const { node, path } of optionHolders(context, file)) reads.follow(file, node, path);
  }
  for (const { level, resolution } of roots) {
    const literals = resolution.sites.flatMap((site) => composition(context, site).parts);
    for (const { file, node } of literals)
      reads.followLiteral(file, node, level === 'module' ? '' : level);
  }
}

/** `{ provide: 'STREAMING_OPTIONS' }`: the project gives them itself. */
function providesOptions(file: SourceFile): boolean {
  let found = false;
  walk(file.program, (node) => {
    if (!isKind(node, 'ObjectProperty') || keyOf(node) !== 'provide') return;
    found ||= /^['"]?STREAMING_OPTIONS['"]?$/.test(file.textOf(node.value));
  });
  return found;
}

/** Follows options from what holds them to the keys that are read. */
class OptionReads {
  private readonly seen = new Set<Node>();

  constructor(private readonly context: MigrationContext) {}

  /** Follows what is declared to hold options: a pattern, a class member, a type; else an expression. */
  follow(file: SourceFile, node: Node, path: string): void {
    if (this.seen.has(node)) return;
    this.seen.add(node);
    const { key, left, parameter } = node as Node & Readonly<Record<string, Node>>;
    if (node.type === 'TSParameterProperty' && parameter) this.follow(file, parameter, path);
    else if (node.type === 'AssignmentPattern' && left) this.follow(file, left, path);
    else if (node.type === 'ObjectPattern') this.followPattern(file, node, path);
    else if (node.type === 'TSIndexedAccessType') this.followType(file, node, path);
    else if (isKind(node, 'Identifier')) this.followName(file, node, path);
    else if (/^Class(Private)?(Property|Method)$/.test(node.type) && key)
      this.followField(file, node, file.textOf(key), path);
    else if (isKind(node, 'FunctionDeclaration') && node.id)
      this.followUses(file, scopeOf(file, node), node.id, path);
    else this.followValue(file, node, path);
  }

  /** A literal of options, from the constant that it is all of, or a part of. */
  followLiteral(file: SourceFile, literal: Node, path: string): void {
    for (const use of this.context.references.usesOfLiteral(file, literal).uses)
      this.followValue(use.file, use.node, path);
  }

  /** A parameter or a constant. */
  private followName(file: SourceFile, declared: Identifier, path: string): void {
    this.followUses(file, scopeOf(file, declared), declared, path);
    const owner = file.parentOf(declared);
    if (owner?.type === 'TSParameterProperty') this.followField(file, owner, declared.name, path);
  }

  private followUses(
    file: SourceFile,
    scope: Node | undefined,
    declared: Identifier,
    path: string,
  ): void {
    if (scope === undefined) return;
    walkUses(file, scope, declared.name, (use) => {
      if (use !== declared) this.followValue(file, use, path);
    });
  }

  /** `this.name`, in the class that has the member and in those that extend it. */
  private followField(file: SourceFile, member: Node, name: string, path: string): void {
    let owner = file.parentOf(member);
    while (owner && !isKind(owner, 'ClassDeclaration')) owner = file.parentOf(owner);
    if (owner) this.followClass(file, owner, name, path);
  }

  private followClass(file: SourceFile, owner: ClassDeclaration, name: string, path: string): void {
    walk(owner.body, (node) => {
      if (isMember(node) && fieldOf(file, node) === name) this.followValue(file, node, path);
    });
    for (const heir of this.context.references.heirsOf(owner))
      this.followClass(heir.file, heir.node, name, path);
  }

  private followPattern(file: SourceFile, pattern: Node, path: string): void {
    const { properties } = pattern as Node & { readonly properties: readonly Node[] };
    for (const property of properties) {
      if (!isKind(property, 'ObjectProperty')) continue;
      const key = keyOf(property);
      if (key === undefined) continue;
      const inner = join(path, key);
      const value = property.value as Node;
      if (isLegacyPath(inner) && value.type !== 'ObjectPattern') this.report(file, property, inner);
      else this.follow(file, value, inner);
    }
  }

  private followType(file: SourceFile, node: Node, path: string): void {
    const { indexType } = node as Node & {
      readonly indexType: Node & { literal?: { value?: unknown } };
    };
    const key = indexType.literal?.value;
    if (typeof key !== 'string') return;
    const inner = join(path, key);
    const outer = file.parentOf(node);
    if (outer?.type === 'TSIndexedAccessType') this.follow(file, outer, inner);
    else if (isLegacyPath(inner)) this.report(file, node, inner);
  }

  /** An expression whose value is options, or a part of them. */
  private followValue(file: SourceFile, node: Node, path: string): void {
    const parent = file.parentOf(node);
    if (parent === undefined) return;
    if (isMember(parent) && parent.object === node) {
      const key = memberName(parent);
      if (key !== undefined) this.followMember(file, parent, join(path, key));
    } else if (isKind(parent, 'CallExpression') && parent.callee === node)
      this.followValue(file, parent, path);
    else if (handsOn(parent, node)) this.followValue(file, parent, path);
    else if (isKind(parent, 'VariableDeclarator') && parent.init === node)
      this.follow(file, parent.id, path);
    else if (isKind(parent, 'ClassProperty') && parent.value === node)
      this.follow(file, parent, path);
    else if (isKind(parent, 'AssignmentExpression') && parent.right === node)
      this.followAssigned(file, parent.left, path);
  }

  /** `this.options = options`. */
  private followAssigned(file: SourceFile, target: Node, path: string): void {
    const name = isMember(target) ? fieldOf(file, target) : undefined;
    if (name !== undefined) this.followField(file, target, name, path);
  }

  private followMember(file: SourceFile, member: Node, path: string): void {
    const outer = file.parentOf(member);
    const goesOn = isMember(outer) && outer.object === member;
    const next = goesOn ? memberName(outer) : undefined;
    const isDeeper = next !== undefined && isLegacyPath(join(path, next));
    if (isLegacyPath(path) && !isDeeper) this.report(file, member, path);
    else this.followValue(file, member, path);
  }

  private report(file: SourceFile, node: Node, path: string): void {
    for (
      let inner: Node | undefined = node;
      inner;
      inner = isMember(inner) ? inner.object : undefined
    )
      if (this.context.isLeft(inner)) return;
    const current = currentPathOf(path);
    const detail =
      current === undefined ? `\`${path}\` is gone` : `\`${path}\` is \`${current}\` now`;
    this.context.leave(file, node, 'LEGACY_ACCESS', detail);
  }
}

function join(parent: string, key: string): string {
  return parent === '' ? key : `${parent}.${key}`;
}

/** `name` of `this.name`, with the `#` of a private one. */
function fieldOf(file: SourceFile, member: MemberExpression): string | undefined {
  if (member.object.type !== 'ThisExpression') return undefined;
  return memberName(member) ?? (member.computed ? undefined : file.textOf(member.property));
}

/** Whether the value of an expression can be that of a part. */
function handsOn(outer: Node, part: Node): boolean {
  if (isKind(outer, 'LogicalExpression')) return outer.operator !== '&&' || outer.right === part;
  if (isKind(outer, 'ConditionalExpression')) return outer.test !== part;
  return TRANSPARENT.test(outer.type);
}

/** Where a declared name can be used. What a type declares is not used anywhere. */
function scopeOf(file: SourceFile, declared: Node): Node | undefined {
  for (let owner = file.parentOf(declared); owner; owner = file.parentOf(owner)) {
    if (/^TS(?!ParameterProperty)/.test(owner.type)) return undefined;
    if ('params' in owner || /^(BlockStatement|Program)$/.test(owner.type)) return owner;
  }
  return undefined;
}
