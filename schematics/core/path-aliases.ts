import type { Tree } from '@angular-devkit/schematics';
import { join } from 'node:path/posix';
import { JsonFile } from './json-file.js';

/** The `paths` of the workspace's TypeScript configuration, each with its first target. */
export function pathAliases(tree: Tree): ReadonlyMap<string, string> {
  const aliases = new Map<string, string>();
  for (const path of ['/tsconfig.json', '/tsconfig.base.json', '/jsconfig.json']) {
    const options = readOptions(tree, path);
    if (options === undefined) continue;
    const baseUrl = typeof options['baseUrl'] === 'string' ? options['baseUrl'] : '.';
    const paths = isRecord(options['paths']) ? options['paths'] : {};
    for (const [alias, targets] of Object.entries(paths)) {
      const [target] = Array.isArray(targets) ? (targets as unknown[]) : [];
      if (typeof target === 'string') aliases.set(alias, join(baseUrl, target));
    }
    // With a base URL, `src/config` is a path too.
    if (options['baseUrl'] !== undefined) aliases.set('src/*', join(baseUrl, 'src/*'));
  }
  return aliases;
}

function readOptions(tree: Tree, path: string): Record<string, unknown> | undefined {
  try {
    const options = JsonFile.open(tree, path)?.get('compilerOptions');
    return isRecord(options) ? options : undefined;
  } catch {
    // Aliases are a help, not a need: a broken tsconfig is for the compiler to report.
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
