import type { SourceText } from './source-file.js';
import { type Node, type Range, rangeOf } from './syntax.js';

interface Item extends Range {
  /** The offset of the comma after it. */
  readonly comma: number | undefined;
}

/**
 * Edits a list between brackets (object, array, import specifiers) and keeps its style: one line or
 * many, indentation, trailing comma, comments of what stays.
 */
export class ListEdit {
  private readonly items: readonly Item[];
  private readonly removed = new Map<Item, string | undefined>();
  private readonly appended: string[] = [];
  private readonly inserted: (readonly [before: Item, text: string])[] = [];
  private readonly open: number;
  private readonly close: number;

  /**
   * @param brackets - from the opening to behind the closing bracket
   * @param style - how an empty list is filled: `padding` stands between brackets and items on one
   * line, `trailingComma` ends a list of many lines
   */
  constructor(
    private readonly source: SourceText,
    brackets: Range,
    nodes: readonly Node[],
    private readonly style: { readonly padding?: ''; readonly trailingComma?: false } = {},
  ) {
    this.open = brackets.start;
    this.close = brackets.end - 1;
    this.items = nodes.map((node) => {
      const range = rangeOf(node);
      const next = source.skipTrivia(range.end);
      return { ...range, comma: source.text[next] === ',' ? next : undefined };
    });
  }

  /** Removes an item. Its comments stay; `label` says in them whose they were. */
  remove(node: Node, label?: string): void {
    const { start } = rangeOf(node);
    const item = this.items.find((candidate) => candidate.start === start);
    if (item !== undefined) this.removed.set(item, label);
  }

  /** Appends a text as it is. */
  append(text: string): void {
    this.appended.push(text);
  }

  /** Inserts a text as it is before an item that stays. */
  insertBefore(node: Node, text: string): void {
    const { start } = rangeOf(node);
    const item = this.items.find((candidate) => candidate.start === start);
    if (item !== undefined) this.inserted.push([item, text]);
  }

  /** Appends generated text, which takes the indentation of the list. */
  appendBlock(text: string): void {
    const indent = this.items.length > 0 ? this.indent() : this.bodyIndent();
    this.append(this.source.indentBlock(text, indent));
  }

  /** Turns what was asked for into edits of the source. */
  flush(): void {
    const kept = this.items.filter((item) => !this.removed.has(item));
    const last = kept.at(-1);
    if (last === undefined) {
      this.rewriteBody();
      return;
    }
    for (const [item, label] of this.removed) {
      if (label !== undefined) this.labelComments(item, label);
      this.removeItem(item, kept);
    }
    for (const [item, text] of this.inserted) {
      const separator = this.startsLine(item) ? `${this.source.eol}${this.indent()}` : ' ';
      this.source.edits.insert(item.start, `${text},${separator}`);
    }
    this.settleComma(last);
    if (this.appended.length > 0) this.appendAfter(last);
  }

  /** Nothing of the list stays: the body is written anew, with the comments that stand alone. */
  private rewriteBody(): void {
    const { source } = this;
    if (this.removed.size === 0 && this.appended.length === 0) return;
    const body = source.text.slice(this.open + 1, this.close);
    const comments = source
      .commentsBetween(this.open, this.close)
      .filter(
        (comment) =>
          !this.items.some(({ start, end }) => start <= comment.start && comment.end <= end),
      )
      .map(({ start, end }) => source.text.slice(start, end));
    const multiline =
      body.includes('\n') ||
      comments.length > 0 ||
      this.appended.some((text) => text.includes('\n'));
    const last = this.style.trailingComma === false ? this.appended.length - 1 : undefined;
    const lines = [
      ...comments,
      ...this.appended.map((text, index) => (multiline && index !== last ? `${text},` : text)),
    ];
    if (lines.length === 0) {
      source.edits.remove(this.open + 1, this.close);
    } else if (multiline) {
      const outer = source.indentAt(this.close);
      const inner = this.items.length > 0 ? this.indent() : this.bodyIndent();
      const text = lines.map((line) => `${source.eol}${inner}${line}`).join('');
      source.edits.replace(this.open + 1, this.close, `${text}${source.eol}${outer}`);
    } else {
      const { padding = ' ' } = this.style;
      const text = `${padding}${lines.join(', ')}${padding}`;
      source.edits.replace(this.open + 1, this.close, text);
    }
  }

