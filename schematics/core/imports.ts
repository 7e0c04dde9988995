import { ListEdit } from './list-edit.js';
import type { SourceFile } from './source-file.js';
import { requiredModule } from './symbols.js';
import {
  type ImportDeclaration,
  type Node,
  rangeOf,
  type VariableDeclarator,
  walk,
} from './syntax.js';

/** Adds imports to one file in the style it already has. */
export class ImportEditor {
  private readonly added = new Map<string, string>();

  constructor(private readonly file: SourceFile) {}

  /**
   * Makes an export of a module available.
   *
   * @returns the text to refer to it by: its name, an alias, or `namespace.Name`
   */
  ensure(specifier: string, name: string): string {
    const key = `${specifier} ${name}`;
    const known = this.added.get(key);
    if (known !== undefined) return known;
    const reference = this.find(specifier, name) ?? this.add(specifier, name);
    this.added.set(key, reference);
    return reference;
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

  private add(specifier: string, name: string): string {
    const local = this.freeName(name);
    const required = this.required(specifier)?.id;
    if (required?.type === 'ObjectPattern') {
      const text = local === name ? name : `${name}: ${local}`;
      this.append(rangeOf(required), required.properties, text);
      return local;
    }
    const text = local === name ? name : `${name} as ${local}`;
    const named = this.valueImports(specifier).find(({ specifiers }) =>
      specifiers.some(({ type }) => type === 'ImportSpecifier'),
    );
    if (named === undefined)
      this.addStatement(specifier, text, local === name ? name : `${name}: ${local}`);
    else this.appendToNamed(named, text);
    return local;
  }

  private appendToNamed(declaration: ImportDeclaration, text: string): void {
    const named = declaration.specifiers.filter(({ type }) => type === 'ImportSpecifier');
    const [first] = named;
    if (first === undefined) return;
    const open = this.file.text.lastIndexOf('{', rangeOf(first).start);
    const close = this.file.text.indexOf('}', rangeOf(named.at(-1) ?? first).end);
    this.append({ start: open, end: close + 1 }, named, text);
  }

  private append(
    brackets: { start: number; end: number },
    nodes: readonly Node[],
    text: string,
  ): void {
    const list = new ListEdit(this.file, brackets, nodes);
    list.append(text);
    list.flush();
  }

  private addStatement(specifier: string, imported: string, destructured: string): void {
    const { file } = this;
    const imports = file.program.body.filter((node) => node.type === 'ImportDeclaration');
    const quote = this.quote();
    const end = this.semicolon() ? ';' : '';
    const last = imports.at(-1) ?? this.lastRequire();
    const statement =
      imports.length === 0 && (last !== undefined || file.path.endsWith('.cjs'))
        ? `const { ${destructured} } = require(${quote}${specifier}${quote})${end}`
        : `import { ${imported} } from ${quote}${specifier}${quote}${end}`;
    if (last !== undefined) {
      const at = rangeOf(last).end;
      const rest = /^[^\r\n]*/.exec(file.text.slice(at))?.[0].length ?? 0;
      file.edits.insert(at + rest, `${file.eol}${statement}`);
      return;
    }
    const first = file.program.directives.at(-1) ?? file.program.interpreter;
    const at = first ? rangeOf(first).end : 0;
    file.edits.insert(at, at === 0 ? `${statement}${file.eol}` : `${file.eol}${statement}`);
  }

  private lastRequire(): Node | undefined {
    return this.file.program.body
      .filter((node) => node.type === 'VariableDeclaration')
      .filter(({ declarations }) => declarations.some(({ init }) => requiredModule(init)))
      .at(-1);
  }

  private valueImports(specifier: string): ImportDeclaration[] {
    return this.file.program.body
      .filter((node) => node.type === 'ImportDeclaration')
      .filter((node) => node.source.value === specifier && node.importKind !== 'type');
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

  private quote(): "'" | '"' {
    const single = this.file.text.split("'").length;
    return this.file.text.split('"').length > single ? '"' : "'";
  }

  private semicolon(): boolean {
    return this.file.program.body.every(
      (node) => !/Declaration$|^ExpressionStatement$/.test(node.type) || !this.lacksSemicolon(node),
    );
  }

  private lacksSemicolon(node: Node): boolean {
    if (!/^(Import|Variable)Declaration$|^ExpressionStatement$/.test(node.type)) return false;
    return this.file.text[rangeOf(node).end - 1] !== ';';
  }
}
