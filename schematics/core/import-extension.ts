import type { Tree } from '@angular-devkit/schematics';
import { dirname, join } from 'node:path/posix';
import { JsonFile } from './json-file.js';
import type { SourceFile } from './source-file.js';

/** How relative imports end in a file: as its neighbours do, else as the module system asks. */
export function importExtension(
  tree: Tree,
  folder: string,
  neighbour?: SourceFile,
): '' | '.js' | '.ts' {
  for (const statement of neighbour?.program.body ?? []) {
    if (statement.type !== 'ImportDeclaration' || !/^\.\.?\//.test(statement.source.value))
      continue;
    const [, extension] = /\.([jt]s)$/.exec(statement.source.value) ?? [];
    return extension === undefined ? '' : extension === 'js' ? '.js' : '.ts';
  }
  return isEsm(tree, folder) ? '.js' : '';
}

/** Whether the nearest package.json makes a folder's files ECMAScript modules. */
function isEsm(tree: Tree, folder: string): boolean {
  for (let current = folder; ; current = dirname(current)) {
    const path = join('/', current, 'package.json');
    if (tree.exists(path)) return JsonFile.open(tree, path)?.get('type') === 'module';
    if (current === '/' || current === '.') return false;
  }
}
