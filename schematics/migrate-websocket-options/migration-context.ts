import { ImportEditor } from '../core/imports.js';
import { type LiteralValue, literalValue } from '../core/literal-value.js';
import { ObjectEdit } from '../core/object-edit.js';
import { PACKAGE } from '../core/package-name.js';
import type { SourceFile, SourceText } from '../core/source-file.js';
import type { SourceTree } from '../core/source-tree.js';
import type { Symbols } from '../core/symbols.js';
import type { Expression, Node, ObjectExpression } from '../core/syntax.js';
import { type FindingCode, FINDINGS } from './findings.js';
import type { MigrationReport } from './migration-report.js';
import type { OptionValues } from './option-values.js';
import type { References } from './references.js';
import type { ObjectSite } from './resolution.js';
import { Todos } from './todos.js';
import { allowsOtherKeys } from './written-types.js';

/** What the rules share: edits by object, imports by file, and the report. */
export class MigrationContext {
  private readonly objects = new Map<ObjectExpression, ObjectEdit>();
  private readonly importEditors = new Map<SourceFile, ImportEditor>();
  private readonly todos = new Todos();
  private readonly left = new Set<Node>();

  constructor(
    readonly sources: SourceTree,
    readonly symbols: Symbols,
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

  /** The value of an expression that is written out. */
  literal(file: SourceFile, expression: Expression): LiteralValue | undefined {
    return literalValue(this.symbols, file, expression);
  }

  /** Whether the keys of a literal can change; if a written type forbids it, that is reported. */
  canChangeKeys(site: ObjectSite): boolean {
    const isFree = (site.types ?? []).every((type) => allowsOtherKeys(this.symbols, type));
    if (!isFree) this.leave(site.file, site.node, 'TYPED_ELSEWHERE');
    return isFree;
  }

  /** Whether something was left at a node, and is reported. */
  isLeft(node: Node): boolean {
    return this.left.has(node);
  }

  /** Leaves something as it is: reports it, and says so in the file. */
  leave(file: SourceText, node: Node, code: FindingCode, detail?: string): void {
    this.left.add(node);
    this.report.found(file, node, code, detail);
    this.todos.add(file, node, `${code}: ${detail ?? FINDINGS[code].remedy}`);
  }

  /** Reports what earlier runs left in a file and nobody has done, or said to be done. */
  reportOpenTodos(file: SourceText): void {
    for (const { start, text } of this.todos.openIn(file)) {
      this.report.foundAt({ path: file.path, ...file.position(start) }, 'OPEN_TODO', text);
    }
  }

  /** Turns the edits of all objects into edits of their files. */
  flush(): void {
    for (const edit of this.objects.values()) edit.flush();
    for (const editor of this.importEditors.values()) editor.flush();
    this.todos.flush();
  }
}
