import { lastName, type LegacyKey, legacyKeysIn } from '../legacy-keys.js';
import type { MigrationContext } from '../migration-context.js';
import type { ObjectSite } from '../resolution.js';

/** Gives the legacy keys of a literal their new names. A new name that is taken is reported. */
export function renameKeys(
  context: MigrationContext,
  site: ObjectSite,
  parent: string,
  isMeant = (row: LegacyKey): boolean => row.fate === 'renamed',
): void {
  const edit = context.edit(site);
  for (const [key, row] of legacyKeysIn(parent)) {
    const member = edit.member(key);
    if (member === undefined || row.current === undefined || !isMeant(row)) continue;
    // A literal that several options share is changed once.
    if (edit.nameOf(member) !== key) continue;
    const name = lastName(row.current);
    if (name === key && parent === 'websocket') continue;
    if (name !== key && edit.has(name)) context.leave(edit.file, member, 'DUPLICATE_KEY');
    else {
      if (name !== key) edit.rename(member, name);
      context.report.changed(edit.file, member, `${row.legacy} -> ${row.current}`);
    }
  }
}
