import { PACKAGE } from './package-name.js';
import { entryFile } from './root-module.js';
import type { SourceFile } from './source-file.js';
import type { SourceTree } from './source-tree.js';
import { Symbols } from './symbols.js';
import { type CallExpression, isKind, memberName, type Node, walk } from './syntax.js';
import type { Project } from './workspace.js';

/** A spec configures the module for itself alone. */
const SPEC = /(?<=[./_-])(spec|test)\.[cm]?[jt]sx?$|\/(__tests__|__mocks__)\//;

/** A class of a package. */
export interface PackageClass {
  readonly specifier: string;
  readonly name: string;
}

const STREAMING_MODULE: PackageClass = { specifier: PACKAGE, name: 'StreamingModule' };
/** The module that gives `ConfigService`. */
export const CONFIG_MODULE: PackageClass = { specifier: '@nestjs/config', name: 'ConfigModule' };

/** A call that configures a module. */
export interface StreamingModuleCall {
  readonly file: SourceFile;
  readonly call: CallExpression;
  readonly method: 'forRoot' | 'forRootAsync';
}

/**
 * The calls of `StreamingModule.forRoot` and `forRootAsync` in a project: in its sources, and in what
 * its entry file leads to. Specs are left out.
 *
 * @throws SourceSyntaxError when a file that names the package does not parse
 */
export function streamingModuleCalls(sources: SourceTree, project: Project): StreamingModuleCall[] {
  const entry = entryFile(sources, project);
  const reachable = entry === undefined ? [] : sources.reachable(entry).map(({ path }) => path);
  return moduleCalls(sources, new Set([...sources.paths(project.sourceRoot), ...reachable]));
}

/**
 * The calls that configure a module in some files. Its name is followed through aliases, namespaces
 * and re-exports.
 */
export function moduleCalls(
  sources: SourceTree,
  paths: Iterable<string>,
  module = STREAMING_MODULE,
): StreamingModuleCall[] {
  const symbols = new Symbols(sources);
  const found: StreamingModuleCall[] = [];
  for (const path of paths) {
    if (SPEC.test(path) || !/\bforRoot(Async)?\b/.test(sources.text(path))) continue;
    const file = sources.file(path);
    const error = sources.broken.get(path);
    if (error !== undefined && sources.text(path).includes(module.specifier)) throw error;
    if (file === undefined) continue;
    walk(file.program, (node) => {
      if (!isKind(node, 'CallExpression') || node.callee.type !== 'MemberExpression') return;
      const method = memberName(node.callee);
      if (method !== 'forRoot' && method !== 'forRootAsync') return;
      if (isClass(symbols, file, node.callee.object, module))
        found.push({ file, call: node, method });
    });
  }
  return found;
}

/** Whether an expression is a class of a package, under whatever name. */
export function isClass(
  symbols: Symbols,
  file: SourceFile,
  node: Node,
  wanted: PackageClass,
): boolean {
  if (isKind(node, 'Identifier')) {
    const target = symbols.resolve(file, node);
    if (target?.kind === 'package')
      return target.specifier === wanted.specifier && target.name === wanted.name;
    // `const Stream = StreamingModule;`
    const declared = target?.node;
    return (
      target !== undefined &&
      isKind(declared, 'VariableDeclarator') &&
      isKind(declared.init, 'Identifier') &&
      declared.init.name !== node.name &&
      isClass(symbols, target.file, declared.init, wanted)
    );
  }
  if (!isKind(node, 'MemberExpression') || !isKind(node.object, 'Identifier')) return false;
  if (memberName(node) !== wanted.name) return false;
  const namespace = symbols.resolve(file, node.object);
  if (namespace?.kind === 'package') return namespace.specifier === wanted.specifier;
  const target = namespace && symbols.exported(namespace.file.path, wanted.name);
  return target?.kind === 'package' && target.specifier === wanted.specifier;
}
