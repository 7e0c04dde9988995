import type { SourceTree } from './source-tree.js';
import { isKind, walk } from './syntax.js';

const SPEC = /[._](spec|test|e2e-spec)\.[cm]?[jt]sx?$/;

/** The file whose class is the agent of a name: `@StreamingAgent('support')`. Specs have agents of their own. */
export function agentFile(sources: SourceTree, root: string, name: string): string | undefined {
  return sources.paths(root).find((path) => {
    if (SPEC.test(path) || !sources.text(path).includes('StreamingAgent')) return false;
    const file = sources.file(path);
    let found = false;
    if (file === undefined) return false;
    walk(file.program, (node) => {
      if (!isKind(node, 'CallExpression') || !isKind(node.callee, 'Identifier')) return;
      const [given] = node.arguments;
      found ||=
        node.callee.name === 'StreamingAgent' &&
        given?.type === 'StringLiteral' &&
        given.value === name;
    });
    return found;
  });
}
