import type { Tree } from '@angular-devkit/schematics';
import { basename, join } from 'node:path/posix';
import { JsonFile } from './json-file.js';

/** A project as `nest-cli.json` and Nx configure it. */
export interface ProjectConfiguration {
  readonly name?: string;
  readonly root?: string;
  readonly sourceRoot?: string;
  readonly entryFile?: string;
  readonly projectType?: string;
  /** What a `package.json` says to Nx. */
  readonly nx?: ProjectConfiguration;
}

const NOT_OURS = new Set(['node_modules', 'dist', 'tmp', 'coverage']);
const DEEPEST = 4;

/**
 * The projects of an Nx workspace, by name. Each is a folder with a `project.json`, or with a
 * `package.json` in a workspace that Nx manages through its package manager.
 */
export function nxProjects(tree: Tree): ReadonlyMap<string, ProjectConfiguration> {
  const found = new Map<string, ProjectConfiguration>();
  const isNx = tree.exists('/nx.json');
  const visit = (folder: string, depth: number): void => {
    const project =
      read(tree, folder, 'project.json') ??
      (isNx && depth > 0 ? ofPackage(tree, folder) : undefined);
    if (project !== undefined) {
      const name = project.name ?? basename(folder);
      found.set(name, { ...project, name, root: folder });
    }
    if (depth === DEEPEST) return;
    for (const child of tree.getDir(folder).subdirs) {
      if (!NOT_OURS.has(child) && !child.startsWith('.')) visit(join(folder, child), depth + 1);
    }
  };
  visit('/', 0);
  return found;
}

function read(tree: Tree, folder: string, file: string): ProjectConfiguration | undefined {
  return JsonFile.open(tree, join(folder, file))?.get() as ProjectConfiguration | undefined;
}

function ofPackage(tree: Tree, folder: string): ProjectConfiguration | undefined {
  const manifest = read(tree, folder, 'package.json');
  if (manifest === undefined) return undefined;
  const { name } = manifest;
  return { ...(name !== undefined && { name }), ...manifest.nx };
}
