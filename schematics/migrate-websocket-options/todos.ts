import { PACKAGE } from '../core/package-name.js';
import type { SourceText } from '../core/source-file.js';
import { type Node, rangeOf } from '../core/syntax.js';

const MARKER = `TODO(${PACKAGE}): `;

interface Todo {
  readonly file: SourceText;
  /** Where the code is that it is about. */
  readonly at: number;
  readonly text: string;
}

/** The comments that say in the code what is left to do. Each is written once, also by a second run. */
export class Todos {
  private readonly wanted: Todo[] = [];
  private readonly kept = new Map<SourceText, Set<number>>();

  add(file: SourceText, node: Node, text: string): void {
    const at = rangeOf(node).start;
    const isKnown = this.wanted.some(
      (todo) =>
        todo.file === file && todo.text === text && file.lineStart(todo.at) === file.lineStart(at),
    );
    if (!isKnown) this.wanted.push({ file, at, text });
  }

  /** Writes them, once all other edits are known: above the line, or where that is no place for one, in it. */
  flush(): void {
    for (const { file, at, text } of this.wanted) {
      const known = todosBefore(file, at).find((todo) => todo.text === text);
      if (known !== undefined) {
        this.keep(file, known.start);
        continue;
      }
      const line = file.lineStart(at);
      if (isBetweenTokens(file, line))
        file.edits.insert(line, `${file.indentAt(line)}// ${MARKER}${text}${file.eol}`);
      else file.edits.insert(at, `/* ${MARKER}${text} */ `);
    }
  }

  /** TODOs of earlier runs, for what no finding of this run is the reason. */
  openIn(file: SourceText): { readonly start: number; readonly text: string }[] {
    return file.comments.flatMap(({ start, value }) => {
      const text = textOf(value);
      return text === undefined || this.kept.get(file)?.has(start) ? [] : [{ start, text }];
    });
  }

  private keep(file: SourceText, start: number): void {
    this.kept.set(file, (this.kept.get(file) ?? new Set()).add(start));
  }
}

function textOf(comment: string): string | undefined {
  const text = comment.trim();
  return text.startsWith(MARKER) ? text.slice(MARKER.length) : undefined;
}

/** The TODOs before an offset: in its line, and in the lines of comments above it. */
function todosBefore(file: SourceText, at: number): { start: number; text: string }[] {
  const found: { start: number; text: string }[] = [];
  let end = file.lineStart(at);
  for (const { start, end: commentEnd, value } of file.comments.toReversed()) {
    if (commentEnd > at) continue;
    const text = textOf(value);
    const isInLine = start >= file.lineStart(at);
    const isAbove = file.text.slice(commentEnd, end).trim() === '';
    if (text !== undefined && (isInLine || isAbove)) found.push({ start, text });
    if (isInLine) continue;
    if (!isAbove) break;
    end = start;
  }
  return found;
}

/** Whether a comment can stand on a line of its own there, once everything else is edited. */
function isBetweenTokens(file: SourceText, line: number): boolean {
  return !file.edits.isInside(line) && !file.isInText(line);
}
