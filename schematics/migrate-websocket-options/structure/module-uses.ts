import type { SourceFile } from '../../core/source-file.js';
import { isKind, memberName, type Node, walk } from '../../core/syntax.js';
import { RENAMED_EXPORTS } from '../legacy-exports.js';
import type { MigrationContext } from '../migration-context.js';
import { packageExport } from '../package-exports.js';
import { isMember } from '../value-nodes.js';

const FACTORY = /^forRoot(Async)?$/;
/** What modules have that other packages configure several times. */
const NO_FACTORY = /^(forFeature|forChild|register)(Async)?$/;

/** Reports uses of the module that configure it in a way which nothing else here follows. */
export function reviewModuleUses(context: MigrationContext, file: SourceFile): void {
  walk(file.program, (node) => {
    if (isKind(node, 'VariableDeclarator') && node.id.type === 'ObjectPattern') {
      if (node.init && isModule(context, file, node.init))
        context.leave(file, node.id, 'UNRESOLVED_VALUE');
    } else if (isMember(node) && isModule(context, file, node.object))
      reviewMember(context, file, node);
  });
}

function reviewMember(context: MigrationContext, file: SourceFile, node: Node): void {
  const name = isMember(node) ? (memberName(node) ?? '') : '';
  const parent = file.parentOf(node);
  const isCall = parent !== undefined && 'callee' in parent && parent.callee === node;
  if (NO_FACTORY.test(name) && isCall) {
    const advice = `\`${name}\`: configure the module with \`forRoot\`, once`;
    context.leave(file, node, 'REMOVED_EXPORT', advice);
  }
  if (!FACTORY.test(name)) return;
  const [argument] = isCall ? (parent as unknown as { arguments: Node[] }).arguments : [node];
  if (argument === node || argument?.type === 'SpreadElement')
    context.leave(file, argument, 'UNRESOLVED_VALUE');
}

/** A class that extends the module has factories of its own. */
function isModule(context: MigrationContext, file: SourceFile, node: Node): boolean {
  const target = isKind(node, 'Identifier') ? context.symbols.resolve(file, node) : undefined;
  if (target?.kind === 'local' && isKind(target.node, 'ClassDeclaration')) return false;
  const name = packageExport(context.symbols, file, node);
  return name !== undefined && (RENAMED_EXPORTS.get(name) ?? name) === 'StreamingModule';
}
