import { parse, parseExpression, type ParserPlugin } from '@babel/parser';
import { SchematicError } from './schematic-error.js';
import { childrenOf, type Expression, type Node, type Program, rangeOf } from './syntax.js';
import { TextEdits } from './text-edits.js';

/** A place as people count: both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A comment with its place. */
export interface Comment {
  readonly start: number;
  readonly end: number;
  readonly value: string;
}

/** A file that does not parse. */
export class SourceSyntaxError extends SchematicError {
  constructor(
    readonly path: string,
    readonly position: Position,
    readonly reason: string,
  ) {
    super(`${path}:${position.line}:${position.column} does not parse: ${reason}`);
  }
}

/** A parsed text together with the edits planned for it. */
export class SourceText {
  readonly edits = new TextEdits();
  /** The line end that the text uses. */
  readonly eol: '\n' | '\r\n';
  /** One level of indentation. */
  readonly indentUnit: string;
  /** The quote that most strings are written with. */
  readonly quote: "'" | '"';

  constructor(
    readonly path: string,
    readonly text: string,
    readonly comments: readonly Comment[],
  ) {
    this.eol = text.includes('\r\n') ? '\r\n' : '\n';
    this.quote = text.split('"').length > text.split("'").length ? '"' : "'";
    this.indentUnit = /^(\t| {2,8})\S/m.exec(text)?.[1] ?? '  ';
  }

  position(offset: number): Position {
    const before = this.text.slice(0, offset);
    const lineStart = before.lastIndexOf('\n') + 1;
    return { line: before.split('\n').length, column: offset - lineStart + 1 };
  }

  textOf(node: Node): string {
    const { start, end } = rangeOf(node);
    return this.text.slice(start, end);
  }

  lineStart(offset: number): number {
    return this.text.lastIndexOf('\n', offset - 1) + 1;
  }

  /** The whitespace that the line of `offset` starts with. */
  indentAt(offset: number): string {
    return /^[ \t]*/.exec(this.text.slice(this.lineStart(offset)))?.[0] ?? '';
  }

  /** Generated text in the style of this one; its first line stays, two spaces stand for a level. */
  indentBlock(block: string, indent: string): string {
    const [first, ...lines] = block.split('\n');
    const indented = lines.map((line) => {
      const code = line.trimStart();
      return indent + this.indentUnit.repeat((line.length - code.length) / 2) + code;
    });
    return [first, ...indented].join(this.eol);
  }

  /** The first offset from `from` on that is neither whitespace nor in a comment. */
  skipTrivia(from: number): number {
    let offset = from;
    for (;;) {
      offset += /^\s*/.exec(this.text.slice(offset))?.[0].length ?? 0;
      const comment = this.comments.find(({ start }) => start === offset);
      if (comment === undefined) return offset;
      offset = comment.end;
    }
  }

  /** Whether an offset is inside a text of several lines: a comment or a template. */
  isInText(offset: number): boolean {
    return this.comments.some(({ start, end }) => start < offset && offset < end);
  }

  commentsBetween(start: number, end: number): readonly Comment[] {
    return this.comments.filter((comment) => comment.start >= start && comment.end <= end);
  }
}

/** A JavaScript or TypeScript file. */
export class SourceFile extends SourceText {
  private readonly parents = new Map<Node, Node>();

  constructor(
    path: string,
    text: string,
    readonly program: Program,
    comments: readonly Comment[],
  ) {
    super(path, text, comments);
    this.link(program);
  }

  parentOf(node: Node): Node | undefined {
    return this.parents.get(node);
  }

  override isInText(offset: number): boolean {
    if (super.isInText(offset)) return true;
    for (const node of this.parents.keys()) {
      if (node.type !== 'TemplateElement') continue;
      const { start, end } = rangeOf(node);
      if (start <= offset && offset <= end) return true;
    }
    return false;
  }

  private link(node: Node): void {
    for (const child of childrenOf(node)) {
      this.parents.set(child, node);
      this.link(child);
    }
  }
}

/**
 * Parses a file.
 *
 * @throws SourceSyntaxError where it does not parse
 */
export function parseSource(path: string, text: string): SourceFile {
  const language: ParserPlugin[] = /\.[cm]?ts$/.test(path) ? ['typescript'] : ['jsx'];
  if (path.endsWith('.tsx')) language.unshift('typescript');
  // Only the legacy plugin knows decorators of parameters, only the other one `export @dec class`.
  for (const decorators of ['decorators-legacy', 'decorators'] as const) {
    const parsed = tryParse(text, [...language, decorators]);
    if (!(parsed instanceof SyntaxError)) {
      return new SourceFile(path, text, parsed.program, commentsOf(parsed.comments));
    }
    if (decorators === 'decorators') throw syntaxError(path, text, parsed);
  }
  throw new TypeError('unreachable');
}

function tryParse(text: string, plugins: ParserPlugin[]): ReturnType<typeof parse> | SyntaxError {
  try {
    return parse(text, { sourceType: 'unambiguous', allowReturnOutsideFunction: true, plugins });
  } catch (error) {
    if (error instanceof SyntaxError) return error;
    throw error;
  }
}

/** Parses JSON with comments; a JSON text is an expression. */
export function parseJsonText(
  path: string,
  text: string,
): { source: SourceText; root: Expression } {
  try {
    const root = parseExpression(text, { attachComment: false });
    return { source: new SourceText(path, text, commentsOf(root.comments)), root };
  } catch (error) {
    if (error instanceof SyntaxError) throw syntaxError(path, text, error);
    throw error;
  }
}

function commentsOf(comments: readonly Node[] | null | undefined): Comment[] {
  return (comments ?? []).map((comment) => ({
    ...rangeOf(comment),
    value: 'value' in comment && typeof comment.value === 'string' ? comment.value : '',
  }));
}

function syntaxError(path: string, text: string, error: SyntaxError): SourceSyntaxError {
  const offset = 'pos' in error && typeof error.pos === 'number' ? error.pos : 0;
  const position = new SourceText(path, text, []).position(offset);
  return new SourceSyntaxError(path, position, error.message.replace(/ \(\d+:\d+\)$/, ''));
}
