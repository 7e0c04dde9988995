import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/** A declaration file that an entry point of the package reaches. */
interface Declaration {
  readonly file: string;
  /** The packages and built-in modules that it imports. */
  readonly packages: readonly string[];
  /** The lines that say `any`. */
  readonly anyTypes: readonly string[];
}

/** Follows the relative imports of a declaration file. */
export function reachableDeclarations(entry: string): Declaration[] {
  const found = new Map<string, Declaration>();
  const pending = [entry];
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (found.has(file)) continue;
    const text = readFileSync(file, 'utf8');
    const imported = ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName);
    for (const path of imported.filter(isRelative)) {
      pending.push(join(dirname(file), path.replace(/\.js$/, '.d.ts')));
    }
    const packages = imported.filter((path) => !isRelative(path));
    found.set(file, { file, packages, anyTypes: anyTypesOf(file, text) });
  }
  return [...found.values()];
}

/** What a compiler that skips no library says about the declarations behind some entry points. */
export function complaintsAbout(
  entries: readonly string[],
  compilerOptions: ts.CompilerOptions,
): string[] {
  const program = ts.createProgram(entries, { ...compilerOptions, skipLibCheck: false });
  return entries
    .flatMap(reachableDeclarations)
    .flatMap(({ file }) => ts.getPreEmitDiagnostics(program, program.getSourceFile(file)))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

function isRelative(path: string): boolean {
  return path.startsWith('.');
}

function anyTypesOf(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023);
  const lines: string[] = [];
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) {
      const { line } = source.getLineAndCharacterOfPosition(node.pos);
      lines.push(`${file}:${line + 1} ${text.split('\n')[line]?.trim()}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return lines;
}
