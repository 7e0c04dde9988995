import type { Rule, SchematicContext, Tree } from '@angular-devkit/schematics';
import type { ArtifactOptions } from '../core/artifact.js';
import { Summary } from '../core/summary.js';
import { createAgent } from './create-agent.js';

/** Creates an agent whose graph runs offline, and registers it. */
export function streamingAgent(options: ArtifactOptions): Rule {
  return async (tree: Tree, context: SchematicContext) => {
    const summary = new Summary();
    await createAgent(tree, context, summary, options);
    summary.print(context, 'Everything is generated already.');
  };
}
