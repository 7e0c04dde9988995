import type { SourceFile } from '../../core/source-file.js';
import type { Node } from '../../core/syntax.js';
import type { ModuleCall } from '../find-options.js';
import type { MigrationContext } from '../migration-context.js';
import { isTestFile } from '../test-files.js';

const SPECIFIER = /\b(?:from|import|require)\s*\(?\s*['"]([^'"]+)['"]/g;

/** Reports calls beyond the first in one application: the boot refuses a second `forRoot`. */
export function reviewSecondCalls(
  context: MigrationContext,
  paths: readonly string[],
  calls: readonly ModuleCall[],
): void {
  const counted = calls.filter(({ file }) => !isTestFile(file.path));
  if (counted.length < 2) return;
  const sources = paths.filter((path) => !isTestFile(path));
  const entries = sources.filter((path) => context.sources.text(path).includes('NestFactory'));
  for (const entry of entries.length > 0 ? entries : sources) {
    const reached = [...reachable(context, entry)].flatMap((path) =>
      counted.filter(({ file }) => file.path === path),
    );
    const kept: ModuleCall[] = [];
    for (const call of reached) {
      if (kept.every((other) => isEither(call, other))) kept.push(call);
      else context.leave(call.file, call.node, 'SECOND_FOR_ROOT');
    }
  }
}

/** A file and all that it imports, the nearest first. */
function reachable(context: MigrationContext, entry: string): ReadonlySet<string> {
  const found = new Set([entry]);
  for (const path of found) {
    for (const [, specifier = ''] of context.sources.text(path).matchAll(SPECIFIER)) {
      const target = context.sources.resolve(path, specifier);
      if (target !== undefined && !isTestFile(target)) found.add(target);
    }
  }
  return found;
}

/** Whether only one of two calls runs: `production ? forRoot(a) : forRoot(b)`. */
function isEither({ file, node }: ModuleCall, other: ModuleCall): boolean {
  if (file !== other.file) return false;
  const branches = branchesAbove(file, node);
  return branchesAbove(file, other.node).some(({ choice, branch }) =>
    branches.some((mine) => mine.choice === choice && mine.branch !== branch),
  );
}

function branchesAbove(file: SourceFile, node: Node): { choice: Node; branch: Node }[] {
  const found: { choice: Node; branch: Node }[] = [];
  let branch = node;
  for (let owner = file.parentOf(node); owner; owner = file.parentOf(owner)) {
    if (/^(Conditional|Logical)Expression$|^IfStatement$/.test(owner.type))
      found.push({ choice: owner, branch });
    branch = owner;
  }
  return found;
}
