import { describe, expect, it } from '@jest/globals';
import type { Tree } from '@angular-devkit/schematics';
import ts from 'typescript';
import { application } from './fixtures.js';
import { filesOf, runSchematic } from './run-schematic.js';
import { typeErrors } from './type-check.js';

describe('a generated client', () => {
  it.each(['client', 'web', 'frontend', 'ui', 'apps/web'])(
    'goes where the front end is: %s',
    async (folder) => {
      const host = application('nest-12-esm');
      host.create(`/${folder}/package.json`, '{ "name": "page" }');
      const { tree } = await runSchematic('streaming-client', { name: 'chat' }, host);
      expect(tree.exists(`/${folder}/src/chat.client.ts`)).toBe(true);
    },
  );

  it('goes where it is told to, from the root of the workspace', async () => {
    const options = { name: 'chat', path: 'site/lib', sourceRoot: 'src' };
    const { tree } = await runSchematic('streaming-client', options, application('nest-12-esm'));
    expect(tree.exists('/site/lib/chat.client.ts')).toBe(true);
  });

  it.each([{ type: 'react' }, { react: true }])('has a React hook with %j', async (option) => {
    const { tree } = await runSchematic(
      'streaming-client',
      { name: 'chat', ...option },
      application('nest-12-esm'),
    );
    expect(tree.readText('/client/src/use-chat.ts')).toContain('export function useChat(');
  });

  it.each([
    ['the namespace of the module', {}, '/streaming'],
    ['another namespace of the module', { namespace: '/live' }, '/live'],
  ])(
    'follows threads of an agent over %s',
    async (_, added, namespace) => {
      const { tree: configured } = await runSchematic(
        'nest-add',
        added,
        application('nest-12-esm'),
      );
      const { tree: host } = await runSchematic('streaming-agent', { name: 'support' }, configured);
      const options = { name: 'support', type: 'react' };
      const { tree } = await runSchematic('streaming-client', options, host);
      const client = tree.readText('/client/src/support.client.ts');
      expect(client).toContain(`namespace: '${namespace}'`);
      expect(client).toContain("client.thread(id, { agent: 'support' })");
      expect(tree.readText('/client/src/use-support.ts')).toContain('export function useSupport(');
      const files = [...filesOf(tree)].filter(([path]) => path.startsWith('/client/'));
      const texts = files.map(([path, content]) => [path, content.toString('utf8')] as const);
      expect(typeErrors(new Map(texts))).toEqual([]);
    },
    120_000,
  );

  it('is that of the gateway where an agent has the same name', async () => {
    const { tree: host } = await runSchematic(
      'streaming-agent',
      { name: 'chat' },
      application('nest-12-esm'),
    );
    const both = await runSchematic('streaming-gateway', { name: 'chat' }, host);
    const { tree } = await runSchematic('streaming-client', { name: 'chat' }, both.tree);
    expect(tree.readText('/client/src/chat.client.ts')).toContain("namespace: '/chat'");
  });

  it('is JavaScript in a JavaScript project', async () => {
    const options = { name: 'chat', type: 'react' };
    const { tree } = await runSchematic('streaming-client', options, application('javascript'));
    expect(tree.exists('/client/src/chat.client.js')).toBe(true);
    expect(tree.exists('/client/src/use-chat.js')).toBe(true);
  });

  it('changes nothing when it is generated again', async () => {
    const options = { name: 'chat', type: 'react' };
    const first = await runSchematic('streaming-client', options, application('nest-11-commonjs'));
    const second = await runSchematic('streaming-client', options, first.tree);
    expect(filesOf(second.tree)).toEqual(filesOf(first.tree));
  });

  it.each([
    [{ type: 'raect' }, 'Allowed values are: "client", "react"'],
    [{ path: '../elsewhere' }, '"../elsewhere" leads out of the workspace'],
    [{ path: 'a/../../b' }, 'leads out of the workspace'],
    [{ path: 'src/pages' }, 'src/pages is compiled into the server'],
    [{ path: 'src' }, 'src is compiled into the server'],
    [{ name: 'streaming' }, 'would name a class as the library names one'],
    [{ name: 'execution', type: 'react' }, 'would name the hook as one that it uses'],
  ])('is refused with %j', async (options, message) => {
    const host = application('nest-12-esm');
    const files = filesOf(host);
    await expect(
      runSchematic('streaming-client', { name: 'chat', ...options }, host),
    ).rejects.toThrow(message);
    expect(filesOf(host)).toEqual(files);
  });

  it('has what the types of this library allow', async () => {
    const options = { name: 'chat', type: 'react', path: 'web' };
    const { tree } = await runSchematic('streaming-client', options, application('nest-12-esm'));
    const files = [...filesOf(tree)].filter(([path]) => path.startsWith('/web/'));
    const texts = files.map(([path, content]) => [path, content.toString('utf8')] as const);
    expect(typeErrors(new Map(texts))).toEqual([]);
  }, 120_000);
});

