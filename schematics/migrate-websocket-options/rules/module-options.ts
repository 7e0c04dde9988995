import type { NamedMember, ObjectEdit } from '../../core/object-edit.js';
import type { SourceFile } from '../../core/source-file.js';
import { type Expression, rangeOf, withoutTypes } from '../../core/syntax.js';
import { legacyKeysIn } from '../legacy-keys.js';
import type { MigrationContext } from '../migration-context.js';
import type { ObjectSite } from '../resolution.js';
import { isLiteral, isNeverNullish, operand } from '../../core/expressions.js';
import { mergeSwitchIntoGateway } from './merge-switch.js';

/** Rewrites the legacy keys of one literal of module options. */
export function migrateModuleOptions(
  context: MigrationContext,
  edit: ObjectEdit,
  conflicts: ReadonlySet<string>,
): void {
  migrateSwitch(context, edit, conflicts.has('gateway'));
  const bufferSize = edit.member('defaultBufferSize');
  if (bufferSize) migrateBufferSize(context, edit, bufferSize, conflicts.has('log'));
  for (const [key, { fate }] of legacyKeysIn('')) {
    const member = edit.member(key);
    if (member === undefined) continue;
    if (fate === 'reported') context.leave(edit.file, member, 'NO_EFFECT');
    if (fate !== 'removed') continue;
    context.report.changed(edit.file, member, `${key}: removed, it has no effect`);
    edit.remove(member);
  }
}

/** `websocket`, or the bare `enabled` that means the same, becomes part of `gateway`. */
function migrateSwitch(context: MigrationContext, edit: ObjectEdit, conflict: boolean): void {
  const websocket = edit.member('websocket');
  const enabled = edit.member('enabled');
  const member = websocket ?? enabled;
  if (member === undefined) return;
  if (conflict) context.leave(edit.file, member, 'CHANGED_BY_SPREAD');
  else if (websocket && enabled) context.leave(edit.file, enabled, 'DUPLICATE_KEY');
  else if (edit.member('gateway')) mergeSwitchIntoGateway(context, edit, member);
  else if (websocket) renameWebsocket(context, edit, websocket);
  else wrapEnabled(context, edit, member);
}

/** Without a `gateway`, `websocket` has the keys that a gateway has and needs only its name. */
function renameWebsocket(context: MigrationContext, edit: ObjectEdit, member: NamedMember): void {
  const { file } = edit;
  const value = edit.value('websocket');
  const resolution = value && context.values.resolve({ file, node: value });
  if (resolution === undefined || resolution.unresolved.length > 0) {
    context.leave(file, member, 'UNRESOLVED_VALUE');
    return;
  }
  edit.rename(member, 'gateway');
  context.report.changed(file, member, 'websocket -> gateway');
  for (const site of resolution.sites) settleEnabled(context, site);
}

/** A gateway is on unless it says otherwise; `websocket` was off unless it said otherwise. */
function settleEnabled(context: MigrationContext, site: ObjectSite): void {
  const inner = context.edit(site);
  const enabled = inner.member('enabled');
  const value = inner.value('enabled');
  if (inner.keys().length === 0) inner.append('enabled', 'false');
  if (!enabled || !value) return;
  if (isLiteral(value, true)) {
    if (site.constant) return;
    inner.remove(enabled);
    context.report.changed(site.file, enabled, 'websocket.enabled: true removed, a gateway is on');
  } else if (!inner.has('port')) offByDefault(site.file, value);
}

/** An undefined switch was off. With a port beside it, the gateway is on either way. */
function offByDefault(file: SourceFile, value: Expression): void {
  if (isNeverNullish(value)) return;
  const { start, end } = rangeOf(value);
  file.edits.replace(start, end, `${operand(value, file.textOf(value))} ?? false`);
}

function wrapEnabled(context: MigrationContext, edit: ObjectEdit, member: NamedMember): void {
  const { file } = edit;
  const value = edit.value('enabled');
  if (value === undefined) return;
  const { start, end } = rangeOf(value);
  edit.rename(member, 'gateway');
  if (isLiteral(value, true)) {
    file.edits.replace(start, end, '{}');
  } else {
    file.edits.insert(start, '{ enabled: ');
    offByDefault(file, value);
    file.edits.insert(end, ' }');
  }
  context.report.changed(file, member, 'enabled -> gateway.enabled');
}

function migrateBufferSize(
  context: MigrationContext,
  edit: ObjectEdit,
  member: NamedMember,
  conflict: boolean,
): void {
  const { file } = edit;
  const value = edit.value('defaultBufferSize');
  const log = edit.value('log');
  const present = log && withoutTypes(log);
  if (
    conflict ||
    value === undefined ||
    (edit.has('log') && present?.type !== 'ObjectExpression')
  ) {
    context.leave(file, member, conflict ? 'CHANGED_BY_SPREAD' : 'UNRESOLVED_VALUE');
    return;
  }
  if (present?.type === 'ObjectExpression') {
    const inner = context.edit({ file, node: present });
    if (inner.has('maxEntries') || inner.unknownMembers.length > 0) {
      context.leave(file, member, 'DUPLICATE_KEY');
      return;
    }
    inner.append('maxEntries', file.textOf(value));
    edit.remove(member);
  } else {
    edit.rename(member, 'log');
    const { start, end } = rangeOf(value);
    file.edits.insert(start, '{ maxEntries: ');
    file.edits.insert(end, ' }');
  }
  context.report.changed(file, member, 'defaultBufferSize -> log.maxEntries');
}
