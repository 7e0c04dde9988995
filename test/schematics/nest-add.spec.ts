import { describe, expect, it } from '@jest/globals';
import { Tree } from '@angular-devkit/schematics';
import { APPLICATIONS, application } from './fixtures.js';
import { filesOf, runSchematic } from './run-schematic.js';

const PACKAGE = '@hive-academy/langgraph-streaming';

function packageJson(
  tree: Tree,
): Record<'dependencies' | 'devDependencies', Record<string, string>> {
  return JSON.parse(tree.readText('/package.json')) as ReturnType<typeof packageJson>;
}

/** An application with this root module. */
function withModule(text: string): Tree {
  const tree = application('nest-12-esm');
  tree.overwrite('/src/app.module.ts', text);
  return tree;
}

describe.each(APPLICATIONS)('nest add in $name', ({ name, major, language }) => {
  it('configures the root module with an authenticated gateway', async () => {
    const { tree } = await runSchematic('nest-add', {}, application(name));
    const text = tree.readText(`/src/app.module.${language}`);
    expect(text).toContain(`import {\n  JwtStrategy,\n  StreamingModule,\n} from '${PACKAGE}';`);
    expect(text).toContain(`  imports: [
    StreamingModule.forRoot({
      gateway: {
        namespace: '/streaming',
        authentication: {
          strategies: [
            new JwtStrategy({ secret: process.env.JWT_SECRET ?? '' }),
          ],
        },
      },
    }),
  ],`);
    expect(tree.readText('/.env.example')).toContain('\nJWT_SECRET=\n');
  });

  it('adds the peers of this Nest major and lets nest g find the generators', async () => {
    const { tree, tasks } = await runSchematic('nest-add', {}, application(name));
    expect(packageJson(tree).dependencies).toMatchObject({
      '@nestjs/websockets': `^${major}.0.0`,
      '@nestjs/platform-socket.io': `^${major}.0.0`,
      'socket.io': '^4.7.5',
    });
    expect(JSON.parse(tree.readText('/nest-cli.json'))).toMatchObject({ collection: PACKAGE });
    expect(tasks).toEqual(['node-package']);
  });

  it('changes nothing when it runs again', async () => {
    const options = { example: true, async: true };
    const first = await runSchematic('nest-add', options, application(name));
    const files = filesOf(first.tree);
    const second = await runSchematic('nest-add', options, first.tree);
    expect(filesOf(second.tree)).toEqual(files);
    expect(second.tasks).toEqual([]);
  });
});

describe('the configuration that nest add writes', () => {
  it('reads ConfigService when asked to', async () => {
    const { tree } = await runSchematic(
      'nest-add',
      { async: true },
      application('nest-11-commonjs'),
    );
    const text = tree.readText('/src/app.module.ts');
    expect(text).toContain("import { ConfigModule, ConfigService } from '@nestjs/config';");
    expect(text).toContain(`    StreamingModule.forRootAsync({
      imports: [ConfigModule.forRoot()],
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        gateway: {
          namespace: '/streaming',
          authentication: {
            strategies: [
              new JwtStrategy({
                secret: config.getOrThrow<string>('JWT_SECRET'),
              }),
            ],
          },
        },
      }),
    }),`);
    expect(packageJson(tree).dependencies['@nestjs/config']).toBe('^4.0.0');
  });

  it('has no types in JavaScript', async () => {
    const { tree } = await runSchematic('nest-add', { async: true }, application('javascript'));
    const text = tree.readText('/src/app.module.js');
    expect(text).toContain('useFactory: (config) => ({');
    expect(text).toContain("config.getOrThrow('JWT_SECRET')");
  });

  it.each([
    ['jwks', 'JwtStrategy', ['JWKS_URI', 'JWT_ISSUER', 'JWT_AUDIENCE']],
    ['api-key', 'ApiKeyStrategy', ['STREAMING_API_KEY_SHA256']],
    ['oauth2', 'OAuth2Strategy', ['OAUTH2_ISSUER', 'OAUTH2_AUDIENCE']],
  ])('authenticates with %s', async (auth, strategy, variables) => {
    const { tree } = await runSchematic('nest-add', { auth }, application('nest-12-esm'));
    expect(tree.readText('/src/app.module.ts')).toContain(`new ${strategy}({`);
    for (const name of variables) {
      expect(tree.readText('/src/app.module.ts')).toContain(`process.env.${name} ?? ''`);
      expect(tree.readText('/.env.example')).toMatch(new RegExp(`^${name}=$`, 'm'));
    }
  });

  it('says so when there is no authentication', async () => {
    const { tree } = await runSchematic('nest-add', { auth: 'none' }, application('nest-12-esm'));
    expect(tree.readText('/src/app.module.ts')).toContain('Choose a strategy before production.');
    expect(tree.exists('/.env.example')).toBe(false);
  });

  it('keeps the variables that .env.example has', async () => {
    const host = application('nest-12-esm');
    host.create('/.env.example', 'PORT=3000\nJWT_SECRET=kept');
    const { tree } = await runSchematic('nest-add', {}, host);
    expect(tree.readText('/.env.example')).toBe('PORT=3000\nJWT_SECRET=kept');
  });
});

