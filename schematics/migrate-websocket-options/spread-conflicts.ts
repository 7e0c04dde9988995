import type { ObjectExpression } from '../core/syntax.js';
import { type Composition, composition } from './composition.js';
import type { OptionLevel } from './typed-options.js';
import { lastName, legacyKeysIn } from './legacy-keys.js';
import type { MigrationContext } from './migration-context.js';
import type { ObjectSite } from './resolution.js';

/** By literal: the present keys into which its legacy ones must not be merged. */
export type Conflicts = Map<ObjectExpression, Set<string>>;

/** Legacy keys, and the present ones that they become part of. */
interface Merge {
  readonly legacy: readonly string[];
  readonly current: readonly string[];
}

const LIFTED = [...legacyKeysIn('gateway.websocket').values()].map(({ current = '' }) =>
  lastName(current),
);

const MERGES: Readonly<Record<OptionLevel, readonly Merge[]>> = {
  module: [
    { legacy: ['websocket', 'enabled'], current: ['gateway'] },
    { legacy: ['defaultBufferSize', 'bufferSize'], current: ['log'] },
  ],
  gateway: [
    { legacy: ['websocket'], current: ['websocket', ...LIFTED] },
    { legacy: ['auth'], current: ['authentication'] },
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
  const composed = composition(context, site);
  for (const merge of MERGES[level]) {
    if (composed.isComplete && !isUnsafe(context, composed, merge)) continue;
    for (const { node } of composed.parts) note(conflicts, node, merge.current[0]);
  }
  const gateway = level === 'module' ? context.edit(site).value('gateway') : undefined;
  if (gateway === undefined) return;
  for (const inner of context.values.resolve({ file: site.file, node: gateway }).sites) {
    findConflicts(context, 'gateway', inner, conflicts);
  }
}

/** Safe when only one key is used, or the part that is applied last has all. */
function isUnsafe(
  context: MigrationContext,
  { parts, isMixed }: Composition,
  { legacy, current }: Merge,
): boolean {
  if (parts.length < 2) return false;
  const used = parts
    .map((part) => {
      const edit = context.edit(part);
      const has = (keys: readonly string[]): string[] => keys.filter((key) => edit.has(key));
      return { legacy: has(legacy), current: has(current) };
    })
    .filter((part) => part.legacy.length + part.current.length > 0);
  if (used.length < 2 || used.every((part) => part.legacy.length === 0)) return false;
  if (current.some((key) => legacy.includes(key))) return true;
  const all = new Set(used.flatMap((part) => [...part.legacy, ...part.current]));
  const last = used.at(-1);
  const lastHas = new Set([...(last?.legacy ?? []), ...(last?.current ?? [])]);
  return all.size > 1 && (isMixed || [...all].some((key) => !lastHas.has(key)));
}

function note(conflicts: Conflicts, node: ObjectExpression, key = ''): void {
  const known = conflicts.get(node) ?? new Set();
  conflicts.set(node, known.add(key));
}
