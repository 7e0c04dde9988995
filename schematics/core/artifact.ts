import type { Tree } from '@angular-devkit/schematics';
import { join } from 'node:path/posix';
import { importExtension } from './import-extension.js';
import { fileName } from './names.js';
import { pathAliases } from './path-aliases.js';
import { type ModuleClass, nearestModule, rootModule } from './root-module.js';
import { SchematicError } from './schematic-error.js';
import { SourceTree } from './source-tree.js';
import { findProject, type Project, type ProjectOptions } from './workspace.js';

/** What `nest g` sends to every generator. */
export interface ArtifactOptions extends ProjectOptions {
  readonly name: string;
  readonly path?: string;
  readonly flat?: boolean;
  readonly spec?: boolean;
  readonly specFileSuffix?: string;
  readonly skipImport?: boolean;
  readonly skipInstall?: boolean;
  readonly type?: string;
}

/** Where the files of an artifact go, and what they are called. */
export interface Artifact {
  /** The kebab-case name. */
  readonly name: string;
  readonly folder: string;
  readonly project: Project;
  readonly sources: SourceTree;
  /** The module that it is registered in, if there is one. */
  readonly module: ModuleClass | undefined;
  /** How relative imports end. */
  readonly extension: string;
  readonly specSuffix: string;
}

/**
 * Resolves `feature/chat`, `path`, `flat` and the project to one place.
 *
 * @throws SchematicError when that is outside of the project's sources
 */
export function locateArtifact(tree: Tree, options: ArtifactOptions, known?: Project): Artifact {
  const project = known ?? findProject(tree, options);
  const segments = options.name.split(/[/\\]/);
  const name = fileName(segments.pop() ?? '');
  const parent = folderInside(project.sourceRoot, options.path ?? '', ...segments);
  const folder = options.flat ? parent : join(parent, name);
  const sources = new SourceTree(tree, pathAliases(tree));
  const module = nearestModule(sources, folder, project.sourceRoot) ?? rootModule(sources, project);
  return {
    name,
    folder,
    project,
    sources,
    module,
    extension: importExtension(tree, folder, module?.file),
    specSuffix: options.specFileSuffix ?? 'spec',
  };
}

/**
 * A folder below another one.
 *
 * @throws SchematicError when the parts lead out of it
 */
export function folderInside(root: string, ...parts: readonly string[]): string {
  const path = join('.', ...parts.map((part) => part.replaceAll('\\', '/')));
  const isInside = path !== '..' && !path.startsWith('../') && !/^[a-z]:/i.test(path);
  if (isInside) return join(root, path).replace(/(?<=.)\/$/, '');
  const given = parts.filter((part) => part !== '').join('/');
  const place = root === '/' ? 'the workspace' : root.slice(1);
  throw new SchematicError(`"${given}" leads out of ${place}. Choose a path inside it.`);
}
