import type { Tree } from '@angular-devkit/schematics';
import { dirname, join, normalize } from 'node:path/posix';
import { PACKAGE } from './package-name.js';
import { requiredModule } from './required-module.js';
import { parseSource, type SourceFile, SourceSyntaxError } from './source-file.js';

const SOURCE_FILE = /(?<!\.d)\.[cm]?[jt]sx?$/;
const NOT_OURS = new Set(['node_modules', 'dist', 'build', 'coverage', 'tmp']);
const EXTENSIONS = ['', '.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs'];

/** The sources of a workspace, parsed when asked for, and the edits planned for them. */
export class SourceTree {
  /** Files that do not parse. Each costs only itself. */
  readonly broken = new Map<string, SourceSyntaxError>();
  private readonly parsed = new Map<string, SourceFile | undefined>();

  constructor(
    readonly tree: Tree,
    private readonly aliases: ReadonlyMap<string, string> = new Map(),
  ) {}

  /** The paths of all source files below a folder. */
  paths(root: string): string[] {
    const found: string[] = [];
    const visit = (folder: string): void => {
      const directory = this.tree.getDir(folder);
      for (const file of directory.subfiles) {
        if (SOURCE_FILE.test(file)) found.push(join(folder, file));
      }
      for (const child of directory.subdirs) {
        if (!NOT_OURS.has(child) && !child.startsWith('.')) visit(join(folder, child));
      }
    };
    visit(root);
    return found.sort();
  }

  text(path: string): string {
    return this.tree.exists(path) ? this.tree.readText(path) : '';
  }

  /** A parsed file, or undefined when there is none or it does not parse. */
  file(path: string): SourceFile | undefined {
    if (this.parsed.has(path)) return this.parsed.get(path);
    let file: SourceFile | undefined;
    try {
      file = this.tree.exists(path) ? parseSource(path, this.tree.readText(path)) : undefined;
    } catch (error) {
      if (!(error instanceof SourceSyntaxError)) throw error;
      this.broken.set(path, error);
    }
    this.parsed.set(path, file);
    return file;
  }

  /** The path that an import specifier leads to inside the workspace. */
  resolve(from: string, specifier: string): string | undefined {
    const base = this.locate(from, specifier);
    if (base === undefined) return undefined;
    const bases = [base, base.replace(/\.([cm]?)js(x?)$/, '.$1ts$2'), join(base, 'index')];
    for (const candidate of bases) {
      for (const extension of EXTENSIONS) {
        if (SOURCE_FILE.test(candidate + extension) && this.tree.exists(candidate + extension)) {
          return candidate + extension;
        }
      }
    }
    return undefined;
  }

  private locate(from: string, specifier: string): string | undefined {
    // The package is installed, whatever an alias of old times says.
    if (specifier === PACKAGE) return undefined;
    if (/^\.\.?(\/|$)/.test(specifier)) return normalize(join(dirname(from), specifier));
    for (const [alias, target] of this.aliases) {
      const prefix = alias.replace(/\*$/, '');
      if (specifier === alias) return join('/', target);
      if (alias.endsWith('*') && specifier.startsWith(prefix)) {
        return join('/', target.replace(/\*$/, ''), specifier.slice(prefix.length));
      }
    }
    return undefined;
  }

  /** The files that a file leads to by its imports, itself first. */
  reachable(path: string): SourceFile[] {
    const found = new Map<string, SourceFile>();
    const visit = (current: string): void => {
      const file = found.has(current) ? undefined : this.file(current);
      if (file === undefined) return;
      found.set(current, file);
      for (const next of this.importsOf(file)) visit(next);
    };
    visit(path);
    return [...found.values()];
  }

  /** The files of the workspace that a file imports. */
  importsOf(file: SourceFile): string[] {
    return importedModules(file).flatMap((specifier) => this.resolve(file.path, specifier) ?? []);
  }

  /** The files that have edits. */
  planned(): SourceFile[] {
    return [...this.parsed.values()]
      .filter((file) => file !== undefined)
      .filter(({ edits }) => !edits.empty);
  }

  /**
   * Writes every planned edit. The files are parsed anew when they are asked for again.
   *
   * @returns the files with the texts they had
   */
  commit(): { readonly path: string; readonly before: string }[] {
    const planned = this.planned();
    for (const file of planned) {
      file.edits.commit(this.tree, file.path);
      this.parsed.delete(file.path);
    }
    return planned.map(({ path, text }) => ({ path, before: text }));
  }
}

function importedModules({ program }: SourceFile): string[] {
  return program.body.flatMap((node) => {
    if (node.type === 'VariableDeclaration')
      return node.declarations.flatMap(({ init }) => requiredModule(init) ?? []);
    const isImport = node.type === 'ImportDeclaration' || node.type === 'ExportAllDeclaration';
    const source = isImport || node.type === 'ExportNamedDeclaration' ? node.source : undefined;
    return source ? [source.value] : [];
  });
}
