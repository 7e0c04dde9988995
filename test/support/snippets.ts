import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';

const ROOT = resolve('.');

/** A piece of code in a document. */
export interface Fence {
  /** The file name in its first line; of a fragment, the heading above it, with its number from 2 on. */
  readonly name: string;
  readonly isFile: boolean;
  readonly language: string;
  readonly code: string;
}

/** The code of a document that a reader would run, in its order. */
export function fencesOf(document: string): Fence[] {
  const fences: Fence[] = [];
  for (const section of readFileSync(join(ROOT, document), 'utf8').split(/^(?=#{1,4} )/m)) {
    const heading = /^#{1,4} (.*)$/m.exec(section)?.[1]?.replaceAll('`', '') ?? '';
    let fragments = 0;
    for (const [, language = '', code = ''] of section.matchAll(CODE)) {
      const file = /^(?:\/\/|<!--) (\S+\.\w+)(?: -->)?\n/.exec(code)?.[1];
      if (file === undefined) fragments += 1;
      const fragment = fragments > 1 ? `${heading} ${fragments}` : heading;
      fences.push({ name: file ?? fragment, isFile: file !== undefined, language, code });
    }
  }
  return fences;
}

const CODE = /^```(ts|tsx|typescript|js|jsx|mjs|javascript|html|vue|svelte)\b.*\n([\s\S]*?)^```$/gm;

/** The snippets of a document that are whole files, by the file name that each gives in its first line. */
export function snippetsOf(document: string): Map<string, string> {
  return new Map(
    fencesOf(document).flatMap(({ name, isFile, code }) => (isFile ? [[name, code]] : [])),
  );
}

/** A snippet of a document that is a part of a file. @param name - see {@link Fence} */
export function fragmentOf(document: string, name: string): string {
  const fragment = fencesOf(document).find((fence) => !fence.isFile && fence.name === name);
  if (!fragment) throw new Error(`${document} has no fragment "${name}".`);
  return fragment.code;
}

/**
 * What the compiler says about snippets, as if they were files of an application that has the
 * package installed.
 *
 * @param files - by name, side by side in one folder
 * @returns one line per fault
 */
export function typeFaults(files: ReadonlyMap<string, string>): string[] {
  const folder = join(ROOT, 'test', 'docs', 'application');
  const virtual = new Map([...files].map(([name, code]) => [join(folder, name), code]));
  const options: ts.CompilerOptions = {
    ...ts.parseJsonConfigFileContent(
      ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile).config,
      ts.sys,
      ROOT,
    ).options,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
    noEmit: true,
    jsx: ts.JsxEmit.ReactJSX,
    noUnusedLocals: false,
    paths: {
      '@hive-academy/langgraph-streaming': [join(ROOT, 'src/index.ts')],
      '@hive-academy/langgraph-streaming/langgraph': [join(ROOT, 'src/sources/langgraph/index.ts')],
      '@hive-academy/langgraph-streaming/react': [join(ROOT, 'src/client/react/index.ts')],
      '@hive-academy/langgraph-streaming/redis': [join(ROOT, 'src/cluster/redis/index.ts')],
      '@hive-academy/langgraph-streaming/*': [
        join(ROOT, 'src/*/index.ts'),
        join(ROOT, 'src/entries/*.ts'),
      ],
    },
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.getSourceFile = (name, ...rest) => {
    const code = virtual.get(name);
    return code === undefined
      ? getSourceFile.call(host, name, ...rest)
      : ts.createSourceFile(name, code, ts.ScriptTarget.ES2023);
  };
  host.fileExists = (name) => virtual.has(name) || fileExists.call(host, name);
  host.readFile = (name) => virtual.get(name) ?? readFile.call(host, name);
  host.directoryExists = (name) =>
    name === folder || dirname(folder) === name || ts.sys.directoryExists(name);
  const program = ts.createProgram([...virtual.keys()], options, host);
  const laxer = ts.createProgram([...virtual.keys()], { ...options, ...LAXER }, host, program);
  const faults = [program, laxer].flatMap((checked) => faultsOf(checked, folder, virtual.keys()));
  return [...new Set(faults)];
}

/** Most applications do not set these flags. Without them, some types are narrower. */
const LAXER = { noUncheckedIndexedAccess: false, exactOptionalPropertyTypes: false };

function faultsOf(program: ts.Program, folder: string, names: Iterable<string>): string[] {
  return [...names].flatMap((name) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(name)).map((fault) => {
      const line =
        fault.file && fault.start !== undefined
          ? fault.file.getLineAndCharacterOfPosition(fault.start).line + 1
          : 0;
      return `${name.slice(folder.length + 1)}:${line} ${ts.flattenDiagnosticMessageText(fault.messageText, ' ')}`;
    }),
  );
}
