import type { TaskConfigurationGenerator, Tree } from '@angular-devkit/schematics';
import { JsonFile } from './json-file.js';
import { SchematicError } from './schematic-error.js';

const PATH = '/package.json';
const SUPPORTED_MAJORS = [11, 12];
const LOCK_FILES: readonly (readonly [file: string, manager: string])[] = [
  ['/pnpm-lock.yaml', 'pnpm'],
  ['/yarn.lock', 'yarn'],
  ['/bun.lock', 'bun'],
  ['/bun.lockb', 'bun'],
  ['/package-lock.json', 'npm'],
];

/** Which list of package.json a dependency belongs to. */
export type DependencyKind = 'dependencies' | 'devDependencies';

/** A dependency that an application needs. */
export interface Dependency {
  readonly name: string;
  readonly range: string;
  readonly kind?: DependencyKind;
}

/**
 * The major version of Nest that the application uses.
 *
 * @throws SchematicError when it is none that the library supports
 */
export function nestMajor(tree: Tree): number {
  const json = JsonFile.open(tree, PATH);
  if (json === undefined) {
    throw new SchematicError(
      'There is no package.json here. Run this in the root of the workspace.',
    );
  }
  const range = ['dependencies', 'devDependencies', 'peerDependencies']
    .map((kind) => json.get(kind, '@nestjs/core') ?? json.get(kind, '@nestjs/common'))
    .find((value) => typeof value === 'string');
  const major = Number(/\d+/.exec(String(range))?.[0]);
  if (SUPPORTED_MAJORS.includes(major)) return major;
  // `latest` and the like name no version; the newest is what an install would bring.
  if (typeof range === 'string' && Number.isNaN(major)) return Math.max(...SUPPORTED_MAJORS);
  const found = range === undefined ? 'does not name @nestjs/core' : `names @nestjs/core ${range}`;
  throw new SchematicError(
    `package.json ${found}; this library needs Nest ${SUPPORTED_MAJORS.join(' or ')}. Update Nest first.`,
  );
}

/**
 * Adds the dependencies that the application does not name yet. Those it names stay as they are.
 *
 * @returns the names of those that were added
 */
export function addDependencies(tree: Tree, dependencies: readonly Dependency[]): string[] {
  const json = JsonFile.open(tree, PATH);
  if (json === undefined) return [];
  const missing = dependencies.filter(
    ({ name }) =>
      !['dependencies', 'devDependencies'].some((kind) => json.get(kind, name) !== undefined),
  );
  for (const kind of ['dependencies', 'devDependencies'] as const) {
    const wanted = missing.filter((dependency) => (dependency.kind ?? 'dependencies') === kind);
    json.setAll([kind], new Map(wanted.map(({ name, range }) => [name, range])));
  }
  json.commit();
  return missing.map(({ name }) => name);
}

/** Whether the application names a dependency. */
export function hasDependency(tree: Tree, name: string): boolean {
  const json = JsonFile.open(tree, PATH);
  return ['dependencies', 'devDependencies'].some((kind) => json?.get(kind, name) !== undefined);
}

/** The task that installs what package.json names, with the workspace's package manager. */
export function installTask(tree: Tree): TaskConfigurationGenerator {
  const packageManager = LOCK_FILES.find(([file]) => tree.exists(file))?.[1];
  return {
    toConfiguration: () => ({
      name: 'node-package',
      options: {
        command: 'install',
        quiet: true,
        ...(packageManager !== undefined && { packageManager }),
      },
    }),
  };
}
