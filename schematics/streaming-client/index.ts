import type { Rule, SchematicContext, Tree } from '@angular-devkit/schematics';
import { join } from 'node:path';
import { agentFile } from '../core/agents.js';
import { type ArtifactOptions, folderInside } from '../core/artifact.js';
import { formatNew } from '../core/format.js';
import { importExtension } from '../core/import-extension.js';
import { camelCase, fileName, pascalCase } from '../core/names.js';
import { PACKAGE } from '../core/package-name.js';
import { pathAliases } from '../core/path-aliases.js';
import { SchematicError } from '../core/schematic-error.js';
import { SourceTree } from '../core/source-tree.js';
import { streamingModuleCalls } from '../core/streaming-module.js';
import { StreamingOptions } from '../core/streaming-options.js';
import { suggestion } from '../core/suggestions.js';
import { Summary } from '../core/summary.js';
import { createFiles, renderTemplates } from '../core/templates.js';
import { findProject, type Project } from '../core/workspace.js';
import { keepOutOfNestBuilds } from './nest-build.js';

/** Options of the schematic. */
export interface StreamingClientOptions extends ArtifactOptions {
  /** The same as `type: 'react'`, where a free flag can be given. */
  readonly react?: boolean;
}

const TYPES = ['client', 'react'];
/** With these names the hook would have the name of one that it uses. */
const HOOKS = {
  gateway: ['callback', 'execution', 'request', 'state'],
  agent: ['thread'],
};
/** Where front ends live. The folder is from the root of the workspace, not from the server's sources. */
const FRONT_ENDS = ['client', 'web', 'frontend', 'ui', 'apps/web', 'apps/client', 'apps/frontend'];

/** Creates a typed client for the browser, and a React hook when asked for. */
export function streamingClient(options: StreamingClientOptions): Rule {
  return async (tree: Tree, context: SchematicContext) => {
    const type = typeOf(options);
    const project = findProject(tree, options);
    const { language, sourceRoot } = project;
    const name = fileName(options.name.split(/[/\\]/).at(-1) ?? '');
    const server = serverOf(tree, project, name);
    if (type === 'react' && HOOKS[server.kind].includes(name)) {
      throw new SchematicError(
        `"${name}" would name the hook as one that it uses. Choose a name such as chat.`,
      );
    }
    const folder = folderInside('/', options.path ?? frontEnd(tree));
    if (folder === sourceRoot || folder.startsWith(`${sourceRoot}/`)) {
      throw new SchematicError(
        `${folder.slice(1)} is compiled into the server. Name the folder of the front end, such as client/src.`,
      );
    }
    const summary = new Summary();
    const files = renderFiles(language, type, server, {
      name,
      className: pascalCase(name),
      variable: camelCase(name),
      extension: importExtension(tree, folder),
    });
    for (const path of createFiles(tree, folder, await formatNew(tree, folder, files)))
      summary.did(`${path.slice(1)} is created.`);
    for (const path of keepOutOfNestBuilds(tree, folder))
      summary.did(`${path.slice(1)} leaves the front end out of the build of the server.`);
    const packages = [PACKAGE, 'socket.io-client', ...(type === 'react' ? ['react'] : [])];
    summary.leave(`Install in the front end: npm install ${packages.join(' ')}`);
    if (type === 'react')
      summary.leave(
        `Put a StreamingProvider above the page, with create${pascalCase(name)}Client.`,
      );
    summary.print(context, 'Everything is generated already.');
  };
}

/** What a client connects to. */
interface Server {
  readonly kind: 'agent' | 'gateway';
  readonly namespace: string;
}

/** An agent of the project, whose namespace is that of the module; or else the gateway of the name. */
function serverOf(tree: Tree, project: Project, name: string): Server {
  const sources = new SourceTree(tree, pathAliases(tree));
  const hasGateway = sources
    .paths(project.sourceRoot)
    .some((path) => new RegExp(`/${name}\\.gateway\\.[jt]s$`).test(path));
  if (hasGateway || agentFile(sources, project.sourceRoot, name) === undefined)
    return { kind: 'gateway', namespace: `/${name}` };
  const [call] = streamingModuleCalls(sources, project);
  const namespace = call && new StreamingOptions(sources, call).gatewayOption('namespace')?.node;
  const written = namespace?.type === 'StringLiteral' ? namespace.value : '/streaming';
  return { kind: 'agent', namespace: written.replace(/^\/?/, '/') };
}

function typeOf({ react, type = 'client' }: StreamingClientOptions): string {
  if (react) return 'react';
  if (TYPES.includes(type)) return type;
  const meant = suggestion(type, TYPES) ?? TYPES.join(' or ');
  throw new SchematicError(`There is no client "${type}". Did you mean ${meant}?`);
}

function frontEnd(tree: Tree): string {
  const found = FRONT_ENDS.find(
    (folder) =>
      tree.exists(`/${folder}/package.json`) || tree.getDir(`/${folder}/src`).subfiles.length > 0,
  );
  return `${found ?? 'client'}/src`;
}

function renderFiles(
  language: 'ts' | 'js',
  type: string,
  { kind, namespace }: Server,
  values: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const base = kind === 'agent' ? `${language}-agent` : language;
  const folders = type === 'react' ? [base, `${base}-react`] : [base];
  return new Map(
    folders.flatMap((source) => [
      ...renderTemplates(join(__dirname, 'files', source), { ...values, namespace }),
    ]),
  );
}
