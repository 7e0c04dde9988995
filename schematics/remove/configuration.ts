import type { EditedFile } from '../core/format.js';
import type { SourceTree } from '../core/source-tree.js';
import { moduleCalls } from '../core/streaming-module.js';
import type { Summary } from '../core/summary.js';
import { rangeOf } from '../core/syntax.js';
import { namesIn, removeUnusedImports } from '../core/unused-imports.js';
import { removeFromLists } from './list-items.js';

/** Takes the configured module out of the modules that import it. */
export function removeConfiguration(
  sources: SourceTree,
  paths: readonly string[],
  summary: Summary,
): EditedFile[] {
  const names = new Map<string, Set<string>>();
  for (const { file, call } of moduleCalls(sources, paths)) {
    const place = `${file.path.slice(1)}:${file.position(rangeOf(call).start).line}`;
    if (removeFromLists(file, [call]).length > 0) {
      summary.leave(`${place} configures StreamingModule outside of a list of imports. Remove it.`);
      continue;
    }
    const known = names.get(file.path) ?? new Set<string>();
    names.set(file.path, new Set([...known, ...namesIn(call)]));
    summary.did(`${place} does not import StreamingModule any more.`);
  }
  const edited = sources.commit();
  for (const [path, used] of names) {
    const file = sources.file(path);
    if (file !== undefined) removeUnusedImports(file, used);
  }
  sources.commit();
  return edited;
}