describe('the root module that nest add edits', () => {
  const before = `import { Module } from '@nestjs/common';\n`;
  const added = /StreamingModule\.forRoot\(\{/;

  it.each([
    ['no metadata', '@Module()', /@Module\(\{\n {2}imports: \[\n {4}StreamingModule/],
    [
      'no imports',
      '@Module({ providers: [] })',
      /providers: \[\],\n {2}imports: \[\n {4}StreamingModule/,
    ],
    ['a list', '@Module({ imports: [A] })', /imports: \[\n {4}A,\n {4}StreamingModule/],
    ['a constant', '@Module({ imports: parts })', /\.\.\.parts,\n {4}StreamingModule/],
    ['a shorthand', '@Module({ imports })', /\.\.\.imports,\n {4}StreamingModule/],
    [
      'a conditional',
      '@Module({ imports: on ? [A] : [] })',
      /\.\.\.\(on \? \[A\] : \[\]\),\n {4}StreamingModule/,
    ],
    [
      'a call',
      '@Module({ imports: [A].concat(more) })',
      /\.\.\.\[A\]\.concat\(more\),\n {4}StreamingModule/,
    ],
    [
      'a spread',
      '@Module({ ...base, providers: [] })',
      /imports: \[\n.*\.\.\.\(base\.imports \?\? \[\]\),/,
    ],
    [
      'metadata from elsewhere',
      '@Module(metadata)',
      /\.\.\.metadata,\n {2}imports: \[\n {4}\.\.\.\(metadata\.imports \?\? \[\]\)/,
    ],
  ])('may have %s', async (_, decorator, expected) => {
    const { tree } = await runSchematic(
      'nest-add',
      {},
      withModule(`${before}${decorator}\nexport class AppModule {}\n`),
    );
    expect(tree.readText('/src/app.module.ts')).toMatch(expected);
    expect(tree.readText('/src/app.module.ts')).toMatch(added);
  });

  it('keeps double quotes, tabs and Windows line ends', async () => {
    const text =
      'import { Module } from "@nestjs/common";\n\n@Module({\n\timports: [],\n})\nexport class AppModule {}\n';
    const { tree } = await runSchematic('nest-add', {}, withModule(text.replaceAll('\n', '\r\n')));
    const after = tree.readText('/src/app.module.ts');
    expect(after).not.toMatch(/[^\r]\n/);
    expect(after).not.toContain("'");
    expect(after).toContain(
      '\t\tStreamingModule.forRoot({\r\n\t\t\tgateway: {\r\n\t\t\t\tnamespace: "/streaming",',
    );
  });

  it('is the one that the entry file bootstraps', async () => {
    const host = application('nest-12-esm');
    host.rename('/src/app.module.ts', '/src/server/root.module.ts');
    host.overwrite(
      '/src/main.ts',
      host.readText('/src/main.ts').replaceAll('./app.module.js', './server/root.module.js'),
    );
    const { tree } = await runSchematic('nest-add', {}, host);
    expect(tree.readText('/src/server/root.module.ts')).toMatch(added);
  });

  it('is configured also when a spec configures the module for itself', async () => {
    const host = application('nest-12-esm');
    const { tree: generated } = await runSchematic('streaming-gateway', { name: 'chat' }, host);
    const { tree } = await runSchematic('nest-add', {}, generated);
    expect(tree.readText('/src/app.module.ts')).toMatch(added);
  });

  it('is that of the project in a monorepo', async () => {
    const { tree } = await runSchematic('nest-add', { project: 'admin' }, application('monorepo'));
    expect(tree.readText('/apps/admin/src/admin.module.ts')).toMatch(added);
    expect(tree.readText('/apps/mono/src/app.module.ts')).not.toMatch(added);
  });

  it('is that of the project in an Nx workspace', async () => {
    const host = application('nest-12-esm');
    host.delete('/nest-cli.json');
    for (const file of ['main.ts', 'app.module.ts', 'app.controller.ts', 'app.service.ts']) {
      host.rename(
        `/src/${file}`,
        file === 'main.ts' ? '/apps/api/src/main.ts' : `/apps/api/src/app/${file}`,
      );
    }
    host.overwrite(
      '/apps/api/src/main.ts',
      host.readText('/apps/api/src/main.ts').replace('./app.module', './app/app.module'),
    );
    host.create('/apps/api/project.json', '{ "name": "api", "sourceRoot": "apps/api/src" }');
    const { tree } = await runSchematic('nest-add', { project: 'api', sourceRoot: 'src' }, host);
    expect(tree.readText('/apps/api/src/app/app.module.ts')).toMatch(added);
  });
});

describe('the workspace that nest add edits', () => {
  it('keeps its own collection', async () => {
    const host = application('nest-12-esm');
    host.overwrite(
      '/nest-cli.json',
      host.readText('/nest-cli.json').replace('@nestjs/schematics', '@acme/nest'),
    );
    const { tree, lines } = await runSchematic('nest-add', {}, host);
    expect(tree.readText('/nest-cli.json')).toContain('"collection": "@acme/nest"');
    expect(lines.join('\n')).toContain(`nest g -c ${PACKAGE} streaming-agent`);
  });

  it("keeps Nest's collection and installs nothing when told so", async () => {
    const options = { skipCollection: true, skipInstall: true };
    const { tree, tasks } = await runSchematic('nest-add', options, application('nest-12-esm'));
    expect(tree.readText('/nest-cli.json')).toContain('"collection": "@nestjs/schematics"');
    expect(tasks).toEqual([]);
  });

  it('keeps versions that it names', async () => {
    const host = application('nest-12-esm');
    host.overwrite(
      '/package.json',
      host.readText('/package.json').replace('"rxjs"', '"socket.io": "4.8.1",\n    "rxjs"'),
    );
    const { tree } = await runSchematic('nest-add', {}, host);
    expect(packageJson(tree).dependencies['socket.io']).toBe('4.8.1');
  });

  it('adds the example and what it needs', async () => {
    const { tree } = await runSchematic('nest-add', { example: true }, application('nest-12-esm'));
    expect(tree.exists('/src/example/example.agent.ts')).toBe(true);
    expect(tree.readText('/src/app.module.ts')).toContain('providers: [AppService, ExampleAgent]');
    expect(packageJson(tree).dependencies).toHaveProperty(['@langchain/langgraph'], '^1.0.0');
  });
});

describe('nest add refuses, and writes nothing,', () => {
  async function refusal(options: object, host: Tree): Promise<string> {
    const files = filesOf(host);
    const error: unknown = await runSchematic('nest-add', options, host).catch(
      (cause: unknown) => cause,
    );
    expect(filesOf(host)).toEqual(files);
    return error instanceof Error ? error.message : 'It did not refuse.';
  }

  it.each([
    [
      'a misspelt option',
      { nmaespace: '/x' },
      'There is no option --nmaespace. Did you mean --namespace?',
    ],
    [
      'a misspelt strategy',
      { auth: 'jtw' },
      'Allowed values are: "default", "jwt", "jwks", "oauth2", "api-key", "none"',
    ],
    [
      'an unknown project',
      { project: 'shop' },
      'There is no project "shop". There is: admin, mono.',
    ],
    [
      'an unknown module',
      { module: 'nowhere' },
      'There is no module file nowhere in /apps/mono/src.',
    ],
    ['a namespace that is none', { namespace: "/x'y" }, 'cannot be a namespace'],
  ])('%s', async (_, options, message) => {
    expect(await refusal(options, application('monorepo'))).toContain(message);
  });

  it.each([
    ['a getter', '{ get imports() { return []; } }'],
    ['a computed key', "{ ['imp' + 'orts']: [] }"],
  ])('metadata with %s', async (_, metadata) => {
    const host = application('nest-12-esm');
    host.overwrite(
      '/src/app.module.ts',
      `import { Module } from '@nestjs/common';\n\n@Module(${metadata})\nexport class AppModule {}\n`,
    );
    expect(await refusal({}, host)).toContain(
      '/src/app.module.ts computes the metadata of its module.',
    );
  });

  it('a Nest that is too old', async () => {
    const host = application('nest-11-commonjs');
    host.overwrite(
      '/package.json',
      host.readText('/package.json').replaceAll('^11.0.1', '^10.4.0'),
    );
    expect(await refusal({}, host)).toContain('this library needs Nest 11 or 12');
  });

  it('a folder without package.json', async () => {
    expect(await refusal({}, Tree.empty())).toContain('There is no package.json here');
  });

  it('a source folder with no module', async () => {
    const host = application('nest-12-esm');
    host.delete('/src/app.module.ts');
    expect(await refusal({}, host)).toContain('Name its file with --module.');
  });
});
