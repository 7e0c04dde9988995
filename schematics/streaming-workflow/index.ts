import type { Rule, SchematicContext, Tree } from '@angular-devkit/schematics';
import type { ArtifactOptions } from '../core/artifact.js';
import { formatFiles } from '../core/format.js';
import { addDependencies, installTask } from '../core/package-json.js';
import { createWorkflow } from './create-workflow.js';
import { WORKFLOW_DEPENDENCIES } from './workflow-dependencies.js';

/** Creates a provider with a graph that streams and runs offline, and registers it. */
export function streamingWorkflow(options: ArtifactOptions): Rule {
  return async (tree: Tree, context: SchematicContext) => {
    const lines = createWorkflow(tree, options);
    const created = lines.flatMap((line) => /^Created (.+)$/.exec(line)?.[1] ?? []);
    if (options.format) await formatFiles(tree, created);
    const added = addDependencies(tree, WORKFLOW_DEPENDENCIES);
    if (added.length > 0) {
      lines.push(`package.json: added ${added.join(', ')}.`);
      context.addTask(installTask(tree));
    }
    for (const line of lines) context.logger.info(line);
  };
}
