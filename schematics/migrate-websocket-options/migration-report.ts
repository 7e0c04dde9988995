import type { SourceFile } from '../core/source-file.js';
import { type Node, rangeOf } from '../core/syntax.js';
import { type FindingCode, FINDINGS } from './findings.js';

interface Entry {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** What the migration changed, and what it leaves to a person, each with its place. */
export class MigrationReport {
  private readonly changes: Entry[] = [];
  private readonly findings: Entry[] = [];

  get isEmpty(): boolean {
    return this.changes.length === 0 && this.findings.length === 0;
  }

  changed(file: SourceFile, node: Node, what: string): void {
    add(this.changes, { ...placeOf(file, node), text: what });
  }

  found(file: SourceFile, node: Node, code: FindingCode, detail?: string): void {
    this.foundAt(placeOf(file, node), code, detail);
  }

  foundAt(place: Omit<Entry, 'text'>, code: FindingCode, detail?: string): void {
    const { reason, remedy } = FINDINGS[code];
    const why = detail === undefined ? reason : `${reason} (${detail})`;
    add(this.findings, { ...place, text: `${code}: ${why}. To do: ${remedy}.` });
  }

  /** The lines to print, sorted by place. */
  lines(): string[] {
    if (this.isEmpty) return ['Nothing to migrate.'];
    return [
      ...section(`Changed: ${this.changes.length}`, this.changes),
      ...section(`Left for you: ${this.findings.length}`, this.findings),
    ];
  }
}

function placeOf(file: SourceFile, node: Node): Omit<Entry, 'text'> {
  return { path: file.path, ...file.position(rangeOf(node).start) };
}

function add(entries: Entry[], entry: Entry): void {
  const isKnown = entries.some(
    ({ path, line, column, text }) =>
      path === entry.path && line === entry.line && column === entry.column && text === entry.text,
  );
  if (!isKnown) entries.push(entry);
}

function section(title: string, entries: readonly Entry[]): string[] {
  if (entries.length === 0) return [];
  const sorted = entries.toSorted(
    (a, b) => a.path.localeCompare(b.path, 'en') || a.line - b.line || a.column - b.column,
  );
  const place = ({ path, line, column }: Entry): string =>
    `${path.replace(/^\//, '')}:${line}:${column}`;
  return [title, ...sorted.map((entry) => `  ${place(entry)} ${entry.text}`)];
}
