import type { EditedFile } from '../core/format.js';
import type { SourceTree } from '../core/source-tree.js';
import { isKind, type Node, walk } from '../core/syntax.js';
import { removeUnusedImports } from '../core/unused-imports.js';
import type { UnchangedArtifact } from './generated-artifacts.js';
import { removeFromLists } from './list-items.js';

/**
 * Takes a generated class out of the lists of the modules that provide it.
 *
 * @returns undefined when something else uses the class or its files; nothing is changed then
 */
export function unregister(
  sources: SourceTree,
  paths: readonly string[],
  { className, paths: own }: UnchangedArtifact,
): EditedFile[] | undefined {
  const importers = paths.filter((path) => !own.includes(path) && importsOneOf(sources, path, own));
  for (const path of importers) {
    const file = sources.file(path);
    const uses: Node[] = [];
    for (const statement of file?.program.body ?? []) {
      if (statement.type === 'ImportDeclaration') continue;
      walk(statement, (node) => {
        if (isKind(node, 'Identifier') && node.name === className) uses.push(node);
      });
    }
    if (file === undefined || uses.some((node) => !isKind(file.parentOf(node), 'ArrayExpression')))
      return undefined;
  }
  for (const path of importers) {
    const file = sources.file(path);
    if (file === undefined) continue;
    const uses: Node[] = [];
    walk(file.program, (node) => {
      if (!isKind(node, 'Identifier') || node.name !== className) return;
      if (isKind(file.parentOf(node), 'ArrayExpression')) uses.push(node);
    });
    removeFromLists(file, uses);
  }
  const edited = sources.commit();
  for (const path of importers) {
    const file = sources.file(path);
    if (file !== undefined) removeUnusedImports(file, new Set([className]));
  }
  sources.commit();
  return edited;
}

function importsOneOf(sources: SourceTree, path: string, targets: readonly string[]): boolean {
  const names = targets.map(
    (target) => target.slice(target.lastIndexOf('/') + 1).split('.')[0] ?? '',
  );
  if (!names.some((name) => sources.text(path).includes(name))) return false;
  const file = sources.file(path);
  return (file === undefined ? [] : sources.importsOf(file)).some((target) =>
    targets.includes(target),
  );
}
