import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';

const ROOT = resolve('.');
/** Files live here for the compiler only, so that they find the packages of this one. */
const VIRTUAL = join(ROOT, 'test/schematics/virtual');

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  strict: true,
  strictPropertyInitialization: false,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  isolatedModules: true,
  skipLibCheck: true,
  noEmit: true,
  types: ['node'],
  jsx: ts.JsxEmit.ReactJSX,
  paths: {
    '@hive-academy/langgraph-streaming': [join(ROOT, 'src/index.ts')],
    ...Object.fromEntries(
      ['auth', 'decorators', 'gateway', 'log'].map((entry) => [
        `@hive-academy/langgraph-streaming/${entry}`,
        [join(ROOT, `src/entries/${entry}.ts`)],
      ]),
    ),
    '@hive-academy/langgraph-streaming/client': [join(ROOT, 'src/client/index.ts')],
    '@hive-academy/langgraph-streaming/react': [join(ROOT, 'src/client/react/index.ts')],
    '@hive-academy/langgraph-streaming/langgraph': [join(ROOT, 'src/sources/langgraph/index.ts')],
  },
};

/** The program of the last check: its parsed sources serve the next one. */
let checked: ts.Program | undefined;

/** The globals that a project's test runner gives to specs. */
const GLOBALS = `import type * as jest from '@jest/globals';
declare global {
  const afterAll: typeof jest.afterAll;
  const afterEach: typeof jest.afterEach;
  const beforeAll: typeof jest.beforeAll;
  const beforeEach: typeof jest.beforeEach;
  const describe: typeof jest.describe;
  const expect: typeof jest.expect;
  const it: typeof jest.it;
}
`;

/**
 * Type-checks TypeScript texts against the sources of this library.
 *
 * @param files - the texts by path; folders with the same first part can import each other
 * @returns what the compiler says about them, as `path: message`
 */
export function typeErrors(files: ReadonlyMap<string, string>): string[] {
  const texts = new Map(
    [...files, ['globals.d.ts', GLOBALS] as const].map(([path, text]) => [
      join(VIRTUAL, path),
      text,
    ]),
  );
  const host = virtualHost(texts);
  const program = ts.createProgram([...texts.keys()], OPTIONS, host, checked);
  checked = program;
  return [...texts.keys()].flatMap((path) => {
    const source = program.getSourceFile(path);
    const found = [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ];
    return found.map(
      ({ messageText }) =>
        `${path.slice(VIRTUAL.length + 1)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    );
  });
}

function virtualHost(texts: ReadonlyMap<string, string>): ts.CompilerHost {
  const host = ts.createCompilerHost(OPTIONS);
  const folders = new Set<string>();
  for (const path of texts.keys()) {
    for (let folder = dirname(path); folder.startsWith(VIRTUAL); folder = dirname(folder))
      folders.add(folder);
  }
  return {
    ...host,
    fileExists: (path) => texts.has(path) || host.fileExists(path),
    readFile: (path) => texts.get(path) ?? host.readFile(path),
    directoryExists: (path) => folders.has(path) || (host.directoryExists?.(path) ?? false),
    getSourceFile: (path, version, ...rest) => {
      const text = texts.get(path);
      return text === undefined
        ? host.getSourceFile(path, version, ...rest)
        : ts.createSourceFile(path, text, version);
    },
  };
}
