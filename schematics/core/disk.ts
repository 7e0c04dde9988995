import type { Tree } from '@angular-devkit/schematics';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Whether a file of the tree is on the disk as it is in the tree, so that tools there see the same. */
export function isOnDisk(tree: Tree, path: string, workspace = process.cwd()): boolean {
  try {
    return readFileSync(join(workspace, path), 'utf8') === tree.readText(path);
  } catch {
    return false;
  }
}
