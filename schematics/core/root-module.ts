import type { Tree } from '@angular-devkit/schematics';
import { dirname, join } from 'node:path/posix';
import { SchematicError } from './schematic-error.js';
import type { SourceFile } from './source-file.js';
import type { SourceTree } from './source-tree.js';
import { Symbols } from './symbols.js';
import {
  type CallExpression,
  type ClassDeclaration,
  type Identifier,
  memberName,
  walk,
} from './syntax.js';
import type { Project } from './workspace.js';

/** A module class and the file it is in. */
export interface ModuleClass {
  readonly file: SourceFile;
  readonly className: string | undefined;
}

/**
 * Finds the root module: the one named, else what the entry file gives to `NestFactory`, else
 * `app.module`, else the only module of the source folder.
 *
 * @throws SchematicError when there is none, or several could be meant
 */
export function findRootModule(
  tree: Tree,
  sources: SourceTree,
  project: Project,
  named?: string,
): ModuleClass {
  if (named !== undefined) return moduleAt(sources, project, named);
  const bootstrapped = bootstrappedModule(sources, project);
  if (bootstrapped) return bootstrapped;
  const modules = tree
    .getDir(project.sourceRoot)
    .subfiles.filter((file) => /\.module\.[cm]?[jt]s$/.test(file))
    .map((file) => join(project.sourceRoot, file));
  const candidate = modules.find((path) => /\/app\.module\.\w+$/.test(path)) ?? modules[0];
  const isClear = candidate?.includes('/app.module.') || modules.length === 1;
  const file = isClear && candidate !== undefined ? sources.file(candidate) : undefined;
  if (file === undefined) {
    throw new SchematicError(
      `The root module of ${project.sourceRoot} could not be found. Name its file with --module.`,
    );
  }
  return { file, className: undefined };
}

function moduleAt(sources: SourceTree, project: Project, named: string): ModuleClass {
  const candidates = [named, `${named}.module`, `${named}/${named}.module`].flatMap((name) =>
    ['', '.ts', '.js'].flatMap((extension) => [
      join('/', name + extension),
      join(project.sourceRoot, name + extension),
    ]),
  );
  for (const path of candidates) {
    const file = /\.[cm]?[jt]s$/.test(path) ? sources.file(path) : undefined;
    if (file !== undefined) return { file, className: undefined };
  }
  throw new SchematicError(`There is no module file ${named} in ${project.sourceRoot}.`);
}

/** The class that the entry file hands to `NestFactory.create…`. */
function bootstrappedModule(sources: SourceTree, project: Project): ModuleClass | undefined {
  const entries = ['.ts', '.js', '.mts', '.mjs'].map((extension) =>
    join(project.sourceRoot, project.entryFile + extension),
  );
  const entry = entries.map((path) => sources.file(path)).find((file) => file !== undefined);
  const name = entry && rootIdentifier(entry);
  const target = name && new Symbols(sources).resolve(entry, name);
  if (target?.kind !== 'local' || !target.node.type.startsWith('Class')) return undefined;
  return { file: target.file, className: (target.node as ClassDeclaration).id?.name };
}

function rootIdentifier(entry: SourceFile): Identifier | undefined {
  let found: Identifier | undefined;
  walk(entry.program, (node) => {
    if (node.type !== 'CallExpression') return;
    const { callee, arguments: values } = node as CallExpression;
    const [root] = values;
    if (callee.type !== 'MemberExpression' || root?.type !== 'Identifier') return;
    if (callee.object.type !== 'Identifier' || callee.object.name !== 'NestFactory') return;
    if (memberName(callee)?.startsWith('create')) found ??= root;
  });
  return found;
}

/** The module file nearest to a folder, from there upwards. */
export function nearestModule(
  tree: Tree,
  sources: SourceTree,
  folder: string,
): SourceFile | undefined {
  for (let current = folder; ; current = dirname(current)) {
    const modules = tree
      .getDir(current)
      .subfiles.filter((file) => /\.module\.[cm]?[jt]s$/.test(file));
    const [first] = modules;
    if (first !== undefined) {
      const own = modules.find((file) => current.endsWith(`/${file.split('.')[0]}`));
      return sources.file(join(current, own ?? first));
    }
    if (current === '/' || current === '.') return undefined;
  }
}
