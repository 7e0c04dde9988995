import { ListEdit } from './list-edit.js';
import { requiredModule } from './required-module.js';
import type { SourceFile } from './source-file.js';
import { type Node, type Range, rangeOf, type Statement, walk } from './syntax.js';

/** The names that an expression uses. */
export function namesIn(node: Node): Set<string> {
  const names = new Set<string>();
  walk(node, (child) => {
    if (/^(JSX)?Identifier$/.test(child.type) && 'name' in child) names.add(String(child.name));
  });
  return names;
}

/** Removes the imports of these names that a file does not use, and statements that import nothing then. */
export function removeUnusedImports(file: SourceFile, names: ReadonlySet<string>): void {
  const used = new Set<string>();
  for (const statement of file.program.body) {
    if (importedNames(statement) === undefined)
      for (const name of namesIn(statement)) used.add(name);
  }
  for (const statement of file.program.body) {
    const imported = importedNames(statement);
    const unused = imported?.nodes.filter(({ name }) => names.has(name) && !used.has(name)) ?? [];
    if (imported === undefined || unused.length === 0) continue;
    if (unused.length === imported.nodes.length) {
      removeStatement(file, statement);
      continue;
    }
    const listed = imported.nodes.filter(({ isListed }) => isListed).map(({ node }) => node);
    const list = new ListEdit(file, bracesAround(file, listed), listed);
    for (const { node, isListed } of unused) if (isListed) list.remove(node);
    list.flush();
  }
}

interface ImportedName {
  readonly name: string;
  readonly node: Node;
  /** Whether it is between the braces. */
  readonly isListed: boolean;
}

/** What a statement imports or requires; undefined for other statements. */
function importedNames(statement: Statement): { nodes: readonly ImportedName[] } | undefined {
  if (statement.type === 'ImportDeclaration') {
    const nodes = statement.specifiers.map((node) => {
      return { name: node.local.name, node, isListed: node.type === 'ImportSpecifier' };
    });
    return { nodes };
  }
  if (statement.type !== 'VariableDeclaration') return undefined;
  const [only, ...others] = statement.declarations;
  if (only === undefined || others.length > 0 || requiredModule(only.init) === undefined)
    return undefined;
  if (only.id.type === 'Identifier')
    return { nodes: [{ name: only.id.name, node: only.id, isListed: false }] };
  if (only.id.type !== 'ObjectPattern') return undefined;
  const nodes = only.id.properties.flatMap((node) =>
    node.type === 'ObjectProperty' && node.value.type === 'Identifier'
      ? [{ name: node.value.name, node, isListed: true }]
      : [],
  );
  return { nodes };
}

function bracesAround(file: SourceFile, nodes: readonly Node[]): Range {
  const [first] = nodes;
  const last = nodes.at(-1);
  if (first === undefined || last === undefined) return { start: 0, end: 0 };
  const start = file.text.lastIndexOf('{', rangeOf(first).start);
  return { start, end: file.text.indexOf('}', rangeOf(last).end) + 1 };
}

function removeStatement(file: SourceFile, statement: Statement): void {
  const { start, end } = rangeOf(statement);
  const rest = /^[ \t]*;?[ \t]*(\r?\n)?/.exec(file.text.slice(end))?.[0].length ?? 0;
  file.edits.remove(start, end + rest);
}
