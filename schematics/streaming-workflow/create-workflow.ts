import type { Tree } from '@angular-devkit/schematics';
import { join } from 'node:path';
import { type ArtifactOptions, locateArtifact } from '../core/artifact.js';
import { camelCase, pascalCase } from '../core/names.js';
import { registerProvider } from '../core/register-provider.js';
import { createFiles, renderTemplates } from '../core/templates.js';
import { testGlobalsImport } from '../core/test-framework.js';
import type { Project } from '../core/workspace.js';

/** What to create, with the project when the caller has found it already. */
export type WorkflowOptions = Omit<ArtifactOptions, 'project'> & {
  readonly project?: Project | string | undefined;
};

/**
 * Creates a graph, the provider that streams it, and their spec.
 *
 * @returns what was done, as lines to print
 */
export function createWorkflow(tree: Tree, { project, ...options }: WorkflowOptions): string[] {
  const isFound = typeof project === 'object';
  const artifact = locateArtifact(
    tree,
    { ...options, project: isFound ? undefined : project },
    isFound ? project : undefined,
  );
  const { name, folder, extension, specSuffix } = artifact;
  const { language } = artifact.project;
  const files = new Map(
    renderTemplates(join(__dirname, 'files', language), {
      name,
      className: pascalCase(name),
      variable: camelCase(name),
      extension,
      specSuffix,
      testGlobals: testGlobalsImport(tree, ['beforeEach', 'describe', 'expect', 'it']),
    }),
  );
  if (options.spec === false) files.delete(`${name}.workflow.${specSuffix}.${language}`);
  const lines = createFiles(tree, folder, files).map((path) => `Created ${path}`);
  if (!options.skipImport)
    lines.push(registerProvider(artifact, `${pascalCase(name)}Workflow`, `${name}.workflow`));
  return lines;
}
