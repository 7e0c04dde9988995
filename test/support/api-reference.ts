import { readFileSync } from 'node:fs';
import ts from 'typescript';

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | { import: { default: string } }>>;
}

/** A name that an entry of the package exports. */
export interface PublicName {
  readonly name: string;
  readonly kind: 'class' | 'constant' | 'function' | 'type';
  /** The first sentence of its comment. */
  readonly about: string;
  /** Its members for users that have no comment. */
  readonly uncommented: readonly string[];
}

/** What an entry of the package exports. */
export interface Entry {
  /** As it is imported. */
  readonly specifier: string;
  readonly names: readonly PublicName[];
}

/** Every entry of the package with code, read from the source that it is built from. */
export function readEntries(): Entry[] {
  const { name: packageName, exports } = JSON.parse(
    readFileSync('package.json', 'utf8'),
  ) as Manifest;
  const files = Object.entries(exports).flatMap(([path, target]) =>
    typeof target === 'string' ? [] : [[path, sourceOf(target.import.default)] as const],
  );
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path)).config,
    ts.sys,
    process.cwd(),
  );
  const program = ts.createProgram(
    files.map(([, file]) => file),
    options,
  );
  return files.map(([path, file]) => ({
    specifier: packageName + path.slice(1),
    names: namesOf(program, file),
  }));
}

/** The page `docs/api.md`. */
export function apiReference(entries: readonly Entry[]): string {
  const sections = entries.map(({ specifier, names }) => {
    const rows = names
      .toSorted((one, other) => one.name.localeCompare(other.name, 'en'))
      .map(
        ({ name, kind, about }) => `| \`${name}\` | ${kind} | ${about.replaceAll('|', '\\|')} |`,
      );
    return [`## \`${specifier}\``, '', '| name | what | about |', '| - | - | - |', ...rows].join(
      '\n',
    );
  });
  return [
    '# Public API',
    'This page lists every name that the package exports, by entry point. The root entry point has the names ' +
      'that you write in `forRoot`, inject or decorate with. The other entry points have the names that you ' +
      'implement or look up. Your editor shows the whole comment of a name.',
    ...sections,
  ].join('\n\n');
}

function sourceOf(built: string): string {
  return built.replace('./dist/esm/', 'src/').replace(/\.js$/, '.ts');
}

function namesOf(program: ts.Program, file: string): PublicName[] {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) throw new Error(`${file} exports nothing.`);
  return checker.getExportsOfModule(module).map((exported) => {
    const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0;
    const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported;
    return {
      name: exported.name,
      kind: kindOf(symbol),
      about: aboutOf(symbol, checker),
      uncommented: uncommentedOf(symbol, checker),
    };
  });
}

function kindOf({ flags }: ts.Symbol): PublicName['kind'] {
  if (flags & ts.SymbolFlags.Class) return 'class';
  if (flags & ts.SymbolFlags.Function) return 'function';
  return flags & ts.SymbolFlags.Variable ? 'constant' : 'type';
}

/** Members without a comment. Editors show an inherited comment, so it counts. */
function uncommentedOf({ flags, members }: ts.Symbol, checker: ts.TypeChecker): string[] {
  if ((flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface)) === 0) return [];
  return [...(members?.values() ?? [])]
    .filter((member) => isForUsers(member) && member.getDocumentationComment(checker).length === 0)
    .map(({ name }) => name);
}

function isForUsers(member: ts.Symbol): boolean {
  const isMember = (member.flags & (ts.SymbolFlags.ClassMember ^ ts.SymbolFlags.Constructor)) !== 0;
  const isPrivate = (member.declarations ?? []).some(
    (declaration) => (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Private) !== 0,
  );
  const isInternal = member.getJsDocTags().some(({ name }) => name === 'internal');
  // Symbols as names begin with two underscores here.
  return isMember && !isPrivate && !isInternal && !/^(#|__)/.test(member.name);
}

function aboutOf(symbol: ts.Symbol, checker: ts.TypeChecker): string {
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker));
  const [paragraph = ''] = text.split(/\n\s*\n/);
  const [sentence = ''] = paragraph
    .replace(/\s+/g, ' ')
    .trim()
    .split(/(?<=[.:]) (?=[A-Z])/);
  return sentence.replace(/\{@link (\S+?)\s*\}/g, '`$1`');
}
