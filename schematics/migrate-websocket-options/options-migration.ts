import type { ObjectEdit } from '../core/object-edit.js';
import { type CallExpression, keyOf, type ObjectExpression } from '../core/syntax.js';
import { composition } from './composition.js';
import { Coverage } from './coverage.js';
import type { OptionLevel, OptionRoot } from './typed-options.js';
import { hasLegacyKeysBelow, legacyKeyAt } from './legacy-keys.js';
import type { MigrationContext } from './migration-context.js';
import type { ObjectSite } from './resolution.js';
import { migrateGatewayOptions } from './rules/gateway-options.js';
import { migrateBufferSize, removeKeysWithoutEffect } from './rules/module-options.js';
import { sayOff } from './rules/settings.js';
import { migrateSwitch } from './rules/switch.js';
import { SilentGateways } from './silent-gateways.js';
import { type Conflicts, findConflicts } from './spread-conflicts.js';

/** Plans the edits of every literal that options are made of, each once. */
export class OptionsMigration {
  private readonly visited = new Set<ObjectExpression>();
  private readonly conflicts: Conflicts = new Map();
  private readonly silent: SilentGateways;

  constructor(private readonly context: MigrationContext) {
    this.silent = new SilentGateways(context);
  }

  /** Conflicts are found for all roots first, since a literal can be part of several. */
  run(found: readonly OptionRoot[]): void {
    // A module says more of a gateway than the type of a constant does.
    const roots = found.toSorted((a, b) => b.level.localeCompare(a.level));
    for (const { level, resolution } of roots) {
      for (const site of resolution.sites) {
        findConflicts(this.context, level, site, this.conflicts);
        this.silent.inspect(level, site);
      }
    }
    for (const root of roots) {
      for (const { file, node } of root.resolution.unresolved) {
        this.context.leave(file, node, 'UNRESOLVED_VALUE');
      }
      for (const site of root.resolution.sites) this.migrateRoot(root.level, site);
    }
    const coverage = new Coverage(this.context);
    for (const { level, resolution } of roots) {
      for (const site of resolution.sites) coverage.review(site, level === 'module' ? '' : level);
    }
  }

  private migrateRoot(level: OptionLevel, site: ObjectSite): void {
    const isKnown = this.visited.has(site.node);
    this.migrate(level, site);
    if (level === 'module' || isKnown || !this.silent.has(site)) return;
    if (!this.context.canChangeKeys(site)) return;
    if (sayOff(this.context, site, composition(this.context, site).parts))
      this.context.leave(site.file, site.node, 'SWITCHED_OFF');
  }

  private migrate(level: OptionLevel, site: ObjectSite): void {
    if (this.visited.has(site.node)) return;
    this.visited.add(site.node);
    const edit = this.context.edit(site);
    for (const member of edit.unknownMembers) {
      if (member.type === 'SpreadElement')
        this.follow(level, { file: site.file, node: member.argument });
      else if (keyOf(member) === undefined)
        this.context.leave(site.file, member, 'UNRESOLVED_VALUE');
      else {
        this.context.leave(site.file, member, 'DUPLICATE_KEY', 'the same key is written twice');
        return;
      }
    }
    const gateway = level === 'module' ? edit.value('gateway') : undefined;
    if (gateway) this.follow('gateway', { file: site.file, node: gateway });
    if (this.isReadElsewhere(level, site)) return;
    if (legacyNames(level, edit).size > 0 && !this.context.canChangeKeys(site)) return;
    const conflicts = this.conflicts.get(site.node) ?? new Set<string>();
    if (level === 'module') {
      migrateSwitch(this.context, this.silent, site, conflicts.has('gateway'));
      migrateBufferSize(this.context, edit, conflicts.has('log'));
      removeKeysWithoutEffect(this.context, edit);
      return;
    }
    migrateGatewayOptions(this.context, site, conflicts);
  }

  private follow(
    level: OptionLevel,
    value: Parameters<MigrationContext['values']['resolve']>[0],
  ): void {
    const { sites, unresolved } = this.context.values.resolve(value);
    for (const { file, node } of unresolved) this.context.leave(file, node, 'UNRESOLVED_VALUE');
    for (const site of sites) this.migrate(level, site);
  }

  private isReadElsewhere(level: OptionLevel, site: ObjectSite): boolean {
    const { references } = this.context;
    const registered = level === 'module' ? registeredName(site) : undefined;
    const legacy = legacyNames(level, this.context.edit(site));
    if (legacy.size === 0) return false;
    const reads = [
      ...references.readsOf(site),
      ...(registered === undefined ? [] : references.pathReadsOf(registered)),
    ].filter(({ key }) => legacy.has(key));
    for (const { file, node } of reads) this.context.leave(file, node, 'READ_ELSEWHERE');
    return reads.length > 0;
  }
}

/** The legacy keys that a literal has. */
function legacyNames(level: OptionLevel, edit: ObjectEdit): ReadonlySet<string> {
  const parent = level === 'module' ? '' : 'gateway.';
  const names = edit.keys().filter((key) => {
    const path = `${parent}${key}`;
    return path === 'websocket' || /^gateway\.(websocket|auth)$/.test(path) || isRow(path);
  });
  return new Set(names);
}

function isRow(path: string): boolean {
  return (
    legacyKeyAt(path) !== undefined &&
    !hasLegacyKeysBelow(path) &&
    !/^gateway\.(cors|compression|rooms)$/.test(path)
  );
}

/** The name under which `registerAs` registers what a literal is returned from. */
function registeredName({ file, node }: ObjectSite): string | undefined {
  for (let owner = file.parentOf(node); owner; owner = file.parentOf(owner)) {
    if (owner.type !== 'CallExpression') continue;
    const { callee, arguments: values } = owner as CallExpression;
    const [name] = values;
    if (
      callee.type === 'Identifier' &&
      callee.name === 'registerAs' &&
      name?.type === 'StringLiteral'
    ) {
      return name.value;
    }
  }
  return undefined;
}
