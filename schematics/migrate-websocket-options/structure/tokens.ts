import type { SourceFile } from '../../core/source-file.js';
import { isKind, keyOf, memberName, type Node, walk } from '../../core/syntax.js';
import { REMOVED_TOKENS } from '../legacy-exports.js';
import type { MigrationContext } from '../migration-context.js';

/** Reports texts that were injection tokens of the library, where something is injected by them. */
export function reviewTokens(context: MigrationContext, files: readonly SourceFile[]): void {
  const used: { file: SourceFile; node: Node; token: string }[] = [];
  const provided = new Set<string>();
  for (const file of files) {
    walk(file.program, (node) => {
      if (!isKind(node, 'StringLiteral') || !REMOVED_TOKENS.has(node.value)) return;
      if (isProvided(file, node)) provided.add(node.value);
      else if (isInjected(file, node)) used.push({ file, node, token: node.value });
    });
  }
  for (const { file, node, token } of used) {
    if (!provided.has(token))
      context.leave(file, node, 'REMOVED_TOKEN', `'${token}': ${REMOVED_TOKENS.get(token)}`);
  }
}

/** `{ provide: 'TOKEN' }`: the project's own. */
function isProvided(file: SourceFile, node: Node): boolean {
  const parent = file.parentOf(node);
  return isKind(parent, 'ObjectProperty') && keyOf(parent) === 'provide';
}

/** `@Inject('TOKEN')`, `inject: ['TOKEN']`, `app.get('TOKEN')`. */
function isInjected(file: SourceFile, node: Node): boolean {
  const parent = file.parentOf(node);
  if (isKind(parent, 'ArrayExpression') || isKind(parent, 'ObjectProperty')) {
    const holder = isKind(parent, 'ArrayExpression') ? file.parentOf(parent) : parent;
    return (
      isKind(holder, 'ObjectProperty') && /^(inject|token|useExisting)$/.test(keyOf(holder) ?? '')
    );
  }
  if (!isKind(parent, 'CallExpression')) return false;
  const { callee } = parent;
  if (callee.type === 'Identifier') return callee.name === 'Inject';
  return callee.type === 'MemberExpression' && /^(get|resolve)$/.test(memberName(callee) ?? '');
}
