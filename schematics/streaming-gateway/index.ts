import type { Rule, SchematicContext, Tree } from '@angular-devkit/schematics';
import { join } from 'node:path';
import { type ArtifactOptions, type Artifact, locateArtifact } from '../core/artifact.js';
import {
  type AuthenticationChoice,
  authenticationChoice,
  readEnvironment,
} from '../core/authentication-choices.js';
import { addToEnvExample } from '../core/env-example.js';
import { formatFiles } from '../core/format.js';
import { pascalCase } from '../core/names.js';
import { PACKAGE } from '../core/package-name.js';
import { registerProvider } from '../core/register-provider.js';
import { importsStreamingModule } from '../core/streaming-module.js';
import { createFiles, renderTemplates } from '../core/templates.js';
import { testGlobalsImport } from '../core/test-framework.js';

/** Options of the schematic. */
export interface StreamingGatewayOptions extends ArtifactOptions {
  /** The same as `type`, where a free name can be given. */
  readonly auth?: string;
}

/** Creates a gateway with handlers, an access policy and a spec, and registers it. */
export function streamingGateway(options: StreamingGatewayOptions): Rule {
  return async (tree: Tree, { logger }: SchematicContext) => {
    const type = options.auth ?? options.type ?? 'module';
    const artifact = locateArtifact(tree, options);
    const authentication = resolveAuthentication(type, artifact);
    const files = renderFiles(tree, artifact, options, authentication);
    const created = createFiles(tree, artifact.folder, files);
    for (const path of created) logger.info(`Created ${path}`);
    addToEnvExample(tree, authentication?.variables ?? []);
    if (!options.skipImport) {
      logger.info(
        registerProvider(
          artifact,
          `${pascalCase(artifact.name)}Gateway`,
          `${artifact.name}.gateway`,
        ),
      );
    }
    if (options.format) await formatFiles(tree, created);
    if (!importsStreamingModule(artifact.sources, artifact.project)) {
      logger.warn(`No module imports StreamingModule yet: run nest add ${PACKAGE}.`);
    }
    if (type === 'module' && authentication) {
      logger.info(
        'StreamingModule has no authentication here, so the gateway has its own: JSON Web Tokens.',
      );
    }
  };
}

/** A generated gateway is never open: where the module does not authenticate, the gateway does. */
function resolveAuthentication(
  type: string,
  { sources, project }: Artifact,
): AuthenticationChoice | undefined {
  const choice = authenticationChoice(type, ['module']);
  if (choice !== undefined) return choice;
  const isAuthenticated = sources.paths(project.sourceRoot).some((path) => {
    const text = sources.text(path);
    return text.includes(PACKAGE) && /\bstrategies\s*:/.test(text);
  });
  return isAuthenticated ? undefined : authenticationChoice('jwt', []);
}

function renderFiles(
  tree: Tree,
  { name, project, extension, specSuffix }: Artifact,
  options: StreamingGatewayOptions,
  authentication: AuthenticationChoice | undefined,
): ReadonlyMap<string, string> {
  const files = new Map(
    renderTemplates(join(__dirname, 'files', project.language), {
      name,
      className: pascalCase(name),
      extension,
      specSuffix,
      testGlobals: testGlobalsImport(tree, ['beforeEach', 'describe', 'expect', 'it']),
      hasAuthentication: authentication !== undefined,
      strategy: authentication?.strategy ?? '',
      strategyOptions: authentication?.options(readEnvironment) ?? '',
    }),
  );
  if (!authentication) files.delete(`${name}.authentication.${project.language}`);
  if (options.spec === false) files.delete(`${name}.gateway.${specSuffix}.${project.language}`);
  return files;
}
