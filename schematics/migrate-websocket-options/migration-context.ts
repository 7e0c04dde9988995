import { ImportEditor } from '../core/imports.js';
import { ObjectEdit } from '../core/object-edit.js';
import type { SourceFile } from '../core/source-file.js';
import { type Node, type ObjectExpression, rangeOf } from '../core/syntax.js';
import { type FindingCode, FINDINGS } from './findings.js';
import type { MigrationReport } from './migration-report.js';
import type { OptionValues } from './option-values.js';
import type { ObjectSite } from './resolution.js';
import { PACKAGE } from '../core/package-name.js';
import type { References } from './references.js';

/** What the rules share: edits by object, imports by file, and the report. */
export class MigrationContext {
  private readonly objects = new Map<ObjectExpression, ObjectEdit>();
  private readonly importEditors = new Map<SourceFile, ImportEditor>();
  private readonly todos = new Map<SourceFile, Set<string>>();

  constructor(
    readonly values: OptionValues,
    readonly references: References,
    readonly report: MigrationReport,
  ) {}

  edit({ file, node }: Pick<ObjectSite, 'file' | 'node'>): ObjectEdit {
    const known = this.objects.get(node);
    if (known !== undefined) return known;
    const edit = new ObjectEdit(file, node);
    this.objects.set(node, edit);
    return edit;
  }

  /** Makes an export of the library available in a file and returns how to write it there. */
  importName(file: SourceFile, name: string): string {
    const editor = this.importEditors.get(file) ?? new ImportEditor(file);
    this.importEditors.set(file, editor);
    return editor.ensure(PACKAGE, name);
  }

  /** Leaves something as it is: reports it, and says so in the file. */
  leave(file: SourceFile, node: Node, code: FindingCode, detail?: string): void {
    this.report.found(file, node, code, detail);
    const line = file.lineStart(rangeOf(node).start);
    const marker = `TODO(${PACKAGE}): ${code}`;
    const key = `${line} ${code} ${detail ?? ''}`;
    const known = this.todos.get(file) ?? new Set();
    this.todos.set(file, known);
    const text = `${marker}: ${detail ?? FINDINGS[code].remedy}`;
    const isThere = todosAbove(file, line).some((todo) =>
      detail === undefined ? todo.startsWith(marker) : todo === text,
    );
    if (isThere || known.has(key)) return;
    known.add(key);
    file.edits.insert(line, `${file.indentAt(line)}// ${text}${file.eol}`);
  }

  /** Turns the edits of all objects into edits of their files. */
  flush(): void {
    for (const edit of this.objects.values()) edit.flush();
    for (const editor of this.importEditors.values()) editor.flush();
  }
}

/** The TODOs in the comment lines directly above a line. */
function todosAbove(file: SourceFile, line: number): string[] {
  const lines = file.text.slice(0, line).split('\n').slice(0, -1);
  const todos: string[] = [];
  for (let text = lines.pop()?.trim(); text?.startsWith('// TODO('); text = lines.pop()?.trim()) {
    todos.push(text.slice('// '.length));
  }
  return todos;
}
