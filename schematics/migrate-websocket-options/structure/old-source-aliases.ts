import { dirname, join } from 'node:path/posix';
import type { Tree } from '@angular-devkit/schematics';
import { JsonFile } from '../../core/json-file.js';
import { PACKAGE } from '../../core/package-name.js';
import { parseJsonText, SourceSyntaxError, type SourceText } from '../../core/source-file.js';
import { isKind, keyOf, type Node, type ObjectExpression } from '../../core/syntax.js';
import type { MigrationContext } from '../migration-context.js';

const CONFIGURATION = /^(ts|js)config[\w.-]*\.json$/;

/**
 * Reports path aliases that lead to the source of the library in a workspace of old times, where
 * nothing of this version is found.
 *
 * @returns the configurations, with the comments that are planned for them
 */
export function reviewPathAliases(
  context: MigrationContext,
  tree: Tree,
  sources: readonly string[],
): SourceText[] {
  const configurations: SourceText[] = [];
  for (const folder of foldersOf(sources)) {
    for (const name of tree.getDir(folder).subfiles) {
      const file = CONFIGURATION.test(name) ? open(tree, join(folder, name)) : undefined;
      if (file === undefined) continue;
      configurations.push(file.source);
      for (const { node, alias, target } of aliasesOf(file.root)) {
        if (leadsToOldSource(tree, alias, join(folder, file.baseUrl, target)))
          context.leave(file.source, node, 'PATH_ALIAS', `${alias} -> ${target}`);
      }
    }
  }
  return configurations;
}

/** The folders that sources are in, and those above them. */
function foldersOf(paths: readonly string[]): ReadonlySet<string> {
  const folders = new Set(['/']);
  for (const path of paths) {
    for (let folder = dirname(path); folder !== '/'; folder = dirname(folder)) folders.add(folder);
  }
  return folders;
}

interface Configuration {
  readonly source: SourceText;
  readonly root: Node;
  readonly baseUrl: string;
}

/** A configuration that does not parse is for the compiler to report. */
function open(tree: Tree, path: string): Configuration | undefined {
  try {
    const baseUrl = JsonFile.open(tree, path)?.get('compilerOptions', 'baseUrl');
    const { source, root } = parseJsonText(path, tree.readText(path));
    return { source, root, baseUrl: typeof baseUrl === 'string' ? baseUrl : '.' };
  } catch (error) {
    if (error instanceof SourceSyntaxError) return undefined;
    throw error;
  }
}

function aliasesOf(root: Node): { node: Node; alias: string; target: string }[] {
  const options = memberOf(root, 'compilerOptions');
  const paths = options && memberOf(options, 'paths');
  if (!isKind(paths, 'ObjectExpression')) return [];
  return paths.properties.flatMap((member) => {
    const alias = member.type === 'ObjectProperty' ? keyOf(member) : undefined;
    if (member.type !== 'ObjectProperty' || alias === undefined) return [];
    const targets = member.value.type === 'ArrayExpression' ? member.value.elements : [];
    return targets.flatMap((target) =>
      target?.type === 'StringLiteral' ? [{ node: member, alias, target: target.value }] : [],
    );
  });
}

function memberOf(node: Node, key: string): Node | undefined {
  if (!isKind(node, 'ObjectExpression')) return undefined;
  const { properties }: ObjectExpression = node;
  const member = properties.find((one) => one.type === 'ObjectProperty' && keyOf(one) === key);
  return member?.type === 'ObjectProperty' ? member.value : undefined;
}

/** Whether an alias hides the installed package, or its target is the source of the package. */
function leadsToOldSource(tree: Tree, alias: string, target: string): boolean {
  if (target.includes('/node_modules/')) return false;
  if (alias === PACKAGE) return true;
  const prefix = alias.replace(/\*$/, '');
  if (alias.endsWith('*') && PACKAGE.startsWith(prefix)) {
    const folder = target.replace(/\*.*$/, PACKAGE.slice(prefix.length));
    return isThere(tree, folder);
  }
  return alias.endsWith('*') ? false : isSourceOfPackage(tree, target);
}

function isThere(tree: Tree, path: string): boolean {
  const { subfiles, subdirs } = tree.getDir(path);
  return tree.exists(path) || subfiles.length + subdirs.length > 0;
}

function isSourceOfPackage(tree: Tree, target: string): boolean {
  for (let folder = dirname(target); folder !== '/'; folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    if (tree.exists(path))
      return /"name"\s*:\s*"([^"]+)"/.exec(tree.readText(path))?.[1] === PACKAGE;
  }
  return false;
}
