import type { SchematicContext, Tree } from '@angular-devkit/schematics';
import type { Artifact, ArtifactOptions } from './artifact.js';
import { formatEdited, formatNew } from './format.js';
import { addDependencies, type Dependency, installTask, manifestOf } from './package-json.js';
import { registerProvider } from './register-provider.js';
import type { Summary } from './summary.js';
import { createFiles } from './templates.js';

/** What a generator makes. */
export interface Generated {
  readonly artifact: Artifact;
  readonly options: Pick<ArtifactOptions, 'skipImport' | 'skipInstall'>;
  /** The texts by file name. */
  readonly files: ReadonlyMap<string, string>;
  /** The class that a module provides, and its file without extension. */
  readonly provider: { readonly className: string; readonly file: string };
  readonly dependencies: readonly Dependency[];
}

/** Creates the files of an artifact in the style of the project, and registers and installs what they need. */
export async function generate(
  tree: Tree,
  context: SchematicContext,
  summary: Summary,
  { artifact, options, files, provider, dependencies }: Generated,
): Promise<void> {
  const formatted = await formatNew(tree, artifact.folder, files);
  for (const path of createFiles(tree, artifact.folder, formatted))
    summary.did(`${path.slice(1)} is created.`);
  if (!options.skipImport) {
    const { line, edited } = registerProvider(artifact, provider.className, provider.file);
    await formatEdited(tree, edited);
    if (edited.length > 0) summary.did(line);
    else if (artifact.module === undefined) summary.leave(line);
  }
  const manifest = manifestOf(tree, artifact.project.root);
  const added = addDependencies(tree, manifest, dependencies);
  if (added.length === 0) return;
  summary.did(`${manifest.slice(1)} names ${added.join(', ')}.`);
  if (!options.skipInstall) context.addTask(installTask(tree));
}