  /** The comments directly above an item and behind it on its line are about it. */
  private labelComments(item: Item, label: string): void {
    const { source } = this;
    const behind = source.commentsBetween(item.end, this.lineRest(this.endOf(item)));
    const above = [];
    let next: number = item.start;
    for (const comment of source.commentsBetween(this.previousEnd(item), item.start).toReversed()) {
      const gap = source.text.slice(comment.end, next);
      if (gap.split('\n').length > 2) break;
      above.push(comment);
      next = comment.start;
    }
    for (const { start } of [...above, ...behind]) source.edits.insert(start + 2, ` ${label}:`);
  }

  /** Where the line ends on which the item before this one ends. */
  private previousEnd(item: Item): number {
    const previous = this.items[this.items.indexOf(item) - 1];
    return previous === undefined ? this.open + 1 : this.lineRest(this.endOf(previous));
  }

  private removeItem(item: Item, kept: readonly Item[]): void {
    const { source } = this;
    const end = this.endOf(item);
    const lineEnd = this.lineRest(end);
    const [comment] = source.commentsBetween(item.end, lineEnd);
    const next = this.items[this.items.indexOf(item) + 1];
    if (comment !== undefined) {
      // A comment stays, also that of what goes.
      source.edits.remove(item.start, comment.start);
      if (comment.end < end) source.edits.remove(comment.end, end);
    } else if (this.startsLine(item) && this.endsLine(end)) {
      source.edits.remove(source.lineStart(item.start), source.text.indexOf('\n', lineEnd) + 1);
    } else if (next !== undefined) {
      const [first] = source.commentsBetween(end, next.start);
      source.edits.remove(item.start, this.startsLine(next) ? end : (first?.start ?? next.start));
    } else {
      const previous = kept.at(-1);
      const from = previous === undefined ? item.start : this.endOf(previous);
      source.edits.remove(Math.max(from, source.text.slice(0, item.start).trimEnd().length), end);
    }
  }

  /** The comma of the item that has become the last one follows the list's style. */
  private settleComma(last: Item): void {
    const original = this.items.at(-1);
    if (original === last || original?.comma !== undefined || this.appended.length > 0) return;
    if (last.comma !== undefined) this.source.edits.remove(last.comma, last.comma + 1);
  }

  private appendAfter(last: Item): void {
    const { source } = this;
    const trailing = this.items.at(-1)?.comma !== undefined;
    if (last.comma === undefined) source.edits.insert(last.end, ',');
    if (this.startsLine(last)) {
      const separator = `,${source.eol}${this.indent()}`;
      const text = this.appended.join(separator) + (trailing ? ',' : '');
      const at = this.endsLine(this.endOf(last))
        ? this.lineRest(this.endOf(last))
        : this.endOf(last);
      source.edits.insert(at, `${source.eol}${this.indent()}${text}`);
      return;
    }
    source.edits.insert(this.endOf(last), ` ${this.appended.join(', ')}${trailing ? ',' : ''}`);
  }

  private endOf(item: Item): number {
    return item.comma === undefined ? item.end : item.comma + 1;
  }

  private startsLine(item: Range): boolean {
    const lineStart = this.source.lineStart(item.start);
    return this.source.text.slice(lineStart, item.start).trim() === '';
  }

  /** Where the line's code ends: behind a comment that follows on the same line. */
  private lineRest(offset: number): number {
    const rest = /^[ \t]*(\/\/[^\r\n]*|\/\*(?:(?!\*\/)[^\n])*\*\/)?[ \t]*/.exec(
      this.source.text.slice(offset),
    );
    return offset + (rest?.[0].trimEnd().length ?? 0);
  }

  private endsLine(offset: number): boolean {
    return /^[ \t]*\r?(\n|$)/.test(this.source.text.slice(this.lineRest(offset)));
  }

  private indent(): string {
    const item = this.items.find((candidate) => this.startsLine(candidate)) ?? this.items[0];
    return item === undefined ? '' : this.source.indentAt(item.start);
  }

  private bodyIndent(): string {
    return this.source.indentAt(this.close) + this.source.indentUnit;
  }
}
