import type { SourceFile } from '../core/source-file.js';
import {
  isKind,
  keyOf,
  type MemberExpression,
  memberName,
  type Node,
  type VariableDeclarator,
  walk,
} from '../core/syntax.js';
import type { SourceTree } from '../core/source-tree.js';
import type { ObjectSite } from './resolution.js';
import { isMember } from './value-nodes.js';

/** A place that reads a key of a constant. */
export interface KeyRead {
  readonly file: SourceFile;
  readonly node: Node;
  readonly key: string;
}

/** The expression that reads a path of keys from one. */
export function memberAt(file: SourceFile, node: Node, keys: readonly string[]): Node | undefined {
  let part = node;
  for (const key of keys) {
    const parent = file.parentOf(part);
    const member = isMember(parent) ? parent : undefined;
    if (member?.object !== part || memberName(member) !== key) return undefined;
    part = member;
  }
  return part;
}

/** The keys that are read from the value of an expression, in place. */
export function keysReadFrom(file: SourceFile, node: Node): KeyRead[] {
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

/**
 * Reads of keys of a literal that a member of a class or object holds or returns. They are found by the
 * name of the member, whatever has it.
 */
export function keysReadFromMember(
  sources: SourceTree,
  paths: readonly string[],
  { file, node, maker }: ObjectSite,
): KeyRead[] {
  const { keys, name } = memberOf(file, maker ?? node);
  if (name === undefined) return [];
  return paths.flatMap((path) => {
    const user = sources.text(path).includes(name) ? sources.file(path) : undefined;
    const reads: KeyRead[] = [];
    if (user === undefined) return reads;
    walk(user.program, (use) => {
      if (!isMember(use) || memberName(use) !== name) return;
      const value = maker ? callOf(user, use) : use;
      const read = value && memberAt(user, value, keys);
      if (read) reads.push(...keysReadFrom(user, read));
    });
    return reads;
  });
}

/** The member that holds a literal, and the keys that lead from its value to the literal. */
function memberOf(
  file: SourceFile,
  node: Node,
): { readonly keys: readonly string[]; readonly name: string | undefined } {
  const keys: string[] = [];
  let owner: Node | undefined = node;
  while (owner && !/^(Class(Private)?(Method|Property)|ObjectMethod)$/.test(owner.type)) {
    if (owner !== node && !/^(Object(Property|Expression)|TS\w+Expression)$/.test(owner.type))
      return { keys, name: undefined };
    const key = isKind(owner, 'ObjectProperty') ? keyOf(owner) : undefined;
    if (key !== undefined) keys.unshift(key);
    owner = file.parentOf(owner);
  }
  const { key } = (owner ?? {}) as { readonly key?: Node };
  return { keys, name: isKind(key, 'Identifier') ? key.name : undefined };
}

function callOf(file: SourceFile, node: Node): Node | undefined {
  const call = file.parentOf(node);
  return isKind(call, 'CallExpression') && call.callee === node ? call : undefined;
}
