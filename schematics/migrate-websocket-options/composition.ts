import { keyOf } from '../core/syntax.js';
import type { MigrationContext } from './migration-context.js';
import type { ObjectSite } from './resolution.js';

/** The literals that an object is spread together from, in the order in which they are applied. */
export interface Composition {
  /** The literal itself. */
  readonly own: ObjectSite;
  readonly parts: readonly ObjectSite[];
  /** The keys that it has whatever conditions come to. */
  readonly surely: ReadonlySet<string>;
  /** Whether these are all. */
  readonly isComplete: boolean;
  /** Whether something is spread between the keys of a literal, so that no order is right for all. */
  readonly isMixed: boolean;
}

/** Follows the spreads of a literal. */
export function composition(context: MigrationContext, site: ObjectSite): Composition {
  const { properties } = site.node;
  const before: ObjectSite[] = [];
  const behind: ObjectSite[] = [];
  const surely = new Set(context.edit(site).keys());
  let isComplete = true;
  let isMixed = false;
  const lastNamed = properties.findLastIndex((member) => member.type !== 'SpreadElement');
  const firstNamed = properties.findIndex((member) => member.type !== 'SpreadElement');
  for (const [index, member] of properties.entries()) {
    if (member.type !== 'SpreadElement') {
      isComplete &&= keyOf(member) !== undefined;
      continue;
    }
    if (index > firstNamed && index < lastNamed) isMixed = true;
    const spread = context.values.resolve({ file: site.file, node: member.argument });
    const composed = spread.sites.map((inner) => composition(context, inner));
    isComplete &&= spread.unresolved.length === 0 && composed.every((one) => one.isComplete);
    isMixed ||= composed.some((one) => one.isMixed);
    if (!spread.isOptional) for (const key of sharedKeys(composed)) surely.add(key);
    (index > lastNamed ? behind : before).push(...composed.flatMap(({ parts }) => parts));
  }
  return { own: site, parts: [...before, site, ...behind], surely, isComplete, isMixed };
}

/** The keys that each of several alternatives surely has. */
function sharedKeys([first, ...others]: readonly Composition[]): string[] {
  return [...(first?.surely ?? [])].filter((key) => others.every(({ surely }) => surely.has(key)));
}

/** What the value of a key can be, each with what is spread into it. */
export interface Alternatives {
  readonly compositions: readonly Composition[];
  /** Whether these are all, and all of each is known. */
  readonly isComplete: boolean;
}

/** Follows the value of a key of a literal. */
export function alternativesOf(
  context: MigrationContext,
  site: ObjectSite,
  key: string,
): Alternatives {
  const edit = context.edit(site);
  const value = edit.value(key);
  if (value === undefined) return { compositions: [], isComplete: !edit.has(key) };
  const { sites, unresolved } = context.values.resolve({ file: site.file, node: value });
  const compositions = sites.map((inner) => composition(context, inner));
  const isComplete = unresolved.length === 0 && compositions.every((one) => one.isComplete);
  return { compositions, isComplete };
}
