import type { ObjectEdit } from '../core/object-edit.js';
import type { CallExpression, ObjectExpression } from '../core/syntax.js';
import type { OptionLevel, OptionRoot } from './find-options.js';
import { legacyKeysIn } from './legacy-keys.js';
import type { MigrationContext } from './migration-context.js';
import type { ObjectSite } from './resolution.js';
import { migrateGatewayOptions } from './rules/gateway-options.js';
import { migrateModuleOptions } from './rules/module-options.js';
import { type Conflicts, findConflicts } from './spread-conflicts.js';

/** Plans the edits of every literal that options are made of, each once. */
export class OptionsMigration {
  private readonly visited = new Set<ObjectExpression>();
  private readonly conflicts: Conflicts = new Map();

  constructor(private readonly context: MigrationContext) {}

  /** Conflicts are found for all roots first, since a literal can be part of several. */
  run(roots: readonly OptionRoot[]): void {
    for (const { level, resolution } of roots) {
      for (const site of resolution.sites) findConflicts(this.context, level, site, this.conflicts);
    }
    for (const root of roots) {
      for (const { file, node } of root.resolution.unresolved) {
        this.context.leave(file, node, 'UNRESOLVED_VALUE');
      }
      for (const site of root.resolution.sites) this.migrate(root.level, site);
    }
    this.context.flush();
  }

  private migrate(level: OptionLevel, site: ObjectSite): void {
    if (this.visited.has(site.node)) return;
    this.visited.add(site.node);
    const edit = this.context.edit(site);
    for (const member of edit.unknownMembers) {
      if (member.type === 'SpreadElement')
        this.follow(level, { file: site.file, node: member.argument });
      else this.context.leave(site.file, member, 'UNRESOLVED_VALUE');
    }
    const gateway = level === 'module' ? edit.value('gateway') : undefined;
    if (gateway) this.follow('gateway', { file: site.file, node: gateway });
    if (this.isReadElsewhere(level, site)) return;
    const conflicts = this.conflicts.get(site.node) ?? new Set<string>();
    if (level === 'module') migrateModuleOptions(this.context, edit, conflicts);
    else migrateGatewayOptions(this.context, edit, conflicts);
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
    const reads = [
      ...(site.constant ? references.readsOf(site.constant) : []),
      ...(registered === undefined ? [] : references.pathReadsOf(registered)),
    ].filter(({ key }) => legacy.has(key));
    for (const { file, node } of reads) this.context.leave(file, node, 'READ_ELSEWHERE');
    return reads.length > 0;
  }
}

/** The legacy keys that a literal has. */
function legacyNames(level: OptionLevel, edit: ObjectEdit): ReadonlySet<string> {
  const names =
    level === 'module' ? ['websocket', ...legacyKeysIn('').keys()] : ['websocket', 'auth'];
  return new Set(names.filter((name) => edit.has(name)));
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
