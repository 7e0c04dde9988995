import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Tree } from '@angular-devkit/schematics';
import { application } from './fixtures.js';
import { filesOf, runSchematic } from './run-schematic.js';

const ROOT = join(__dirname, '../..');
const DOUBLE = /from "@nestjs\/common"/;
const folders: string[] = [];

afterEach(() => {
  jest.restoreAllMocks();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder on the disk with the files of a tree, as the CLI has one; without a formatter unless linked. */
function onDisk(tree: Tree, packages: readonly string[] = []): void {
  const folder = mkdtempSync(join(tmpdir(), 'generated-style-'));
  folders.push(folder);
  for (const [path, content] of filesOf(tree)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  mkdirSync(join(folder, 'node_modules'));
  for (const name of packages)
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  jest.spyOn(process, 'cwd').mockReturnValue(folder);
}

/** An application with these files, and without the settings of Prettier that Nest gives it. */
function withSettings(files: Readonly<Record<string, string>>): Tree {
  const tree = application('nest-12-esm');
  tree.delete('/.prettierrc');
  for (const [path, text] of Object.entries(files)) tree.create(path, text);
  return tree;
}

async function generated(host: Tree): Promise<{ gateway: string; spec: string; module: string }> {
  const added = await runSchematic('nest-add', {}, host);
  const { tree } = await runSchematic('streaming-gateway', { name: 'chat' }, added.tree);
  return {
    gateway: tree.readText('/src/chat/chat.gateway.ts'),
    spec: tree.readText('/src/chat/chat.gateway.spec.ts'),
    module: tree.readText('/src/app.module.ts'),
  };
}

const CONFIGURATIONS: readonly (readonly [
  name: string,
  files: Readonly<Record<string, string>>,
])[] = [
  ['.prettierrc', { '/.prettierrc': '{ "useTabs": true, "semi": false, "singleQuote": false }' }],
  [
    '.prettierrc in YAML',
    { '/.prettierrc': '# house\nuseTabs: true\nsemi: false\nsingleQuote: false\n' },
  ],
  [
    '.prettierrc.toml',
    { '/.prettierrc.toml': 'useTabs = true\nsemi = false\nsingleQuote = false\n' },
  ],
  [
    'prettier.config.mjs',
    {
      '/prettier.config.mjs':
        'export default { useTabs: true, semi: false, singleQuote: false };\n',
    },
  ],
  [
    'biome.json',
    { '/biome.json': '{ "javascript": { "formatter": { "semicolons": "asNeeded" } } }' },
  ],
  [
    'biome.jsonc',
    {
      '/biome.jsonc':
        '{ // house\n "formatter": { "indentStyle": "tab" }, "javascript": { "formatter": { "quoteStyle": "double", "semicolons": "asNeeded" } } }',
    },
  ],
];

describe.each([
  ['the formatter of the workspace', ['prettier']],
  ['no formatter installed', []],
])('generated code with %s', (_, packages) => {
  it.each(CONFIGURATIONS)('has the style of %s', async (_name, files) => {
    const host = withSettings(files);
    onDisk(host, packages);
    const { gateway, spec } = await generated(host);
    for (const text of [gateway, spec]) {
      expect(text).not.toMatch(/;\n/);
      expect(text).not.toMatch(/^ {2}/m);
      expect(text).toMatch(/^\t\S/m);
      expect(text).not.toMatch(/from '/);
    }
  });
});

describe('generated code without settings of a formatter', () => {
  it('has the style of the sources', async () => {
    const host = withSettings({});
    host.overwrite('/package.json', host.readText('/package.json').replace('"prettier"', '"none"'));
    for (const path of filesOf(host).keys()) {
      if (!/^\/src\/.*\.ts$/.test(path)) continue;
      const text = host.readText(path).replaceAll("'", '"').replaceAll(';', '');
      host.overwrite(
        path,
        text.replaceAll(/^( {2})+/gm, (spaces) => '\t'.repeat(spaces.length / 2)),
      );
    }
    const { gateway, module } = await generated(host);
    expect(gateway).toMatch(/from "@nestjs\/websockets"\n/);
    expect(gateway).toMatch(/^\t\tsuper\(\)$/m);
    expect(gateway).not.toMatch(/;\n/);
    expect(module).toMatch(DOUBLE);
    expect(module).not.toMatch(/;\n/);
    expect(module).toMatch(/^\t\tStreamingModule\.forRoot\(\{$/m);
  });

  it('has the indentation and line ends of .editorconfig', async () => {
    const host = withSettings({
      '/.editorconfig':
        'root = true\n[*]\nindent_style = tab\n[*.md]\nindent_style = space\n[*.{ts,js}]\nend_of_line = crlf\n',
    });
    host.overwrite('/package.json', host.readText('/package.json').replace('"prettier"', '"none"'));
    const { gateway } = await generated(host);
    expect(gateway).toMatch(/^\tconstructor\(/m);
    expect(gateway).not.toMatch(/[^\r]\n/);
  });

  it('keeps four spaces', async () => {
    const host = withSettings({ '/.editorconfig': '[*]\nindent_size = 4\n' });
    host.overwrite('/package.json', host.readText('/package.json').replace('"prettier"', '"none"'));
    const { gateway } = await generated(host);
    expect(gateway).toMatch(/^ {4}constructor\(/m);
    expect(gateway).toMatch(/^ {8}super\(\);$/m);
  });
});

describe('the Prettier of the workspace', () => {
  it('reads its own settings where they are more than we know', async () => {
    const host = withSettings({
      '/.prettierrc':
        '{ "singleQuote": true, "overrides": [{ "files": "*.spec.ts", "options": { "semi": false } }] }',
    });
    onDisk(host, ['prettier']);
    const { gateway, spec } = await generated(host);
    expect(gateway).toMatch(/;\n/);
    expect(spec).not.toMatch(/;\n/);
  });

  it('formats an edited module only if it was formatted before', async () => {
    const host = application('nest-12-esm');
    const unformatted = host
      .readText('/src/app.module.ts')
      .replace('imports: [],', 'imports: [    ],');
    host.overwrite(
      '/src/app.module.ts',
      unformatted.replace('controllers: [', 'controllers: [   '),
    );
    const { module } = await generated(host);
    expect(module).toContain('controllers: [   AppController]');
  });

  it('keeps lines within 80 columns for long names too', async () => {
    const added = await runSchematic('nest-add', {}, application('nest-11-commonjs'));
    const name = 'customer-support-conversation';
    const { tree } = await runSchematic('streaming-gateway', { name }, added.tree);
    for (const part of ['gateway', 'gateway.spec', 'messages', 'access-policy']) {
      const lines = tree.readText(`/src/${name}/${name}.${part}.ts`).split('\n');
      const long = lines.filter(
        (line) => line.length > 80 && !/^(import|} from|export class)|^ *\*/.test(line),
      );
      expect(long).toEqual([]);
    }
  });
});
