import type { Rule, SchematicContext, Tree } from '@angular-devkit/schematics';
import { type Artifact, type ArtifactOptions, locateArtifact } from '../core/artifact.js';
import { type AuthenticationChoice, authenticationChoice } from '../core/authentication-choices.js';
import { addToEnvExample } from '../core/env-example.js';
import { generate } from '../core/generate.js';
import { pascalCase } from '../core/names.js';
import { PACKAGE } from '../core/package-name.js';
import { SPEC_DEPENDENCIES } from '../core/peer-dependencies.js';
import { streamingModuleCalls } from '../core/streaming-module.js';
import { StreamingOptions } from '../core/streaming-options.js';
import { Summary } from '../core/summary.js';
import { gatewayFiles } from './gateway-files.js';

/** Options of the schematic. */
export interface StreamingGatewayOptions extends ArtifactOptions {
  /** The same as `type`, where a free name can be given. */
  readonly auth?: string;
}

/** Creates a gateway with handlers, an access policy and a spec, and registers it. */
export function streamingGateway(options: StreamingGatewayOptions): Rule {
  return async (tree: Tree, context: SchematicContext) => {
    const type = options.auth ?? options.type ?? 'module';
    const artifact = locateArtifact(tree, options);
    const calls = streamingModuleCalls(artifact.sources, artifact.project);
    const choice = authenticationChoice(type, ['module']);
    // A generated gateway is never open: where the module does not authenticate, the gateway does.
    const isAuthenticated = calls.some(
      (call) => new StreamingOptions(artifact.sources, call).isAuthenticated !== false,
    );
    const authentication =
      choice ?? (isAuthenticated ? undefined : authenticationChoice('jwt', []));
    const spec = options.spec !== false;
    const summary = new Summary();
    await generate(tree, context, summary, {
      artifact,
      options,
      files: gatewayFiles(tree, artifact, { authentication, spec }),
      provider: {
        className: `${pascalCase(artifact.name)}Gateway`,
        file: `${artifact.name}.gateway`,
      },
      dependencies: spec ? SPEC_DEPENDENCIES : [],
    });
    addToEnvExample(tree, authentication?.variables ?? []);
    tellWhatIsLeft(summary, artifact, {
      authentication,
      isChosen: choice !== undefined,
      isConfigured: calls.length > 0,
    });
    summary.print(context, 'Everything is generated already.');
  };
}

function tellWhatIsLeft(
  summary: Summary,
  { name }: Artifact,
  gateway: {
    readonly authentication: AuthenticationChoice | undefined;
    readonly isChosen: boolean;
    readonly isConfigured: boolean;
  },
): void {
  if (gateway.authentication !== undefined && !gateway.isChosen) {
    summary.did(
      'The gateway verifies JSON Web Tokens itself, since StreamingModule has no authentication.',
    );
  }
  if (!gateway.isConfigured)
    summary.leave(`No module imports StreamingModule: run nest add ${PACKAGE}.`);
  for (const variable of gateway.authentication?.variables ?? []) {
    summary.leave(`Set ${variable.name} where the application runs. ${variable.comment}`);
  }
  summary.suggest(`nest g streaming-client ${name}`);
}
