import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Tree } from '@angular-devkit/schematics';
import { runSchematic, SENT_BY_NEST } from './run-schematic.js';

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

  it('can be one file', async () => {
    const tree = workspace('/src/a.ts', '/src/b.ts');
    expect(await migrated({ path: 'src/b.ts' }, tree)).toEqual(['/src/b.ts']);
  });

  it.each(['nowhere', 'src/a', '../src', 'src/a.ts/b'])(
    'are none for %s, which does not exist',
    async (path) => {
      await expect(migrated({ path }, workspace('/src/a.ts'))).rejects.toThrow(
        `There is no folder or file "${path}" in this workspace.`,
      );
    },
  );

  it('are none for a project that does not exist', async () => {
    await expect(migrated({ project: 'shop' }, workspace('/src/a.ts'))).rejects.toThrow(
      'There is no project "shop".',
    );
  });
});

/** Options of which one half is migrated, and one is left. */
const halfLegacy = legacy
  .replace('port: 1 }', 'port: 1 }, performance: {}')
  .replace('});', '} as object);');

describe('the report as JSON', () => {
  const report = {
    version: 1,
    changed: [{ path: 'src/a.ts', line: 3, column: 52, change: 'websocket -> gateway' }],
    left: [
      {
        path: 'src/a.ts',
        line: 3,
        column: 91,
        code: 'NO_EFFECT',
        reason: 'no version of the library ever read this key',
        remedy: 'remove it; docs/options.md lists all options',
      },
    ],
  };

  it('is written into the workspace', async () => {
    const tree = Tree.empty();
    tree.create('/src/a.ts', halfLegacy);
    const options = { report: 'reports/left.json' };
    const { tree: after } = await runSchematic('migrate-websocket-options', options, tree);
    expect(JSON.parse(after.readText('/reports/left.json'))).toEqual(report);
    const { tree: again } = await runSchematic('migrate-websocket-options', options, after);
    expect(JSON.parse(again.readText('/reports/left.json'))).toMatchObject({ changed: [] });
  });

  it('is written by a check that fails, which writes nothing else', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'migration-'));
    const tree = Tree.empty();
    tree.create('/src/a.ts', halfLegacy);
    const options = { check: true, report: join(folder, 'left.json') };
    await expect(runSchematic('migrate-websocket-options', options, tree)).rejects.toThrow(
      '1 to migrate, 1 left for you. Nothing was written.',
    );
    expect(JSON.parse(readFileSync(options.report, 'utf8'))).toEqual(report);
    expect(tree.readText('/src/a.ts')).toBe(halfLegacy);
    rmSync(folder, { recursive: true });
  });
});

describe('a check', () => {
  it('fails while a TODO of an earlier run is there, and passes when nothing is left', async () => {
    const tree = Tree.empty();
    tree.create('/src/a.ts', legacy.replace('enabled: true, ', ''));
    const { tree: after } = await runSchematic('migrate-websocket-options', {}, tree);
    expect(after.readText('/src/a.ts')).toContain('SWITCHED_OFF');
    const check = async (): Promise<readonly string[]> =>
      (await runSchematic('migrate-websocket-options', { check: true }, after)).lines;
    await expect(check()).rejects.toThrow('0 to migrate, 1 left for you.');
    after.overwrite('/src/a.ts', after.readText('/src/a.ts').replace(/^ *\/\/ TODO.*\n/m, ''));
    expect(await check()).toEqual(['Nothing to migrate.']);
  });
});

it.each(['dryrun', 'chekc', 'dry-run'])('refuses the unknown flag %s', async (flag) => {
  await expect(migrated({ [flag]: true }, workspace('/src/a.ts'))).rejects.toThrow(flag);
});

it('takes what nest g sends', async () => {
  const sent = { ...SENT_BY_NEST, name: 'migrate', collection: 'x' };
  expect(await migrated(sent, workspace('/src/a.ts'))).toEqual(['/src/a.ts']);
});
