import { ListEdit } from './list-edit.js';
import { requiredModule } from './required-module.js';
import type { SourceFile } from './source-file.js';
import {
  type ImportDeclaration,
  type Node,
  rangeOf,
  type VariableDeclarator,
  walk,
} from './syntax.js';

/** An import that a file is to get. */
interface WantedImport {
  readonly name: string;
  /** What it is called in the file. */
  readonly local: string;
}

/** Adds imports to one file in the style it already has. */
export class ImportEditor {
  private readonly wanted = new Map<string, WantedImport[]>();

  constructor(private readonly file: SourceFile) {}

  /**
   * Makes an export of a module available.
   *
   * @returns the text to refer to it by: its name, an alias, or `namespace.Name`
   */
  ensure(specifier: string, name: string): string {
    const wanted = this.wanted.get(specifier) ?? [];
    const known = wanted.find((item) => item.name === name)?.local ?? this.find(specifier, name);
    if (known !== undefined) return known;
    const local = this.freeName(name);
    this.wanted.set(specifier, [...wanted, { name, local }]);
    return local;
  }

  /** Turns what was asked for into edits of the file. */
  flush(): void {
    const statements: string[] = [];
    for (const [specifier, wanted] of this.wanted) {
      const required = this.required(specifier)?.id;
      const named = this.valueImports(specifier).find(({ specifiers }) =>
        specifiers.some(({ type }) => type === 'ImportSpecifier'),
      );
      if (required?.type === 'ObjectPattern') {
        this.append(rangeOf(required), required.properties, destructured(wanted));
      } else if (named !== undefined) {
        this.appendToNamed(named, imported(wanted));
      } else statements.push(this.statement(specifier, wanted));
    }
    this.addStatements(statements);
    this.wanted.clear();
  }

  private find(specifier: string, name: string): string | undefined {
    for (const declaration of this.valueImports(specifier)) {
      for (const item of declaration.specifiers) {
        if (item.type === 'ImportNamespaceSpecifier') return `${item.local.name}.${name}`;
        if (item.type !== 'ImportSpecifier' || item.importKind === 'type') continue;
        if (item.imported.type === 'Identifier' && item.imported.name === name) {
          return item.local.name;
        }
      }
    }
    const required = this.required(specifier)?.id;
    return required?.type === 'Identifier' ? `${required.name}.${name}` : undefined;
  }

  private appendToNamed(declaration: ImportDeclaration, texts: readonly string[]): void {
    const named = declaration.specifiers.filter(({ type }) => type === 'ImportSpecifier');
    const [first] = named;
    if (first === undefined) return;
    const open = this.file.text.lastIndexOf('{', rangeOf(first).start);
    const close = this.file.text.indexOf('}', rangeOf(named.at(-1) ?? first).end);
    this.append({ start: open, end: close + 1 }, named, texts);
  }

  private append(
    brackets: { start: number; end: number },
    nodes: readonly Node[],
    texts: readonly string[],
  ): void {
    const list = new ListEdit(this.file, brackets, nodes);
    for (const text of texts) list.append(text);
    list.flush();
  }

  private statement(specifier: string, wanted: readonly WantedImport[]): string {
    const { quote } = this.file;
    const module = `${quote}${specifier}${quote}`;
    const end = this.usesSemicolons() ? ';' : '';
    return this.usesRequire()
      ? `const { ${destructured(wanted).join(', ')} } = require(${module})${end}`
      : `import { ${imported(wanted).join(', ')} } from ${module}${end}`;
  }

  private addStatements(statements: readonly string[]): void {
    const { file } = this;
    if (statements.length === 0) return;
    const text = statements.join(file.eol);
    const last = this.imports().at(-1) ?? this.requires().at(-1);
    const prologue = file.program.directives.at(-1) ?? file.program.interpreter;
    const anchor = last ?? prologue;
    if (!anchor) {
      file.edits.insert(0, `${text}${file.eol}`);
      return;
    }
    const { end } = rangeOf(anchor);
    const rest = /^[^\r\n]*/.exec(file.text.slice(end))?.[0].length ?? 0;
    file.edits.insert(end + rest, `${file.eol}${text}`);
  }

  private usesRequire(): boolean {
    if (this.imports().length > 0) return false;
    return this.requires().length > 0 || this.file.path.endsWith('.cjs');
  }

  private imports(): ImportDeclaration[] {
    return this.file.program.body.filter((node) => node.type === 'ImportDeclaration');
  }

  private requires(): Node[] {
    return this.file.program.body
      .filter((node) => node.type === 'VariableDeclaration')
      .filter(({ declarations }) => declarations.some(({ init }) => requiredModule(init)));
  }

  private valueImports(specifier: string): ImportDeclaration[] {
    return this.imports().filter(
      (node) => node.source.value === specifier && node.importKind !== 'type',
    );
  }

  private required(specifier: string): VariableDeclarator | undefined {
    return this.file.program.body
      .flatMap((node) => (node.type === 'VariableDeclaration' ? node.declarations : []))
      .find(({ init }) => requiredModule(init) === specifier);
  }

  private freeName(name: string): string {
    let taken = false;
    walk(this.file.program, (node) => {
      if (node.type === 'Identifier' && 'name' in node && node.name === name) taken = true;
    });
    return taken ? `Streaming${name}` : name;
  }

  private usesSemicolons(): boolean {
    const ends = this.file.program.body
      .filter(({ type }) => /^(Import|Variable)Declaration$|^ExpressionStatement$/.test(type))
      .map((node) => this.file.text[rangeOf(node).end - 1]);
    return ends.every((end) => end === ';');
  }
}

function imported(wanted: readonly WantedImport[]): string[] {
  return wanted.map(({ name, local }) => (name === local ? name : `${name} as ${local}`));
}

function destructured(wanted: readonly WantedImport[]): string[] {
  return wanted.map(({ name, local }) => (name === local ? name : `${name}: ${local}`));
}
