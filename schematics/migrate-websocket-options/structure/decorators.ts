import type { SourceFile } from '../../core/source-file.js';
import { isKind, keyOf, type Node, walk } from '../../core/syntax.js';
import type { MigrationContext } from '../migration-context.js';
import { packageExport } from '../package-exports.js';
import { propertyOf } from '../value-nodes.js';

/** Options of decorators that no version ever read, and that their types do not have any more. */
const UNREAD: Readonly<Record<string, readonly string[]>> = {
  StreamToken: ['streamingDelay', 'errorStrategy'],
  StreamEvent: ['batchSize', 'streamingDelay', 'errorStrategy'],
  StreamProgress: ['streamingDelay', 'errorStrategy'],
};

/** The parts of `@StreamAll`, and the decorators whose options they take. */
const PARTS = { token: 'StreamToken', event: 'StreamEvent', progress: 'StreamProgress' } as const;

/** Reports options of decorators that have no effect. */
export function reviewDecorators(context: MigrationContext, file: SourceFile): void {
  walk(file.program, (node) => {
    if (!isKind(node, 'CallExpression')) return;
    const name = packageExport(context.symbols, file, node.callee);
    const [options] = node.arguments;
    if (name === undefined || !options || !/^Stream(Token|Event|Progress|All)$/.test(name)) return;
    review(context, file, options, UNREAD[name] ?? []);
    if (name !== 'StreamAll' || !isKind(options, 'ObjectExpression')) return;
    for (const [part, decorator] of Object.entries(PARTS)) {
      const inner = propertyOf(options, part);
      if (inner) review(context, file, inner, UNREAD[decorator] ?? []);
    }
  });
}

function review(
  context: MigrationContext,
  file: SourceFile,
  options: Node,
  unread: readonly string[],
): void {
  if (!isKind(options, 'ObjectExpression')) return;
  for (const member of options.properties) {
    const key = member.type === 'SpreadElement' ? undefined : keyOf(member);
    if (key !== undefined && unread.includes(key)) context.leave(file, member, 'NO_EFFECT');
  }
}
