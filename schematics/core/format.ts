import type { Tree } from '@angular-devkit/schematics';
import { createRequire } from 'node:module';
import { join } from 'node:path';

interface Prettier {
  resolveConfig(path: string): Promise<object | null>;
  format(text: string, options: object): Promise<string>;
}

/** Formats files with the workspace's own Prettier. Without one they stay as they were written. */
export async function formatFiles(
  tree: Tree,
  paths: readonly string[],
  workspace = process.cwd(),
): Promise<void> {
  const prettier = loadPrettier(workspace);
  if (prettier === undefined) return;
  for (const path of paths) {
    const text = tree.readText(path);
    const filepath = join(workspace, path);
    const options = await prettier.resolveConfig(filepath);
    const formatted = await prettier.format(text, { ...options, filepath });
    if (formatted !== text) tree.overwrite(path, formatted);
  }
}

function loadPrettier(workspace: string): Prettier | undefined {
  try {
    return createRequire(join(workspace, 'package.json'))('prettier') as Prettier;
  } catch {
    return undefined;
  }
}
