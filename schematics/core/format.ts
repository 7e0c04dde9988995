import type { Tree } from '@angular-devkit/schematics';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { dirname } from 'node:path/posix';
import { type CodeStyle, codeStyle, type StyleSource } from './code-style.js';
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

/** What a schematic wrote. */
export interface WrittenFiles {
  readonly created: readonly string[];
  readonly edited?: readonly EditedFile[];
}

/**
 * Gives files the style of the project: its own Prettier or Biome formats them with its own
 * settings; without one they get its quotes, semicolons and indentation. An edited file is formatted
 * only if it was in that format before.
 *
 * @param workspace - the folder of the workspace, where its formatter is installed
 */
export async function formatFiles(
  tree: Tree,
  { created, edited = [] }: WrittenFiles,
  workspace = process.cwd(),
): Promise<void> {
  for (const path of created) {
    const style = codeStyle(tree, dirname(path));
    const text = tree.readText(path);
    const format = formatterOf(tree, style, workspace);
    const formatted = (await format?.(path, text)) ?? restyle(path, text, style.style);
    if (formatted !== text) tree.overwrite(path, formatted);
  }
  for (const { path, before } of edited) {
    const format = formatterOf(tree, codeStyle(tree, dirname(path)), workspace);
    if ((await format?.(path, before)) !== before) continue;
    const formatted = await format?.(path, tree.readText(path));
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
  return async (path, text) => {
    const filepath = join(workspace, path);
    const isOnDisk = configuration !== undefined && existsSync(join(workspace, configuration));
    // Prettier knows more of its settings than we do: overrides, plugins, shared configurations.
    const settings = isOnDisk
      ? await prettier.resolveConfig(filepath, { editorconfig: true })
      : prettierOptions(style);
    return prettier.format(text, { ...settings, filepath });
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
