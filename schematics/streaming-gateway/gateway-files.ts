import type { Tree } from '@angular-devkit/schematics';
import { join } from 'node:path';
import type { Artifact } from '../core/artifact.js';
import { type AuthenticationChoice, readEnvironment } from '../core/authentication-choices.js';
import { pascalCase } from '../core/names.js';
import { renderTemplates } from '../core/templates.js';
import { specValues } from '../core/test-framework.js';

/** Which gateway is generated. */
export interface GatewayVariant {
  /** The strategy of its own; undefined where it has the module's. */
  readonly authentication: AuthenticationChoice | undefined;
  readonly spec: boolean;
}

/** The files of a gateway, by name, before they get the style of the project. */
export function gatewayFiles(
  tree: Tree,
  { name, project, extension, specSuffix }: Artifact,
  { authentication, spec }: GatewayVariant,
): ReadonlyMap<string, string> {
  const files = new Map(
    renderTemplates(join(__dirname, 'files', project.language), {
      ...specValues(tree, ['afterAll', 'afterEach', 'beforeAll', 'describe', 'expect', 'it']),
      name,
      className: pascalCase(name),
      extension,
      specSuffix,
      hasAuthentication: authentication !== undefined,
      strategy: authentication?.strategy ?? '',
      strategyOptions: authentication?.options(readEnvironment) ?? '',
    }),
  );
  if (!authentication) files.delete(`${name}.authentication.${project.language}`);
  if (!spec) files.delete(`${name}.gateway.${specSuffix}.${project.language}`);
  return files;
}
