import type { ObjectExpression } from '../core/syntax.js';
import type { OptionLevel } from './find-options.js';
import type { MigrationContext } from './migration-context.js';
import type { ObjectSite } from './resolution.js';

/** By literal: the present keys into which its legacy ones must not be merged. */
export type Conflicts = Map<ObjectExpression, Set<string>>;

/** Legacy keys, and the present key that they become part of. */
interface Merge {
  readonly legacy: readonly string[];
  readonly current: string;
}

const MERGES: Readonly<Record<OptionLevel, readonly Merge[]>> = {
  module: [
    { legacy: ['websocket', 'enabled'], current: 'gateway' },
    { legacy: ['defaultBufferSize'], current: 'log' },
  ],
  gateway: [
    { legacy: ['websocket'], current: 'websocket' },
    { legacy: ['auth'], current: 'authentication' },
  ],
};

/**
 * Finds where `{ ...a, ...b, own }` keeps a legacy key from being merged: spreading replaces a whole
 * key, and so would drop what another part contributed under the same new key.
 */
export function findConflicts(
  context: MigrationContext,
  level: OptionLevel,
  site: ObjectSite,
  conflicts: Conflicts,
): void {
  const parts = partsOf(context, site);
  for (const merge of MERGES[level]) {
    if (
      parts === undefined
        ? context.edit(site).unknownMembers.length > 0
        : isUnsafe(context, parts, merge)
    ) {
      for (const part of parts ?? [site]) note(conflicts, part.node, merge.current);
    }
  }
  const gateway = level === 'module' ? context.edit(site).value('gateway') : undefined;
  if (gateway === undefined) return;
  for (const inner of context.values.resolve({ file: site.file, node: gateway }).sites) {
    findConflicts(context, 'gateway', inner, conflicts);
  }
}

/** The literals that make an object, in the order in which they are applied; undefined: not all known. */
function partsOf(context: MigrationContext, site: ObjectSite): readonly ObjectSite[] | undefined {
  const parts: ObjectSite[] = [];
  for (const member of context.edit(site).unknownMembers) {
    if (member.type !== 'SpreadElement') return undefined;
    const { sites, unresolved } = context.values.resolve({
      file: site.file,
      node: member.argument,
    });
    if (unresolved.length > 0) return undefined;
    for (const spread of sites) {
      const inner = partsOf(context, spread);
      if (inner === undefined) return undefined;
      parts.push(...inner);
    }
  }
  return [...parts, site];
}

/** Safe when only one kind of key is used, or the part that is applied last has both. */
function isUnsafe(
  context: MigrationContext,
  parts: readonly ObjectSite[],
  { legacy, current }: Merge,
): boolean {
  const kinds = parts.map((part) => {
    const edit = context.edit(part);
    return { legacy: legacy.some((key) => edit.has(key)), current: edit.has(current) };
  });
  const used = kinds.filter((kind) => kind.legacy || kind.current);
  const last = used.pop();
  if (last === undefined || !(last.legacy || used.some((kind) => kind.legacy))) return false;
  if (legacy.includes(current)) return used.length > 0;
  if (last.legacy && last.current) return false;
  return used.some((kind) => (last.legacy ? kind.current : kind.legacy));
}

function note(conflicts: Conflicts, node: ObjectExpression, key: string): void {
  const known = conflicts.get(node) ?? new Set();
  conflicts.set(node, known.add(key));
}
