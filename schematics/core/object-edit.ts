import { operand } from './expressions.js';
import { ListEdit } from './list-edit.js';
import type { SourceFile } from './source-file.js';
import {
  type Expression,
  keyOf,
  type ObjectExpression,
  type ObjectMember,
  type ObjectMethod,
  type ObjectProperty,
  rangeOf,
  walk,
} from './syntax.js';

/** A named member of an object literal. */
export type NamedMember = ObjectProperty | ObjectMethod;

/** Edits an object literal by its keys. Everything that is not named stays as it is. */
export class ObjectEdit {
  private readonly list: ListEdit;
  private readonly members = new Map<string, NamedMember>();
  private readonly added = new Set<string>();
  private readonly names = new Map<NamedMember, string>();
  private readonly gone = new Set<ObjectMember>();
  private begun = false;
  /** What is not one key: `...spread`, `[computed]`, and a key that is written again behind it. */
  readonly unknownMembers: readonly ObjectMember[];

  constructor(
    readonly file: SourceFile,
    readonly node: ObjectExpression,
  ) {
    this.list = new ListEdit(file, rangeOf(node), node.properties);
    const unknown: ObjectMember[] = [];
    for (const member of node.properties) {
      const key = member.type === 'SpreadElement' ? undefined : keyOf(member);
      if (key === undefined || member.type === 'SpreadElement') unknown.push(member);
      else {
        const earlier = this.members.get(key);
        if (earlier !== undefined) unknown.push(earlier);
        this.members.set(key, member);
      }
    }
    this.unknownMembers = unknown;
  }

  keys(): string[] {
    return [...this.members.keys()];
  }

  /** Whether the key is there, or will be. */
  has(key: string): boolean {
    return this.members.has(key) || this.added.has(key);
  }

  member(key: string): NamedMember | undefined {
    return this.members.get(key);
  }

  /** The value of a key; a method has none. */
  value(key: string): Expression | undefined {
    const member = this.members.get(key);
    return member?.type === 'ObjectProperty' ? (member.value as Expression) : undefined;
  }

  /** The key that a member will have; undefined when it will be gone. */
  nameOf(member: NamedMember): string | undefined {
    return this.gone.has(member) ? undefined : (this.names.get(member) ?? keyOf(member));
  }

  /** Puts a key before everything else, so that what is spread behind it can replace it. */
  prepend(key: string, value: string): void {
    this.added.add(key);
    this.file.edits.insert(rangeOf(this.node).start + 1, ` ${key}: ${value},`);
  }

  append(key: string, value: string): void {
    this.added.add(key);
    this.list.append(`${key}: ${value}`);
  }

  /** Appends generated text, which takes the indentation of the literal. */
  appendBlock(key: string, value: string): void {
    this.added.add(key);
    this.list.appendBlock(`${key}: ${value}`);
  }

  /** Removes a member. Its comments stay; `label` says in them whose they were. */
  remove(member: ObjectMember, label?: string): void {
    this.gone.add(member);
    this.list.remove(member, label);
  }

  /** Whether this is the first time that a literal, which several values can share, is rewritten. */
  begin(): boolean {
    const isFirst = !this.begun;
    this.begun = true;
    return isFirst;
  }

  /** Says that the literal will have a key, by other edits than those of its members. */
  claim(key: string): void {
    this.added.add(key);
  }

  /** Says that a member needs no look any more, because its value becomes part of another one. */
  settle(member: ObjectMember): void {
    this.gone.add(member);
  }

  /** Puts a text in the place of the whole literal. */
  discard(text: string): void {
    for (const member of this.node.properties) this.gone.add(member);
    const { start, end } = rangeOf(this.node);
    this.file.edits.replace(start, end, text);
  }

  /** Puts what a value holds in the place of its member: `key: value` becomes `...value`. */
  spread(member: ObjectProperty, value: Expression): void {
    this.gone.add(member);
    const { start, end } = rangeOf(value);
    const { edits, text } = this.file;
    // A value in parentheses begins before its node.
    const isOpen = text[start - 1] === '(';
    const begin = rangeOf(member).start;
    const between = isOpen ? text.slice(begin, start).lastIndexOf('(') + begin : start;
    edits.replace(begin, between, '...');
    if (isOpen || operand(value, '') === '') return;
    edits.insert(start, '(');
    edits.insert(end, ')');
  }

  /** Gives a member another key; quotes stay. */
  rename(member: NamedMember, key: string): void {
    this.added.add(key);
    this.names.set(member, key);
    const { edits } = this.file;
    const { start, end } = rangeOf(member.key);
    if (member.type === 'ObjectProperty' && member.shorthand) edits.insert(start, `${key}: `);
    else if (member.key.type === 'StringLiteral') edits.replace(start + 1, end - 1, key);
    else edits.replace(start, end, key);
  }

  /** Puts the members of a nested literal in the place of the member that holds it. */
  unwrap(member: ObjectProperty, inner: ObjectExpression): void {
    const { file } = this;
    const last = inner.properties.at(-1);
    this.gone.add(member);
    if (last === undefined) {
      this.remove(member);
      return;
    }
    const outer = rangeOf(member);
    const bodyStart = rangeOf(inner).start + 1;
    const first = bodyStart + (/^\s*/.exec(file.text.slice(bodyStart))?.[0].length ?? 0);
    file.edits.remove(outer.start, first);
    const bodyEnd = this.moveComma(outer.end, rangeOf(last).end, rangeOf(inner).end - 1);
    file.edits.remove(bodyEnd, outer.end);
    this.dedent(first, bodyEnd, file.indentAt(outer.start));
  }

  flush(): void {
    this.list.flush();
  }

  /**
   * Makes the comma behind the last inner member the one behind the whole.
   *
   * @returns where the inner body ends, comments included
   */
  private moveComma(outerEnd: number, lastEnd: number, innerEnd: number): number {
    const { edits, text } = this.file;
    const comma = this.file.skipTrivia(lastEnd);
    const hasComma = text[comma] === ',';
    const outerComma = this.file.skipTrivia(outerEnd);
    const hasOuterComma = text[outerComma] === ',';
    const bodyEnd = text.slice(0, innerEnd).trimEnd().length;
    const hasComment = bodyEnd > (hasComma ? comma + 1 : lastEnd);
    if (!hasOuterComma || !hasComment) {
      // The outer comma, if any, comes directly behind the last member.
      if (hasComma) edits.remove(comma, comma + 1);
      return bodyEnd;
    }
    edits.remove(outerComma, outerComma + 1);
    if (!hasComma) edits.insert(lastEnd, ',');
    return bodyEnd;
  }

  private dedent(from: number, to: number, indent: string): void {
    const { file } = this;
    const innerIndent = file.indentAt(from);
    if (innerIndent.length <= indent.length || file.lineStart(from) < rangeOf(this.node).start)
      return;
    const surplus = innerIndent.slice(indent.length);
    for (let line = file.text.indexOf('\n', from) + 1; line > 0 && line < to;) {
      const dedentable = file.text.startsWith(surplus, line) && !this.isInTemplate(line);
      if (dedentable) file.edits.remove(line, line + surplus.length);
      line = file.text.indexOf('\n', line) + 1;
    }
  }

  private isInTemplate(offset: number): boolean {
    let inside = false;
    walk(this.node, (node) => {
      if (node.type !== 'TemplateElement') return;
      const { start, end } = rangeOf(node);
      if (start <= offset && offset <= end) inside = true;
    });
    return inside;
  }
}
