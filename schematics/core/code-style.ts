import type { Tree } from '@angular-devkit/schematics';
import { dirname, join } from 'node:path/posix';
import { inferStyle } from './inferred-style.js';
import { type Settings, readSettings } from './style-settings.js';

/** How a project writes code. */
export interface CodeStyle {
  /** One level of indentation. */
  readonly indent: string;
  readonly quote: "'" | '"';
  readonly semicolons: boolean;
  /** The longest line. */
  readonly width: number;
  readonly trailingCommas: 'all' | 'es5' | 'none';
  readonly eol: '\n' | '\r\n';
}

/** Where a style was read. */
export interface StyleSource {
  readonly style: CodeStyle;
  /** The formatter that the settings belong to; undefined when there are none. */
  readonly formatter: 'prettier' | 'biome' | undefined;
  /** The file with its settings. */
  readonly configuration: string | undefined;
}

const PRETTIER_FILES = [
  '.prettierrc',
  '.prettierrc.json',
  '.prettierrc.json5',
  '.prettierrc.yaml',
  '.prettierrc.yml',
  '.prettierrc.toml',
  ...['.prettierrc', 'prettier.config'].flatMap((name) =>
    ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'].map((extension) => name + extension),
  ),
  '.oxfmtrc.json',
  '.oxfmtrc.jsonc',
];
const BIOME_FILES = ['biome.json', 'biome.jsonc', '.biome.json', '.biome.jsonc'];

const PRETTIER_DEFAULTS: CodeStyle = {
  indent: '  ',
  quote: '"',
  semicolons: true,
  width: 80,
  trailingCommas: 'all',
  eol: '\n',
};

/** The style of a folder: from the settings of its formatter or editor, else from its files. */
export function codeStyle(tree: Tree, folder: string): StyleSource {
  const editor = editorSettings(tree, folder);
  const prettier = prettierSettings(tree, folder);
  if (prettier !== undefined) {
    const style = apply(apply(PRETTIER_DEFAULTS, editor), prettier.settings);
    return { style, formatter: 'prettier', configuration: prettier.path };
  }
  const biome = nearest(tree, folder, BIOME_FILES);
  if (biome !== undefined) {
    const style = apply({ ...PRETTIER_DEFAULTS, indent: '\t' }, readSettings(tree, biome, 'biome'));
    return { style, formatter: 'biome', configuration: biome };
  }
  const style = apply(
    apply({ ...PRETTIER_DEFAULTS, quote: "'" }, inferStyle(tree, folder)),
    editor,
  );
  return { style, formatter: undefined, configuration: undefined };
}

function prettierSettings(
  tree: Tree,
  folder: string,
): { path: string; settings: Settings } | undefined {
  const path = nearest(tree, folder, PRETTIER_FILES);
  if (path !== undefined) return { path, settings: readSettings(tree, path, 'prettier') };
  const manifest = nearest(tree, folder, ['package.json']);
  if (manifest === undefined) return undefined;
  const settings = readSettings(tree, manifest, 'prettier', ['prettier']);
  return settings && { path: manifest, settings };
}

function editorSettings(tree: Tree, folder: string): Settings {
  const path = nearest(tree, folder, ['.editorconfig']);
  return path === undefined ? {} : readSettings(tree, path, 'editorconfig');
}

/** The file of one of these names that is nearest to a folder, from there upwards. */
function nearest(tree: Tree, folder: string, names: readonly string[]): string | undefined {
  for (let current = join('/', folder); ; current = dirname(current)) {
    const found = names.map((name) => join(current, name)).find((path) => tree.exists(path));
    if (found !== undefined || current === '/') return found;
  }
}

function apply(style: CodeStyle, settings: Settings): CodeStyle {
  const { useTabs = style.indent === '\t', tabWidth = style.indent.length } = settings;
  return {
    indent: useTabs
      ? '\t'
      : ' '.repeat(style.indent === '\t' ? (settings.tabWidth ?? 2) : tabWidth),
    quote: settings.singleQuote === undefined ? style.quote : settings.singleQuote ? "'" : '"',
    semicolons: settings.semi ?? style.semicolons,
    width: settings.printWidth ?? style.width,
    trailingCommas: settings.trailingComma ?? style.trailingCommas,
    eol:
      settings.endOfLine === undefined ? style.eol : settings.endOfLine === 'crlf' ? '\r\n' : '\n',
  };
}
