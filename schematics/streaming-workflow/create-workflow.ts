import type { SchematicContext, Tree } from '@angular-devkit/schematics';
import { type ArtifactOptions, locateArtifact } from '../core/artifact.js';
import { generate } from '../core/generate.js';
import { pascalCase } from '../core/names.js';
import { SPEC_DEPENDENCIES, WORKFLOW_DEPENDENCIES } from '../core/peer-dependencies.js';
import type { Summary } from '../core/summary.js';
import type { Project } from '../core/workspace.js';
import { workflowFiles } from './workflow-files.js';

/**
 * Creates a graph, the provider that streams it, and their spec.
 *
 * @param project - the project, if the caller has found it already
 */
export async function createWorkflow(
  tree: Tree,
  context: SchematicContext,
  summary: Summary,
  options: ArtifactOptions,
  project?: Project,
): Promise<void> {
  const artifact = locateArtifact(tree, options, project);
  const spec = options.spec !== false;
  await generate(tree, context, summary, {
    artifact,
    options,
    files: workflowFiles(tree, artifact, { spec }),
    provider: {
      className: `${pascalCase(artifact.name)}Workflow`,
      file: `${artifact.name}.workflow`,
    },
    dependencies: [...WORKFLOW_DEPENDENCIES, ...(spec ? SPEC_DEPENDENCIES : [])],
  });
}
