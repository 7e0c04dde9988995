import type { SchematicContext, Tree } from '@angular-devkit/schematics';
import { agentFile } from '../core/agents.js';
import { type Artifact, type ArtifactOptions, locateArtifact } from '../core/artifact.js';
import { generate } from '../core/generate.js';
import { pascalCase } from '../core/names.js';
import { PACKAGE } from '../core/package-name.js';
import { AGENT_DEPENDENCIES, SPEC_DEPENDENCIES } from '../core/peer-dependencies.js';
import { SchematicError } from '../core/schematic-error.js';
import { streamingModuleCalls } from '../core/streaming-module.js';
import type { Summary } from '../core/summary.js';
import type { Project } from '../core/workspace.js';
import { agentFiles } from './agent-files.js';

/**
 * Creates an agent, its graph and their spec.
 *
 * @param project - the project, if the caller has found it and configures it
 */
export async function createAgent(
  tree: Tree,
  context: SchematicContext,
  summary: Summary,
  options: ArtifactOptions,
  project?: Project,
): Promise<void> {
  const artifact = locateArtifact(tree, options, project);
  const spec = options.spec !== false;
  const isConfigured =
    project !== undefined || streamingModuleCalls(artifact.sources, artifact.project).length > 0;
  requireFreeName(artifact);
  const graph = `${artifact.folder}/${artifact.name}.graph.${artifact.project.language}`;
  const isNew = !tree.exists(graph);
  await generate(tree, context, summary, {
    artifact,
    options,
    files: agentFiles(tree, artifact, { spec }),
    provider: {
      className: `${pascalCase(artifact.name)}Agent`,
      file: `${artifact.name}.agent`,
    },
    dependencies: [...AGENT_DEPENDENCIES, ...(spec ? SPEC_DEPENDENCIES : [])],
  });
  if (!isConfigured) summary.leave(`No module imports StreamingModule: run nest add ${PACKAGE}.`);
  if (isNew) summary.leave(`The model is scripted: put yours into ${graph.slice(1)}.`);
}

/** @throws SchematicError when another class is the agent of this name, with which the boot would fail */
function requireFreeName({ name, folder, project, sources }: Artifact): void {
  const path = agentFile(sources, project.sourceRoot, name);
  if (path === undefined || path === `${folder}/${name}.agent.${project.language}`) return;
  throw new SchematicError(
    `${path.slice(1)} has an agent "${name}" already. Choose another name: clients start agents by their names.`,
  );
}
