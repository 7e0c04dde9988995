import type { CodeStyle } from './code-style.js';
import { parseSource, type SourceFile } from './source-file.js';
import { type Node, rangeOf, walk } from './syntax.js';

/** Nodes that end in a semicolon where a project writes semicolons. */
const STATEMENTS =
  /^(ExpressionStatement|VariableDeclaration|ReturnStatement|ThrowStatement|(Import|Export(Named|All|Default))Declaration|ClassProperty|TSPropertySignature|TSMethodSignature|TSTypeAliasDeclaration|TSDeclareMethod)$/;

/**
 * Gives a generated text the quotes, semicolons, indentation and line ends of a project that has no
 * formatter. The text is written with two spaces, single quotes and semicolons.
 */
export function restyle(path: string, text: string, style: CodeStyle): string {
  const file = parseSource(path, text);
  walk(file.program, (node) => {
    if (style.quote === '"') requote(file, node);
    if (!style.semicolons && STATEMENTS.test(node.type)) removeSemicolon(file, node);
  });
  const lines = file.edits.applyTo(text).split('\n');
  return lines.map((line) => reindent(line, style.indent)).join(style.eol);
}

function requote(file: SourceFile, node: Node): void {
  if (node.type !== 'StringLiteral' && node.type !== 'DirectiveLiteral') return;
  const { start, end } = rangeOf(node);
  const value = file.text.slice(start + 1, end - 1);
  // A text with double quotes in it keeps the others, as formatters have it.
  if (file.text[start] !== "'" || value.includes('"')) return;
  file.edits.replace(start, end, `"${value.replaceAll("\\'", "'")}"`);
}

/** Removes a semicolon at the end of a line, unless the next line would go on with the statement. */
function removeSemicolon(file: SourceFile, node: Node): void {
  const { end } = rangeOf(node);
  const at = file.text[end] === ';' ? end : end - 1;
  if (file.text[at] !== ';' || !/^;[ \t]*(\/\/.*)?\n/.test(file.text.slice(at))) return;
  const next = file.text[file.skipTrivia(at + 1)] ?? '';
  if (!'([`+-/*'.includes(next) || next === '') file.edits.remove(at, at + 1);
}

function reindent(line: string, indent: string): string {
  const spaces = /^ */.exec(line)?.[0].length ?? 0;
  // The odd space is that of ` *` in a comment.
  return indent.repeat(Math.floor(spaces / 2)) + ' '.repeat(spaces % 2) + line.slice(spaces);
}
