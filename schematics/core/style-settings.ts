import type { Tree } from '@angular-devkit/schematics';
import { parseJsonText, SourceSyntaxError } from './source-file.js';
import { valueOf } from './json-file.js';

/** Settings of a formatter, under Prettier's names. What is not set is undefined. */
export interface Settings {
  readonly useTabs?: boolean | undefined;
  readonly tabWidth?: number | undefined;
  readonly singleQuote?: boolean | undefined;
  readonly semi?: boolean | undefined;
  readonly printWidth?: number | undefined;
  readonly trailingComma?: 'all' | 'es5' | 'none' | undefined;
  readonly endOfLine?: 'lf' | 'crlf' | undefined;
}

type Raw = Readonly<Record<string, unknown>>;

/**
 * Reads the settings in a configuration file. JSON is parsed; YAML, TOML and JavaScript are searched
 * for `name: value` and `name = value`.
 *
 * @param keys - where in the file they are
 * @returns undefined when the file has nothing at `keys`
 */
export function readSettings(
  tree: Tree,
  path: string,
  kind: 'prettier' | 'biome' | 'editorconfig',
): Settings;
export function readSettings(
  tree: Tree,
  path: string,
  kind: 'prettier',
  keys: readonly string[],
): Settings | undefined;
export function readSettings(
  tree: Tree,
  path: string,
  kind: 'prettier' | 'biome' | 'editorconfig',
  keys: readonly string[] = [],
): Settings | undefined {
  const text = tree.readText(path);
  if (kind === 'editorconfig') return ofEditorConfig(text);
  const parsed = parse(path, text);
  const raw = keys.reduce<unknown>((value, key) => asRecord(value)[key], parsed);
  if (typeof raw !== 'object' || raw === null)
    return keys.length > 0 ? undefined : ofPrettier(searched(text));
  return kind === 'biome' ? ofBiome(asRecord(raw)) : ofPrettier(asRecord(raw));
}

function parse(path: string, text: string): unknown {
  try {
    return valueOf(parseJsonText(path, text).root);
  } catch (error) {
    if (error instanceof SourceSyntaxError) return undefined;
    throw error;
  }
}

/** The `name: value` and `name = value` of a text. The first of a name counts: overrides come later. */
function searched(text: string): Raw {
  const found: Record<string, unknown> = {};
  for (const [, name = '', value = ''] of text.matchAll(
    /(?:^|[\s{,])["']?(\w+)["']?\s*[:=]\s*["']?([\w-]+)/gm,
  )) {
    if (!Object.hasOwn(found, name)) found[name] = scalar(value);
  }
  return found;
}

function scalar(text: string): unknown {
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  return /^\d+$/.test(text) ? Number(text) : text;
}

function ofPrettier(raw: Raw): Settings {
  return {
    useTabs: asBoolean(raw['useTabs']),
    tabWidth: asNumber(raw['tabWidth']),
    singleQuote: asBoolean(raw['singleQuote']),
    semi: asBoolean(raw['semi']),
    printWidth: asNumber(raw['printWidth']),
    trailingComma: oneOf(raw['trailingComma'], ['all', 'es5', 'none']),
    endOfLine: oneOf(raw['endOfLine'], ['lf', 'crlf']),
  };
}

function ofBiome(raw: Raw): Settings {
  const javascript = asRecord(asRecord(raw['javascript'])['formatter']);
  const all = { ...asRecord(raw['formatter']), ...javascript };
  const quote = oneOf(javascript['quoteStyle'], ['single', 'double']);
  const semicolons = oneOf(javascript['semicolons'], ['always', 'asNeeded']);
  const indent = oneOf(all['indentStyle'], ['tab', 'space']);
  return {
    useTabs: indent && indent === 'tab',
    tabWidth: asNumber(all['indentWidth'] ?? all['indentSize']),
    singleQuote: quote && quote === 'single',
    semi: semicolons && semicolons === 'always',
    printWidth: asNumber(all['lineWidth']),
    trailingComma: oneOf(javascript['trailingCommas'] ?? javascript['trailingComma'], [
      'all',
      'es5',
      'none',
    ]),
    endOfLine: oneOf(all['lineEnding'], ['lf', 'crlf']),
  };
}

/** The settings of the sections that TypeScript files are in; the last one wins. */
function ofEditorConfig(text: string): Settings {
  const raw: Record<string, unknown> = {};
  let isOurs = false;
  for (const line of text.split(/\r?\n/)) {
    const [, section] = /^\s*\[(.+)\]\s*$/.exec(line) ?? [];
    if (section !== undefined) isOurs = /^\*+$|\b[tj]s\b/.test(section);
    const [, name = '', value = ''] = /^\s*(\w+)\s*=\s*([\w-]+)/.exec(line) ?? [];
    if (isOurs && name !== '') raw[name] = scalar(value);
  }
  const indent = oneOf(raw['indent_style'], ['tab', 'space']);
  const quote = oneOf(raw['quote_type'], ['single', 'double']);
  return {
    useTabs: indent && indent === 'tab',
    tabWidth: asNumber(raw['indent_size']) ?? asNumber(raw['tab_width']),
    singleQuote: quote && quote === 'single',
    printWidth: asNumber(raw['max_line_length']),
    endOfLine: oneOf(raw['end_of_line'], ['lf', 'crlf']),
  };
}

function asRecord(value: unknown): Raw {
  return typeof value === 'object' && value !== null ? (value as Raw) : {};
}

function asBoolean(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined;
}

function oneOf<T extends string>(value: unknown, known: readonly T[]): T | undefined {
  return known.find((name) => name === value);
}
