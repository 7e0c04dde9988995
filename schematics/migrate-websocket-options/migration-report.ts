import type { SourceText } from '../core/source-file.js';
import { type Node, rangeOf } from '../core/syntax.js';
import { type FindingCode, FINDINGS } from './findings.js';

/** Where something is, in the file as it was before the run; both counted from 1. */
export interface Place {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

interface Change extends Place {
  readonly text: string;
}

interface Finding extends Place {
  readonly code: FindingCode;
  readonly reason: string;
  readonly remedy: string;
}

/** The report for machines. */
export interface JsonReport {
  readonly version: 1;
  readonly changed: readonly (Place & { readonly change: string })[];
  readonly left: readonly Finding[];
}

/** What the migration changed, and what it leaves to a person, each with its place. */
export class MigrationReport {
  private readonly changes: Change[] = [];
  private readonly findings: Finding[] = [];

  get changedCount(): number {
    return this.changes.length;
  }

  get leftCount(): number {
    return this.findings.length;
  }

  get isEmpty(): boolean {
    return this.changedCount + this.leftCount === 0;
  }

  changed(file: SourceText, node: Node, what: string): void {
    add(this.changes, { ...placeOf(file, node), text: what });
  }

  found(file: SourceText, node: Node, code: FindingCode, detail?: string): void {
    this.foundAt(placeOf(file, node), code, detail);
  }

  foundAt({ path, line, column }: Place, code: FindingCode, detail?: string): void {
    const { reason, remedy } = FINDINGS[code];
    const why = detail === undefined ? reason : `${reason} (${detail})`;
    add(this.findings, { path: path.replace(/^\//, ''), line, column, code, reason: why, remedy });
  }

  /** The lines to print, sorted by place. */
  lines(): string[] {
    if (this.isEmpty) return ['Nothing to migrate.'];
    const findings = this.findings.map(({ code, reason, remedy, ...place }) => ({
      ...place,
      text: `${code}: ${reason}. To do: ${remedy}.`,
    }));
    return [
      ...section(`Changed: ${this.changedCount}`, this.changes),
      ...section(`Left for you: ${this.leftCount}`, findings),
    ];
  }

  toJSON(): JsonReport {
    const changed = inOrder(this.changes).map(({ text, ...place }) => ({ ...place, change: text }));
    return { version: 1, changed, left: inOrder(this.findings) };
  }
}

function placeOf(file: SourceText, node: Node): Place {
  return { path: file.path.replace(/^\//, ''), ...file.position(rangeOf(node).start) };
}

function add<T extends Place>(entries: T[], entry: T): void {
  const text = JSON.stringify(entry);
  if (!entries.some((known) => JSON.stringify(known) === text)) entries.push(entry);
}

function inOrder<T extends Place>(entries: readonly T[]): T[] {
  return entries.toSorted(
    (a, b) => a.path.localeCompare(b.path, 'en') || a.line - b.line || a.column - b.column,
  );
}

function section(title: string, entries: readonly Change[]): string[] {
  if (entries.length === 0) return [];
  return [
    title,
    ...inOrder(entries).map(
      ({ path, line, column, text }) => `  ${path}:${line}:${column} ${text}`,
    ),
  ];
}
