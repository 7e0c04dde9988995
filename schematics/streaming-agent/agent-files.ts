import type { Tree } from '@angular-devkit/schematics';
import { join } from 'node:path';
import type { Artifact } from '../core/artifact.js';
import { camelCase, pascalCase } from '../core/names.js';
import { renderTemplates } from '../core/templates.js';
import { specValues } from '../core/test-framework.js';

/** The files of an agent, by name, before they get the style of the project. */
export function agentFiles(
  tree: Tree,
  { name, project, extension, specSuffix }: Artifact,
  { spec }: { readonly spec: boolean },
): ReadonlyMap<string, string> {
  const files = new Map(
    renderTemplates(join(__dirname, 'files', project.language), {
      ...specValues(tree, ['afterAll', 'afterEach', 'beforeAll', 'describe', 'expect', 'it']),
      name,
      className: pascalCase(name),
      variable: camelCase(name),
      extension,
      specSuffix,
    }),
  );
  if (!spec) files.delete(`${name}.agent.${specSuffix}.${project.language}`);
  return files;
}
