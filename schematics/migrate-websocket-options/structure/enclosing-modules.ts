import type { SourceFile } from '../../core/source-file.js';
import { isKind, memberName, type Node, walk } from '../../core/syntax.js';
import type { AsyncOptions } from '../async-options.js';
import { alternativesOf } from '../composition.js';
import { SUITE } from '../legacy-exports.js';
import type { MigrationContext } from '../migration-context.js';
import { isExpression } from '../value-nodes.js';

/** The modules that enclosed all others of the old suite. */
const ENCLOSING = /^(Nestjs)?Lang[gG]raph(Core)?Module$/;

/** Keys by which `streaming` options of any other module are known as those of this library. */
const OURS = ['websocket', 'gateway', 'defaultBufferSize', 'buffer', 'tokens', 'defaultMode'];

/** Reports `streaming` options of an enclosing module: `NestjsLanggraphModule.forRoot({ streaming })`. */
export function reviewEnclosingModules(
  context: MigrationContext,
  asyncOptions: AsyncOptions,
  file: SourceFile,
): void {
  walk(file.program, (node) => {
    if (!isKind(node, 'CallExpression') || node.callee.type !== 'MemberExpression') return;
    const factory = memberName(node.callee);
    const [argument] = node.arguments;
    if (!/^(forRoot|register)(Async)?$/.test(factory ?? '') || !argument || !isExpression(argument))
      return;
    const module = moduleOf(context, file, node.callee.object);
    if (module === undefined) return;
    const value = { file, node: argument };
    const { sites } = factory?.endsWith('Async')
      ? asyncOptions.resolve(value)
      : context.values.resolve(value);
    for (const site of sites) {
      const member = context.edit(site).member('streaming');
      const literals = alternativesOf(context, site, 'streaming').compositions;
      const isOurs = literals.some(({ parts }) =>
        parts.some((part) => OURS.some((key) => context.edit(part).has(key))),
      );
      if (member && (ENCLOSING.test(module) || isOurs))
        context.leave(site.file, member, 'ENCLOSING_MODULE');
    }
  });
}

/** The name of a module of the old suite. */
function moduleOf(context: MigrationContext, file: SourceFile, node: Node): string | undefined {
  if (!isKind(node, 'Identifier')) return undefined;
  const target = context.symbols.resolve(file, node);
  if (target?.kind !== 'package') return ENCLOSING.test(node.name) ? node.name : undefined;
  return target.specifier.startsWith(SUITE) || ENCLOSING.test(target.name)
    ? target.name
    : undefined;
}