/** The files that `nest build` compiles, as TypeScript reads the configuration. */
function compiled(tree: Tree, path: string): string[] {
  const files = [...filesOf(tree).keys()];
  const host: ts.ParseConfigHost = {
    useCaseSensitiveFileNames: true,
    fileExists: (file) => tree.exists(file),
    readFile: (file) => (tree.exists(file) ? tree.readText(file) : undefined),
    readDirectory: (root, extensions, exclude, include) =>
      matchFiles(files, root, extensions, exclude ?? [], include),
  };
  const { config } = ts.readConfigFile(path, (file) => host.readFile(file)) as { config: unknown };
  return ts.parseJsonConfigFileContent(config, host, path.slice(0, path.lastIndexOf('/')) || '/')
    .fileNames;
}

/** TypeScript's own matching of patterns, on files that are in memory. */
function matchFiles(
  files: readonly string[],
  root: string,
  extensions: readonly string[],
  exclude: readonly string[],
  include: readonly string[],
): string[] {
  const { matchFiles: match } = ts as unknown as {
    matchFiles: (...values: unknown[]) => string[];
  };
  const entries = (folder: string): { files: string[]; directories: string[] } => {
    const prefix = folder === '/' ? '/' : `${folder}/`;
    const below = files
      .filter((file) => file.startsWith(prefix))
      .map((file) => file.slice(prefix.length));
    return {
      files: below.filter((name) => !name.includes('/')),
      directories: [
        ...new Set(below.flatMap((name) => (name.includes('/') ? [name.split('/')[0] ?? ''] : []))),
      ],
    };
  };
  return match(
    root,
    extensions,
    exclude,
    include,
    true,
    '/',
    undefined,
    entries,
    (path: string) => path,
  );
}

describe('the build of the server', () => {
  it.each([
    ['nest-11-commonjs', '/tsconfig.build.json', 'client'],
    ['nest-11-commonjs', '/tsconfig.build.json', 'apps/web/src'],
    ['nest-12-commonjs', '/tsconfig.build.json', 'client'],
    ['nest-12-esm', '/tsconfig.build.json', 'client'],
    ['monorepo', '/apps/mono/tsconfig.app.json', 'client'],
    ['monorepo', '/apps/admin/tsconfig.app.json', 'apps/web/src'],
  ])('of %s (%s) leaves out a front end in %s', async (fixture, configuration, path) => {
    const { tree } = await runSchematic(
      'streaming-client',
      { name: 'chat', type: 'react', path },
      application(fixture),
    );
    const files = compiled(tree, configuration);
    expect(files.some((file) => file.includes('.module.'))).toBe(true);
    expect(files.filter((file) => /chat/.test(file))).toEqual([]);
  });

  it.each([
    [
      'a list without the folder',
      '{ "exclude": ["node_modules"] }',
      '{ "exclude": ["node_modules", "client"] }',
    ],
    [
      'no list',
      '{ "compilerOptions": { "outDir": "./out" } }',
      '{ "compilerOptions": { "outDir": "./out" }, "exclude": ["node_modules", "out", "client"] }',
    ],
    ['the folder in the list', '{ "exclude": ["client/"] }', '{ "exclude": ["client/"] }'],
    [
      'a pattern for the folder',
      '{ "exclude": ["**/client/**"] }',
      '{ "exclude": ["**/client/**"] }',
    ],
    ['other folders included', '{ "include": ["src/**/*"] }', '{ "include": ["src/**/*"] }'],
    ['files alone', '{ "files": ["src/main.ts"] }', '{ "files": ["src/main.ts"] }'],
    [
      'comments',
      '{ // ours\n  "exclude": ["dist"] // output\n}',
      '{ // ours\n  "exclude": ["dist", "client"] // output\n}',
    ],
  ])('excludes it once, where there is %s', async (_, before, after) => {
    const host = application('nest-11-commonjs');
    host.overwrite('/tsconfig.build.json', before);
    const { tree } = await runSchematic('streaming-client', { name: 'chat' }, host);
    expect(tree.readText('/tsconfig.build.json')).toBe(after);
  });
});
