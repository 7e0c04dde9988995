import { describe, expect, it } from '@jest/globals';
import { Tree } from '@angular-devkit/schematics';
import { runSchematic } from './run-schematic.js';

const legacy = `import { StreamingModule } from '@hive-academy/langgraph-streaming';

export const streaming = StreamingModule.forRoot({ websocket: { enabled: true, port: 1 } });
`;

function workspace(...paths: readonly string[]): Tree {
  const tree = Tree.empty();
  for (const path of paths) tree.create(path, legacy);
  return tree;
}

/** The files that the migration rewrote. */
async function migrated(options: object, tree: Tree): Promise<string[]> {
  const { tree: after } = await runSchematic('migrate-websocket-options', options, tree);
  return after.files
    .filter((path) => after.readText(path).includes('gateway: { enabled: true, port: 1 }'))
    .sort();
}

describe('the files that are migrated', () => {
  it('are sources, wherever they are, and nothing that was built or installed', async () => {
    const sources = [
      '/a.ts',
      '/b.mts',
      '/c.cts',
      '/d.js',
      '/e.mjs',
      '/f.cjs',
      '/libs/g.tsx',
      '/src/h.jsx',
    ];
    const others = [
      '/node_modules/x/a.js',
      '/dist/a.js',
      '/coverage/a.js',
      '/.cache/a.js',
      '/types.d.ts',
      '/notes.md',
    ];
    expect(await migrated({}, workspace(...sources, ...others))).toEqual(sources);
  });

  it('can be those of one folder', async () => {
    expect(await migrated({ path: 'libs' }, workspace('/src/a.ts', '/libs/b.ts'))).toEqual([
      '/libs/b.ts',
    ]);
  });

  it('are judged by what reads them anywhere', async () => {
    const tree = Tree.empty();
    tree.create(
      '/libs/options.ts',
      legacy.replace('{ websocket', 'options);\nexport const options = ({ websocket'),
    );
    tree.create(
      '/src/main.ts',
      "import { options } from '../libs/options';\n\noptions.websocket;\n",
    );
    expect(await migrated({ path: 'libs' }, tree)).toEqual([]);
  });

  it('can be those of one project', async () => {
    const tree = workspace('/apps/admin/src/a.ts', '/apps/shop/src/b.ts');
    tree.create(
      '/nest-cli.json',
      '{ "projects": { "admin": { "root": "apps/admin", "sourceRoot": "apps/admin/src" } } }',
    );
    expect(await migrated({ project: 'admin' }, tree)).toEqual(['/apps/admin/src/a.ts']);
  });

  it('are none for a project that does not exist', async () => {
    await expect(migrated({ project: 'shop' }, workspace('/src/a.ts'))).rejects.toThrow(
      'There is no project "shop".',
    );
  });
});

it('takes what nest g sends', async () => {
  const sent = {
    name: 'migrate',
    language: 'ts',
    sourceRoot: 'src',
    spec: true,
    flat: false,
    specFileSuffix: 'spec',
    skipImport: false,
    format: false,
    collection: 'x',
  };
  expect(await migrated(sent, workspace('/src/a.ts'))).toEqual(['/src/a.ts']);
});
