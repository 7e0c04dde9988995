import type { NamedMember, ObjectEdit } from '../../core/object-edit.js';
import { rangeOf, withoutTypes } from '../../core/syntax.js';
import { legacyKeysIn } from '../legacy-keys.js';
import type { MigrationContext } from '../migration-context.js';

/** `defaultBufferSize`, or `bufferSize` of still older options, becomes `log.maxEntries`. */
export function migrateBufferSize(
  context: MigrationContext,
  edit: ObjectEdit,
  conflict: boolean,
): void {
  const [member, ...others] = ['defaultBufferSize', 'bufferSize'].flatMap(
    (key) => edit.member(key) ?? [],
  );
  if (member === undefined) return;
  const [other] = others;
  if (conflict) context.leave(edit.file, member, 'CHANGED_BY_SPREAD');
  else if (other) context.leave(edit.file, other, 'DUPLICATE_KEY');
  else moveBufferSize(context, edit, member);
}

function moveBufferSize(context: MigrationContext, edit: ObjectEdit, member: NamedMember): void {
  const { file } = edit;
  const key = edit.nameOf(member) ?? '';
  const value = edit.value(key);
  const log = edit.value('log');
  const present = log && withoutTypes(log);
  if (value === undefined || (edit.has('log') && present?.type !== 'ObjectExpression')) {
    context.leave(file, member, 'UNRESOLVED_VALUE');
    return;
  }
  if (present?.type === 'ObjectExpression') {
    const inner = context.edit({ file, node: present });
    if (inner.has('maxEntries') || inner.unknownMembers.length > 0) {
      context.leave(file, member, 'DUPLICATE_KEY');
      return;
    }
    inner.append('maxEntries', file.textOf(value));
    edit.remove(member, `${key} (moved)`);
  } else {
    edit.rename(member, 'log');
    edit.settle(member);
    const { start, end } = rangeOf(value);
    file.edits.insert(start, '{ maxEntries: ');
    file.edits.insert(end, ' }');
  }
  context.report.changed(file, member, `${key} -> log.maxEntries`);
}

/** Keys that never had an effect and cannot have been meant for anything else. */
export function removeKeysWithoutEffect(context: MigrationContext, edit: ObjectEdit): void {
  for (const [key, { fate }] of legacyKeysIn('')) {
    const member = edit.member(key);
    if (member === undefined || fate !== 'removed') continue;
    context.report.changed(edit.file, member, `${key}: removed, it has no effect`);
    edit.remove(member, `${key} (removed)`);
  }
}
