import type { Tree } from '@angular-devkit/schematics';
import { join } from 'node:path/posix';
import { JsonFile } from './json-file.js';
import { SchematicError } from './schematic-error.js';

/** The application that a schematic works on. */
export interface Project {
  /** Its folder. */
  readonly root: string;
  /** Where its sources are. */
  readonly sourceRoot: string;
  /** The name of the file that starts it, without extension. */
  readonly entryFile: string;
  readonly language: 'ts' | 'js';
}

/** How the caller names the project. */
export interface ProjectOptions {
  readonly project?: string | undefined;
  readonly sourceRoot?: string | undefined;
  readonly language?: string | undefined;
}

interface ProjectConfiguration {
  readonly root?: string;
  readonly sourceRoot?: string;
  readonly entryFile?: string;
}

/**
 * Finds the project: by name in `nest-cli.json` or an Nx `project.json`, else the default one.
 *
 * @throws SchematicError when there is no project of that name
 */
export function findProject(tree: Tree, options: ProjectOptions): Project {
  const nest = (JsonFile.open(tree, '/nest-cli.json')?.get() ?? {}) as ProjectConfiguration & {
    readonly projects?: Readonly<Record<string, ProjectConfiguration>>;
    readonly language?: string;
  };
  const named =
    options.project === undefined ? undefined : namedProject(tree, options.project, nest.projects);
  const found = named ?? { ...nest, sourceRoot: options.sourceRoot ?? nest.sourceRoot };
  const root = join('/', found.root ?? '');
  const language = (options.language ?? nest.language ?? 'ts').toLowerCase();
  return {
    root,
    sourceRoot: join('/', found.sourceRoot ?? join(root, 'src')),
    entryFile: found.entryFile ?? 'main',
    language: /^(js|javascript)$/.test(language) ? 'js' : 'ts',
  };
}

/** The folder of a named project. */
export function projectRoot(tree: Tree, project: string): string {
  return findProject(tree, { project }).root;
}

function namedProject(
  tree: Tree,
  name: string,
  nestProjects: Readonly<Record<string, ProjectConfiguration>> = {},
): ProjectConfiguration {
  const nx = nxProjects(tree);
  const found = nestProjects[name] ?? nx.get(name);
  if (found !== undefined) return found;
  const names = [...Object.keys(nestProjects), ...nx.keys()];
  const known =
    names.length === 0 ? 'This workspace names no projects.' : `There is: ${names.join(', ')}.`;
  throw new SchematicError(`There is no project "${name}". ${known}`);
}

/** Projects of an Nx workspace: `apps/<name>/project.json`, one folder deeper at most. */
function nxProjects(tree: Tree): ReadonlyMap<string, ProjectConfiguration> {
  const found = new Map<string, ProjectConfiguration>();
  const visit = (folder: string, depth: number): void => {
    const path = join(folder, 'project.json');
    const json = JsonFile.open(tree, path)?.get() as
      (ProjectConfiguration & { name?: string }) | undefined;
    if (json)
      found.set(json.name ?? folder.slice(folder.lastIndexOf('/') + 1), { root: folder, ...json });
    if (depth === 0) return;
    for (const child of tree.getDir(folder).subdirs) visit(join(folder, child), depth - 1);
  };
  for (const folder of ['/apps', '/packages', '/libs']) visit(folder, 2);
  return found;
}
