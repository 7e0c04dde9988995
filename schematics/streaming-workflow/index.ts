import type { Rule, SchematicContext, Tree } from '@angular-devkit/schematics';
import type { ArtifactOptions } from '../core/artifact.js';
import { Summary } from '../core/summary.js';
import { createWorkflow } from './create-workflow.js';

/** Creates a provider with a graph that streams and runs offline, and registers it. */
export function streamingWorkflow(options: ArtifactOptions): Rule {
  return async (tree: Tree, context: SchematicContext) => {
    const summary = new Summary();
    await createWorkflow(tree, context, summary, options);
    summary.print(context, 'Everything is generated already.');
  };
}
