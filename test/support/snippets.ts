import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';

const ROOT = resolve('.');

/** The TypeScript snippets of a document, by the file name that each gives in its first line. */
export function snippetsOf(document: string): Map<string, string> {
  const text = readFileSync(join(ROOT, document), 'utf8');
  const snippets = new Map<string, string>();
  for (const [, code = ''] of text.matchAll(/^```tsx?\n([\s\S]*?)^```$/gm)) {
    const name = /^\/\/ (\S+\.tsx?)\n/.exec(code)?.[1];
    if (name === undefined)
      throw new Error(`A snippet of ${document} does not begin with its file name:\n${code}`);
    snippets.set(name, code);
  }
  return snippets;
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
  return [...virtual.keys()].flatMap((name) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(name)).map((fault) => {
      const line =
        fault.file && fault.start !== undefined
          ? fault.file.getLineAndCharacterOfPosition(fault.start).line + 1
          : 0;
      return `${name.slice(folder.length + 1)}:${line} ${ts.flattenDiagnosticMessageText(fault.messageText, ' ')}`;
    }),
  );
}
