import { isLiteral, readsOptionalSetting } from '../../core/expressions.js';
import { withoutTypes } from '../../core/syntax.js';
import { alternativesOf } from '../composition.js';
import type { MigrationContext } from '../migration-context.js';
import type { ObjectSite } from '../resolution.js';

/** Reports origins that the boot refuses: all of them, and none. */
export function reviewCors(context: MigrationContext, site: ObjectSite): void {
  const edit = context.edit(site);
  const value = edit.value('cors');
  if (value === undefined) return;
  if (isLiteral(value, true)) {
    context.leave(edit.file, value, 'CORS_TRUE');
    return;
  }
  for (const { own, parts, surely, isComplete } of alternativesOf(context, site, 'cors')
    .compositions) {
    const values = (key: string) =>
      parts.flatMap((part) => {
        const found = context.edit(part).value(key);
        return found ? [{ file: part.file, node: found }] : [];
      });
    const origins = values('origin');
    if (isComplete && !surely.has('origin'))
      context.leave(own.file, own.node, 'CORS_WITHOUT_ORIGIN');
    const hasCredentials = values('credentials').some(({ node }) => !isLiteral(node, false));
    for (const { file, node } of origins) {
      if (readsOptionalSetting(withoutTypes(node)))
        context.leave(file, node, 'CORS_WITHOUT_ORIGIN');
      const reflects = /(^|\|\| *|\?\? *|: *)(true|'\*'|"\*"|\[['"]\*['"]\])$/.test(
        file.textOf(node),
      );
      if (reflects && hasCredentials) context.leave(file, node, 'CORS_REFLECTED');
    }
  }
}
