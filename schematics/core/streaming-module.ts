import { PACKAGE } from './package-name.js';
import { entryFile } from './root-module.js';
import type { SourceFile } from './source-file.js';
import type { SourceTree } from './source-tree.js';
import { Symbols } from './symbols.js';
import { type CallExpression, isKind, memberName, type Node, walk } from './syntax.js';
import type { Project } from './workspace.js';

/** A spec configures the module for itself alone. */
const SPEC = /(?<=[./_-])(spec|test)\.[cm]?[jt]sx?$|\/(__tests__|__mocks__)\//;

/** A call that configures the module. */
export interface StreamingModuleCall {
  readonly file: SourceFile;
  readonly call: CallExpression;
  readonly method: 'forRoot' | 'forRootAsync';
}

/**
 * The calls of `StreamingModule.forRoot` and `forRootAsync` in a project: in its sources, and in what
 * its entry file leads to. Names are followed through aliases, namespaces and re-exports.
 *
 * @throws SourceSyntaxError when a file that names the package does not parse
 */
export function streamingModuleCalls(sources: SourceTree, project: Project): StreamingModuleCall[] {
  const entry = entryFile(sources, project);
  const reachable = entry === undefined ? [] : sources.reachable(entry).map(({ path }) => path);
  return callsIn(sources, new Set([...sources.paths(project.sourceRoot), ...reachable]));
}

/** The calls in some files, specs left out. */
export function callsIn(sources: SourceTree, paths: Iterable<string>): StreamingModuleCall[] {
  const symbols = new Symbols(sources);
  const found: StreamingModuleCall[] = [];
  for (const path of paths) {
    if (SPEC.test(path) || !/\bforRoot(Async)?\b/.test(sources.text(path))) continue;
    const file = sources.file(path);
    const error = sources.broken.get(path);
    if (error !== undefined && sources.text(path).includes(PACKAGE)) throw error;
    if (file === undefined) continue;
    walk(file.program, (node) => {
      if (!isKind(node, 'CallExpression') || node.callee.type !== 'MemberExpression') return;
      const method = memberName(node.callee);
      if (method !== 'forRoot' && method !== 'forRootAsync') return;
      if (isStreamingModule(symbols, file, node.callee.object))
        found.push({ file, call: node, method });
    });
  }
  return found;
}

/** Whether an expression is the module's class, under whatever name. */
function isStreamingModule(symbols: Symbols, file: SourceFile, node: Node): boolean {
  if (isKind(node, 'Identifier')) {
    const target = symbols.resolve(file, node);
    if (target?.kind === 'package')
      return target.specifier === PACKAGE && target.name === 'StreamingModule';
    // `const Stream = StreamingModule;`
    const declared = target?.node;
    return (
      target !== undefined &&
      isKind(declared, 'VariableDeclarator') &&
      isKind(declared.init, 'Identifier') &&
      declared.init !== node &&
      isStreamingModule(symbols, target.file, declared.init)
    );
  }
  if (!isKind(node, 'MemberExpression') || !isKind(node.object, 'Identifier')) return false;
  if (memberName(node) !== 'StreamingModule') return false;
  const namespace = symbols.resolve(file, node.object);
  if (namespace?.kind === 'package') return namespace.specifier === PACKAGE;
  const target = namespace && symbols.exported(namespace.file.path, 'StreamingModule');
  return target?.kind === 'package' && target.specifier === PACKAGE;
}
