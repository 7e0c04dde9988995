import type { Tree } from '@angular-devkit/schematics';
import { dirname } from 'node:path/posix';
import type { SourceFile } from './source-file.js';
import { SourceTree } from './source-tree.js';
import type { Settings } from './style-settings.js';
import { rangeOf } from './syntax.js';

const MOST_FILES = 20;

/**
 * The style that most sources have, in a folder or in the nearest one above that has any. What they
 * do not show is undefined.
 */
export function inferStyle(tree: Tree, folder: string): Settings {
  const sources = new SourceTree(tree);
  let found: FileStyle[] = [];
  for (let current = folder; found.length === 0; current = dirname(current)) {
    const files = sources.paths(current).slice(0, MOST_FILES);
    found = files.flatMap((path) => {
      const file = sources.file(path);
      return file === undefined ? [] : [styleOf(file)];
    });
    if (current === '/') break;
  }
  return {
    useTabs: mostOf(found, 'useTabs'),
    tabWidth: mostOf(found, 'tabWidth'),
    singleQuote: mostOf(found, 'singleQuote'),
    semi: mostOf(found, 'semi'),
    endOfLine: mostOf(found, 'endOfLine'),
  };
}

type FileStyle = Pick<Settings, 'useTabs' | 'tabWidth' | 'singleQuote' | 'semi' | 'endOfLine'>;

function styleOf(file: SourceFile): FileStyle {
  // The first import shows quotes and semicolons, the first indented line of code the indentation.
  const first = file.program.body.find((statement) => statement.type === 'ImportDeclaration');
  const [, indent] = /^(\t| +)(?![\s*])/m.exec(file.text) ?? [];
  return {
    useTabs: indent === undefined ? undefined : indent === '\t',
    tabWidth: indent?.startsWith(' ') ? indent.length : undefined,
    singleQuote: first && file.text[rangeOf(first.source).start] === "'",
    semi: first && file.text[rangeOf(first).end - 1] === ';',
    endOfLine: file.eol === '\n' ? 'lf' : 'crlf',
  };
}

function mostOf<K extends keyof FileStyle>(files: readonly FileStyle[], key: K): FileStyle[K] {
  const counts = new Map<FileStyle[K], number>();
  for (const { [key]: value } of files) {
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, one], [, other]) => other - one);
  return most?.[0];
}
