import type { Rule, SchematicContext, Tree } from '@angular-devkit/schematics';
import { join } from 'node:path';
import { join as joinPosix } from 'node:path/posix';
import type { ArtifactOptions } from '../core/artifact.js';
import { formatFiles } from '../core/format.js';
import { importExtension } from '../core/import-extension.js';
import { fileName, pascalCase } from '../core/names.js';
import { SchematicError } from '../core/schematic-error.js';
import { suggestion } from '../core/suggestions.js';
import { createFiles, renderTemplates } from '../core/templates.js';
import { findProject } from '../core/workspace.js';

/** Options of the schematic. */
export interface StreamingClientOptions extends ArtifactOptions {
  /** The same as `type: 'react'`, where a free flag can be given. */
  readonly react?: boolean;
}

const TYPES = ['client', 'react'];
/** Where front ends live. The folder is from the root of the workspace, not from the server's sources. */
const FRONT_ENDS = ['client', 'web', 'frontend', 'ui', 'apps/web', 'apps/client', 'apps/frontend'];

/** Creates a typed client for the browser, and a React hook when asked for. */
export function streamingClient(options: StreamingClientOptions): Rule {
  return async (tree: Tree, { logger }: SchematicContext) => {
    const type = options.react ? 'react' : (options.type ?? 'client');
    if (!TYPES.includes(type)) {
      const meant = suggestion(type, TYPES) ?? TYPES.join(' or ');
      throw new SchematicError(`There is no client "${type}". Did you mean ${meant}?`);
    }
    const folder = joinPosix('/', options.path ?? frontEnd(tree));
    const created = createFiles(tree, folder, renderFiles(tree, folder, options, type));
    if (options.format) await formatFiles(tree, created);
    for (const path of created) logger.info(`Created ${path}`);
    logger.info(
      `Install in the front end: npm install @hive-academy/langgraph-streaming socket.io-client`,
    );
  };
}

function frontEnd(tree: Tree): string {
  const found = FRONT_ENDS.find(
    (folder) =>
      tree.exists(`/${folder}/package.json`) || tree.getDir(`/${folder}/src`).subfiles.length > 0,
  );
  return `${found ?? 'client'}/src`;
}

function renderFiles(
  tree: Tree,
  folder: string,
  options: StreamingClientOptions,
  type: string,
): ReadonlyMap<string, string> {
  const { language } = findProject(tree, options);
  const name = fileName(options.name.split('/').at(-1) ?? '');
  const values = { name, className: pascalCase(name), extension: importExtension(tree, folder) };
  const folders = type === 'react' ? [language, `${language}-react`] : [language];
  return new Map(
    folders.flatMap((source) => [...renderTemplates(join(__dirname, 'files', source), values)]),
  );
}
