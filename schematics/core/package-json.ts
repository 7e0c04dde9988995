import type { TaskConfigurationGenerator, Tree } from '@angular-devkit/schematics';
import { dirname, join } from 'node:path/posix';
import { JsonFile } from './json-file.js';

const LOCK_FILES: readonly (readonly [file: string, manager: string])[] = [
  ['/pnpm-lock.yaml', 'pnpm'],
  ['/yarn.lock', 'yarn'],
  ['/bun.lock', 'bun'],
  ['/bun.lockb', 'bun'],
  ['/package-lock.json', 'npm'],
];

/** Which list of package.json a dependency belongs to. */
export type DependencyKind = 'dependencies' | 'devDependencies';

const KINDS: readonly DependencyKind[] = ['dependencies', 'devDependencies'];

/** A dependency that an application needs. */
export interface Dependency {
  readonly name: string;
  readonly range: string;
  readonly kind?: DependencyKind;
}

/** The package.json that names what a project needs: its own if that names Nest, else the workspace's. */
export function manifestOf(tree: Tree, projectRoot: string): string {
  for (let folder = join('/', projectRoot); folder !== '/'; folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    if (rangeOf(tree, path, '@nestjs/core') !== undefined) return path;
  }
  return '/package.json';
}

/** The range that a package.json has for a package. */
export function rangeOf(tree: Tree, path: string, name: string): string | undefined {
  const json = JsonFile.open(tree, path);
  return [...KINDS, 'peerDependencies']
    .map((kind) => json?.get(kind, name))
    .find((range) => typeof range === 'string');
}

/** Whether the workspace names a dependency. */
export function hasDependency(tree: Tree, name: string, path = '/package.json'): boolean {
  return rangeOf(tree, path, name) !== undefined;
}

/**
 * Adds the dependencies that a package.json does not name yet, in the order of the alphabet. Those
 * it names stay as they are.
 *
 * @returns the names of those that were added
 */
export function addDependencies(
  tree: Tree,
  path: string,
  dependencies: readonly Dependency[],
): string[] {
  const json = JsonFile.open(tree, path);
  if (json === undefined) return [];
  const missing = dependencies.filter(
    ({ name }) => !KINDS.some((kind) => json.get(kind, name) !== undefined),
  );
  for (const kind of KINDS) {
    const wanted = missing.filter((dependency) => (dependency.kind ?? 'dependencies') === kind);
    json.setAll([kind], new Map(wanted.map(({ name, range }) => [name, range])), { sorted: true });
  }
  json.commit();
  return missing.map(({ name }) => name).sort();
}

/**
 * Removes dependencies from a package.json if they have the range that is given.
 *
 * @returns the names of those that were removed
 */
export function removeDependencies(
  tree: Tree,
  path: string,
  dependencies: readonly Dependency[],
): string[] {
  const json = JsonFile.open(tree, path);
  if (json === undefined) return [];
  const removed = dependencies.filter(({ name, range, kind = 'dependencies' }) => {
    const isOurs = json.get(kind, name) === range;
    if (isOurs) json.remove([kind, name]);
    return isOurs;
  });
  json.commit();
  return removed.map(({ name }) => name).sort();
}

/** The package manager of the workspace: the one package.json names, else that of the lock file. */
export function packageManager(tree: Tree): string | undefined {
  const named = JsonFile.open(tree, '/package.json')?.get('packageManager');
  const [, manager] = /^(npm|pnpm|yarn|bun)@/.exec(String(named)) ?? [];
  return manager ?? LOCK_FILES.find(([file]) => tree.exists(file))?.[1];
}

/** The task that installs what package.json names, with the workspace's package manager. */
export function installTask(tree: Tree): TaskConfigurationGenerator {
  const manager = packageManager(tree);
  return {
    toConfiguration: () => ({
      name: 'node-package',
      options: {
        command: 'install',
        quiet: true,
        ...(manager !== undefined && { packageManager: manager }),
      },
    }),
  };
}
