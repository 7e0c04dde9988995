import type { Tree } from '@angular-devkit/schematics';
import { join } from 'node:path/posix';
import { JsonFile } from './json-file.js';
import { nxProjects, type ProjectConfiguration } from './nx-projects.js';
import { SchematicError } from './schematic-error.js';

/** The application that a schematic works on. */
export interface Project {
  /** Its name; undefined in a workspace with one application. */
  readonly name?: string;
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

type NestConfiguration = ProjectConfiguration & {
  readonly projects?: Readonly<Record<string, ProjectConfiguration>>;
  readonly language?: string;
};

/**
 * Finds the project: by name in `nest-cli.json` or among those of Nx, else the default one, else the
 * only application of an Nx workspace.
 *
 * @throws SchematicError when there is no project of that name, or several could be meant
 */
export function findProject(tree: Tree, options: ProjectOptions): Project {
  const nest = (JsonFile.open(tree, '/nest-cli.json')?.get() ?? {}) as NestConfiguration;
  const found =
    options.project === undefined
      ? (onlyApplication(tree, nest) ?? { ...nest, ...sourceRootOf(tree, options, nest) })
      : namedProject(tree, options.project, nest);
  const root = inWorkspace(found.root ?? '');
  const language = (options.language ?? nest.language ?? 'ts').toLowerCase();
  return {
    ...(found.name !== undefined && { name: found.name }),
    root,
    sourceRoot: inWorkspace(found.sourceRoot ?? join(root, 'src')),
    entryFile: found.entryFile ?? 'main',
    language: /^(js|javascript)$/.test(language) ? 'js' : 'ts',
  };
}

/** Every project of the workspace; the only one where none is named. */
export function allProjects(tree: Tree): Project[] {
  const nest = JsonFile.open(tree, '/nest-cli.json')?.keys('projects') ?? [];
  const names = [...new Set([...nest, ...nxProjects(tree).keys()])];
  return names.length === 0
    ? [findProject(tree, {})]
    : names.map((project) => findProject(tree, { project }));
}

/** The folder of a named project. */
export function projectRoot(tree: Tree, project: string): string {
  return findProject(tree, { project }).root;
}

/** `nest add` sends the source root that it takes for granted; what is configured counts more. */
function sourceRootOf(
  tree: Tree,
  { sourceRoot }: ProjectOptions,
  nest: NestConfiguration,
): ProjectConfiguration {
  if (sourceRoot === undefined) return {};
  const isThere = !isEmpty(tree, sourceRoot) || nest.sourceRoot === undefined;
  return isThere ? { sourceRoot } : {};
}

/** The application of an Nx workspace, which has no `nest-cli.json` to name a default. */
function onlyApplication(tree: Tree, nest: NestConfiguration): ProjectConfiguration | undefined {
  if (nest.root !== undefined || !isEmpty(tree, nest.sourceRoot ?? 'src')) return undefined;
  const applications = [...nxProjects(tree).values()].filter(
    (project) => project.projectType !== 'library' && startsNest(tree, project),
  );
  const [only, ...others] = applications;
  if (others.length === 0) return only;
  const names = applications.map(({ name }) => name).join(', ');
  throw new SchematicError(`Name the project with --project. There is: ${names}.`);
}

/** Whether a project has an entry file that uses Nest. */
function startsNest(tree: Tree, { root = '', sourceRoot }: ProjectConfiguration): boolean {
  const folder = join('/', sourceRoot ?? join(root, 'src'));
  const entries = tree.getDir(folder).subfiles.filter((file) => /^main\.[cm]?[jt]s$/.test(file));
  return entries.some((file) => tree.readText(join(folder, file)).includes('@nestjs/'));
}

function isEmpty(tree: Tree, folder: string): boolean {
  const { subfiles, subdirs } = tree.getDir(join('/', folder));
  return subfiles.length === 0 && subdirs.length === 0;
}

function namedProject(tree: Tree, name: string, nest: NestConfiguration): ProjectConfiguration {
  const projects = nest.projects ?? {};
  const nx = nxProjects(tree);
  const found = Object.hasOwn(projects, name) ? projects[name] : nx.get(name);
  if (found !== undefined) return { ...found, name };
  const names = [...Object.keys(projects), ...nx.keys()];
  const known =
    names.length === 0 ? 'This workspace names no projects.' : `There is: ${names.join(', ')}.`;
  throw new SchematicError(`There is no project "${name}". ${known}`);
}

function inWorkspace(folder: string): string {
  const path = join('/', folder);
  if (!join(folder).startsWith('..')) return path;
  throw new SchematicError(`The folder "${folder}" is outside of the workspace.`);
}
