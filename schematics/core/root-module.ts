import { dirname, join } from 'node:path/posix';
import { SchematicError } from './schematic-error.js';
import type { SourceFile } from './source-file.js';
import type { SourceTree } from './source-tree.js';
import { Symbols } from './symbols.js';
import {
  type CallExpression,
  type ClassDeclaration,
  type Identifier,
  isKind,
  memberName,
  type Node,
  walk,
} from './syntax.js';
import type { Project } from './workspace.js';

/** A module class and the file it is in. */
export interface ModuleClass {
  readonly file: SourceFile;
  readonly className: string | undefined;
}

const MODULE_FILE = /\.module\.[cm]?[jt]s$/;

/**
 * Finds the root module: the one named, else what the entry file gives to `NestFactory`, else
 * `app.module`, else the only module of the sources.
 *
 * @throws SchematicError when there is none, when several could be meant, or when its file does not
 * parse
 */
export function findRootModule(sources: SourceTree, project: Project, named?: string): ModuleClass {
  const found =
    named === undefined ? rootModule(sources, project) : moduleAt(sources, project, named);
  if (found !== undefined) return found;
  // A file that does not parse is likely to be the one.
  for (const error of sources.broken.values()) throw error;
  throw new SchematicError(
    named === undefined
      ? `The root module of ${project.sourceRoot} could not be found. Name its file with --module.`
      : `There is no module file ${named} in ${project.sourceRoot}.`,
  );
}

/** The root module of a project, if it is clear which one that is. */
export function rootModule(sources: SourceTree, project: Project): ModuleClass | undefined {
  const bootstrapped = bootstrappedModule(sources, project);
  if (bootstrapped) return bootstrapped;
  const modules = sources.paths(project.sourceRoot).filter((path) => MODULE_FILE.test(path));
  const [candidate, ...others] = modules.filter((path) => /\/app\.module\.\w+$/.test(path));
  const [only, ...more] = modules;
  const path =
    others.length === 0 ? (candidate ?? (more.length === 0 ? only : undefined)) : undefined;
  const file = path === undefined ? undefined : sources.file(path);
  return file && { file, className: undefined };
}

function moduleAt(sources: SourceTree, project: Project, named: string): ModuleClass | undefined {
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
  return undefined;
}

/** The path of the file that starts a project. */
export function entryFile(
  { tree }: SourceTree,
  { sourceRoot, entryFile: name }: Project,
): string | undefined {
  return ['.ts', '.js', '.mts', '.mjs', '.cts', '.cjs']
    .map((extension) => join(sourceRoot, name + extension))
    .find((path) => tree.exists(path));
}

/** The class that the entry file, or a file it imports, hands to `NestFactory.create…`. */
function bootstrappedModule(sources: SourceTree, project: Project): ModuleClass | undefined {
  const entry = entryFile(sources, project);
  const symbols = new Symbols(sources);
  for (const file of entry === undefined ? [] : sources.reachable(entry)) {
    for (const name of rootIdentifiers(file, symbols)) {
      const target = symbols.resolve(file, name);
      if (target?.kind !== 'local' || !target.node.type.startsWith('Class')) continue;
      return { file: target.file, className: (target.node as ClassDeclaration).id?.name };
    }
  }
  return undefined;
}

/** What a file hands to `NestFactory.create…`: `AppModule`, and `AppModule.register()` for it. */
function rootIdentifiers(file: SourceFile, symbols: Symbols): Identifier[] {
  const found: Identifier[] = [];
  walk(file.program, (node) => {
    if (node.type !== 'CallExpression') return;
    const { callee, arguments: values } = node as CallExpression;
    if (callee.type !== 'MemberExpression' || !memberName(callee)?.startsWith('create')) return;
    if (!isNestFactory(file, callee.object, symbols)) return;
    const root = classOf(values[0]);
    if (root !== undefined) found.push(root);
  });
  return found;
}

function classOf(node: Node | undefined): Identifier | undefined {
  if (isKind(node, 'Identifier')) return node;
  if (!isKind(node, 'CallExpression') || node.callee.type !== 'MemberExpression') return undefined;
  return isKind(node.callee.object, 'Identifier') ? node.callee.object : undefined;
}

function isNestFactory(file: SourceFile, node: Node, symbols: Symbols): boolean {
  if (isKind(node, 'MemberExpression')) return memberName(node) === 'NestFactory';
  if (!isKind(node, 'Identifier')) return false;
  const target = symbols.resolve(file, node);
  return target?.kind === 'package' && target.name === 'NestFactory';
}

/** The module file nearest to a folder, from there upwards to the root of the sources. */
export function nearestModule(
  sources: SourceTree,
  folder: string,
  sourceRoot: string,
): ModuleClass | undefined {
  for (let current = folder; ; current = dirname(current)) {
    const modules = sources.tree.getDir(current).subfiles.filter((file) => MODULE_FILE.test(file));
    const [first] = modules;
    if (first !== undefined) {
      const own =
        modules.find((file) => current.endsWith(`/${file.split('.')[0]}`)) ??
        modules.find((file) => file.startsWith('app.module.'));
      const file = sources.file(join(current, own ?? first));
      return file && { file, className: undefined };
    }
    if (current === sourceRoot || current === '/' || current === '.') return undefined;
  }
}
