import type { Tree } from '@angular-devkit/schematics';
import { dirname, join, relative } from 'node:path/posix';
import { JsonFile } from '../core/json-file.js';

/** What decides which files a TypeScript configuration compiles. */
interface Selection {
  readonly files: readonly string[] | undefined;
  readonly include: readonly string[] | undefined;
  readonly exclude: readonly string[] | undefined;
  readonly outDir: string | undefined;
}

interface BuildOptions {
  readonly compilerOptions?: { readonly tsConfigPath?: string };
}

/**
 * Keeps a folder out of the builds of Nest, which otherwise compile every file of the workspace.
 *
 * @returns the paths of the TypeScript configurations that exclude it now
 */
export function keepOutOfNestBuilds(tree: Tree, folder: string): string[] {
  return buildConfigurations(tree).filter((path) => {
    const selection = selectionOf(tree, path);
    const place = relative(dirname(path), folder);
    if (!isCompiled(selection, `${place}/file.ts`)) return false;
    const json = JsonFile.open(tree, path);
    const [top = place] = place.split('/');
    const inherited = selection.exclude ?? ['node_modules', ...outputOf(selection)];
    const own = json?.get('exclude');
    if (Array.isArray(own)) json?.append(['exclude'], top);
    else json?.setList(['exclude'], [...inherited, top]);
    json?.commit();
    return true;
  });
}

/** The configurations that `nest build` compiles with. */
function buildConfigurations(tree: Tree): string[] {
  const nest = (JsonFile.open(tree, '/nest-cli.json')?.get() ?? {}) as BuildOptions & {
    readonly projects?: Readonly<Record<string, BuildOptions>>;
  };
  const named = [nest, ...Object.values(nest.projects ?? {})].flatMap(
    ({ compilerOptions }) => compilerOptions?.tsConfigPath ?? [],
  );
  const usual = ['tsconfig.build.json', 'tsconfig.json'].find((path) => tree.exists(path));
  const paths = named.length > 0 ? named : usual === undefined ? [] : [usual];
  return [...new Set(paths.map((path) => join('/', path)))].filter((path) => tree.exists(path));
}

/** What a configuration says, with what it inherits. */
function selectionOf(tree: Tree, path: string, seen = new Set<string>()): Selection {
  const json = seen.has(path) ? undefined : JsonFile.open(tree, path);
  seen.add(path);
  const base = json?.get('extends');
  const parent = (Array.isArray(base) ? base : [base])
    .filter((name): name is string => typeof name === 'string' && name.startsWith('.'))
    .map((name) => join(dirname(path), name.endsWith('.json') ? name : `${name}.json`))
    .map((target) => selectionOf(tree, target, seen))
    .at(-1);
  const list = (key: 'files' | 'include' | 'exclude'): readonly string[] | undefined => {
    const own = json?.get(key);
    return Array.isArray(own) ? (own as string[]) : parent?.[key];
  };
  const outDir = json?.get('compilerOptions', 'outDir');
  return {
    files: list('files'),
    include: list('include'),
    exclude: list('exclude'),
    outDir: typeof outDir === 'string' ? outDir : parent?.outDir,
  };
}

function outputOf({ outDir }: Selection): string[] {
  return outDir === undefined ? [] : [outDir.replace(/^\.\//, '')];
}

function isCompiled({ files, include, exclude = [] }: Selection, file: string): boolean {
  if (file.startsWith('..')) return false;
  const included = include ?? (files === undefined ? ['**/*'] : []);
  return (
    included.some((pattern) => matches(pattern, file)) &&
    !exclude.some((pattern) => matches(pattern, file))
  );
}

/** Whether a pattern of a TypeScript configuration covers a file; a folder covers all that is in it. */
function matches(pattern: string, file: string): boolean {
  const expression = pattern
    .replace(/^\.\//, '')
    .replace(/\/$/, '')
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*\/|\*\*|\*|\?/g, (glob) =>
      glob === '**/' ? '(?:.*/)?' : glob === '**' ? '.*' : glob === '*' ? '[^/]*' : '[^/]',
    );
  return new RegExp(`^${expression}(/|$)`).test(file);
}
