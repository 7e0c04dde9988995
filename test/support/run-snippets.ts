import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll } from '@jest/globals';
import ts from 'typescript';
import { fragmentOf, snippetsOf } from './snippets.js';

/** Texts of a page that a reader replaces by their own, such as the address of their server. */
export type Replacements = Readonly<Record<string, string>>;

/** The snippets of a page as files side by side, as a reader has them after copying them. */
export interface SnippetFolder {
  /** Runs a file. Each file of the folder runs once. */
  load<TModule>(name: string): Promise<TModule>;
  /** Where a file is. */
  pathOf(name: string): string;
}

const folders: string[] = [];

afterAll(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/**
 * Writes the snippets of a page into a new folder, compiled as a reader's project compiles them.
 *
 * @throws if the page has no text that `replacements` names
 */
export async function snippetFolder(
  document: string,
  replacements: Replacements = {},
): Promise<SnippetFolder> {
  const snippets = snippetsOf(document);
  const whole = [...snippets.values()].join('\n');
  for (const text of Object.keys(replacements))
    if (!whole.includes(text)) throw new Error(`No snippet of ${document} has "${text}".`);
  const files = [...snippets].map(
    ([name, code]) => [name, replaceAll(code, replacements)] as const,
  );
  return writeFolder(new Map(files));
}

/** How a fragment is run. */
export interface FragmentOptions {
  /** Names that the fragment declares and that its run gives. */
  readonly gives?: readonly string[];
  /** Whether it is an expression. Then its run gives the value. @default false */
  readonly isExpression?: boolean;
}

/**
 * Runs a snippet that is a part of a file: the code of a reader has the names of `scope` around it.
 *
 * @returns the names that it `gives`, or its value if it is an expression
 */
export async function runFragment<TResult>(
  document: string,
  name: string,
  scope: Readonly<Record<string, unknown>>,
  { gives = [], isExpression = false }: FragmentOptions = {},
): Promise<TResult> {
  const fragment = fragmentOf(document, name);
  const imports = fragment.match(IMPORTS) ?? [];
  const code = fragment.replaceAll(IMPORTS, '').trim();
  const body = isExpression
    ? `return (${code.replace(/;$/, '')});`
    : `${code}\nreturn { ${gives.join(', ')} };`;
  const names = Object.keys(scope).join(', ');
  const module = `${imports.join('\n')}\nexport default async ({ ${names} }) => {\n${body}\n};`;
  const { load } = await writeFolder(new Map([['fragment.tsx', module]]));
  const { default: run } = await load<{ default: (scope: object) => Promise<TResult> }>(
    'fragment.tsx',
  );
  return run(scope);
}

const IMPORTS = /^import .*$/gm;

const replaceAll = (code: string, replacements: Replacements): string =>
  Object.entries(replacements).reduce((text, [from, to]) => text.replaceAll(from, to), code);

/** Below the packages of this repository, so that the files find them. */
async function writeFolder(files: ReadonlyMap<string, string>): Promise<SnippetFolder> {
  const folder = resolve('node_modules/.cache/snippets', crypto.randomUUID());
  folders.push(folder);
  await mkdir(folder, { recursive: true });
  const pathOf = (name: string): string => join(folder, name.replace(/\.tsx?$/, '.mjs'));
  for (const [name, code] of files) await writeFile(pathOf(name), compiled(name, code));
  return {
    pathOf,
    load: async (name) => (await import(pathToFileURL(pathOf(name)).href)) as never,
  };
}

function compiled(fileName: string, code: string): string {
  const { outputText } = ts.transpileModule(code, {
    fileName,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      jsx: ts.JsxEmit.ReactJSX,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
      verbatimModuleSyntax: true,
    },
  });
  return outputText;
}
