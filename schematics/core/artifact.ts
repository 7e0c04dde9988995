import type { Tree } from '@angular-devkit/schematics';
import { join } from 'node:path/posix';
import { importExtension } from './import-extension.js';
import { fileName } from './names.js';
import { nearestModule } from './root-module.js';
import { SourceTree } from './source-tree.js';
import type { SourceFile } from './source-file.js';
import { findProject, type Project, type ProjectOptions } from './workspace.js';

/** What `nest g` sends to every generator. */
export interface ArtifactOptions extends ProjectOptions {
  readonly name: string;
  readonly path?: string;
  readonly flat?: boolean;
  readonly spec?: boolean;
  readonly specFileSuffix?: string;
  readonly skipImport?: boolean;
  readonly format?: boolean;
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
  readonly module: SourceFile | undefined;
  /** How relative imports end. */
  readonly extension: string;
  readonly specSuffix: string;
}

/** Resolves `feature/chat`, `path`, `flat` and the project to one place. */
export function locateArtifact(tree: Tree, options: ArtifactOptions, known?: Project): Artifact {
  const project = known ?? findProject(tree, options);
  const segments = options.name.split('/');
  const name = fileName(segments.pop() ?? '');
  const parent = join(project.sourceRoot, options.path ?? '', ...segments);
  const folder = options.flat ? parent : join(parent, name);
  const sources = new SourceTree(tree);
  const module = nearestModule(tree, sources, folder);
  return {
    name,
    folder,
    project,
    sources,
    module,
    extension: importExtension(tree, folder, module),
    specSuffix: options.specFileSuffix ?? 'spec',
  };
}
