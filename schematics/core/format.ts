import type { Tree } from '@angular-devkit/schematics';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { dirname } from 'node:path/posix';
import { type CodeStyle, codeStyle, type StyleSource } from './code-style.js';
import { isOnDisk } from './disk.js';
import { hasDependency } from './package-json.js';
import { restyle } from './restyle.js';

interface Prettier {
  resolveConfig(path: string, options: object): Promise<object | null>;
  format(text: string, options: object): Promise<string>;
}

/** A text before a schematic edited it. */
export interface EditedFile {
  readonly path: string;
  readonly before: string;
}

/**
 * Gives new texts the style of the project: its own Prettier or Biome formats them with its own
 * settings; without one they get its quotes, semicolons and indentation.
 *
 * @param files - the texts by file name
 * @param workspace - the folder of the workspace, where its formatter is installed
 */
export async function formatNew(
  tree: Tree,
  folder: string,
  files: ReadonlyMap<string, string>,
  workspace = process.cwd(),
): Promise<ReadonlyMap<string, string>> {
  const style = codeStyle(tree, folder);
  const format = formatterOf(tree, style, workspace);
  const formatted = new Map<string, string>();
  for (const [name, text] of files) {
    const path = join(folder, name);
    formatted.set(name, (await format?.(path, text)) ?? restyle(path, text, style.style));
  }
  return formatted;
}

/** Formats files that a schematic edited, each only if it was in that format before. */
export async function formatEdited(
  tree: Tree,
  edited: readonly EditedFile[],
  workspace = process.cwd(),
): Promise<void> {
  // Of a file that was edited twice, the first text is the one that the project had.
  const originals = new Map(edited.toReversed().map(({ path, before }) => [path, before]));
  for (const [path, before] of originals) {
    const format = formatterOf(tree, codeStyle(tree, dirname(path)), workspace);
    if (format === undefined || (await format(path, before)) !== before) continue;
    const formatted = await format(path, tree.readText(path));
    if (formatted !== undefined) tree.overwrite(path, formatted);
  }
}

/** Formats a text; undefined when the formatter cannot. */
type Format = (path: string, text: string) => Promise<string | undefined>;

function formatterOf(
  tree: Tree,
  { formatter, style, configuration }: StyleSource,
  workspace: string,
): Format | undefined {
  if (formatter === 'biome') return biome(workspace);
  if (formatter !== 'prettier' && !hasDependency(tree, 'prettier')) return undefined;
  const prettier = loadPrettier(workspace);
  if (prettier === undefined) return undefined;
  const isReadable = configuration !== undefined && isOnDisk(tree, configuration, workspace);
  return async (path, text) => {
    const filepath = join(workspace, path);
    // Prettier knows more of its settings than we do: overrides, plugins, shared configurations.
    const settings = isReadable
      ? await prettier.resolveConfig(filepath, { editorconfig: true })
      : prettierOptions(style);
    // What its plugins cannot read stays as it is.
    return prettier.format(text, { ...settings, filepath }).catch(() => undefined);
  };
}

function prettierOptions({ indent, ...style }: CodeStyle): object {
  return {
    useTabs: indent === '\t',
    tabWidth: indent === '\t' ? 2 : indent.length,
    singleQuote: style.quote === "'",
    semi: style.semicolons,
    printWidth: style.width,
    trailingComma: style.trailingCommas,
    endOfLine: style.eol === '\n' ? 'lf' : 'crlf',
  };
}

function loadPrettier(workspace: string): Prettier | undefined {
  try {
    return createRequire(join(workspace, 'package.json'))('prettier') as Prettier;
  } catch {
    return undefined;
  }
}

function biome(workspace: string): Format | undefined {
  let binary: string;
  try {
    binary = createRequire(join(workspace, 'package.json')).resolve('@biomejs/biome/bin/biome');
  } catch {
    return undefined;
  }
  return (path, text) => {
    const flags = ['format', `--stdin-file-path=${path.replace(/^\//, '')}`];
    const { status, stdout } = spawnSync(process.execPath, [binary, ...flags], {
      cwd: workspace,
      input: text,
      encoding: 'utf8',
    });
    return Promise.resolve(status === 0 ? stdout : undefined);
  };
}
