import { describe, expect, it } from '@jest/globals';
import type { Tree } from '@angular-devkit/schematics';
import { application } from './fixtures.js';
import { filesOf, runSchematic } from './run-schematic.js';

const MODULE = '/src/app.module.ts';

async function configured(options: object = {}): Promise<Tree> {
  const { tree } = await runSchematic('nest-add', options, application('nest-12-esm'));
  return tree;
}

/** A configured application whose options are written in this way. */
function withCall(call: string, lines = ''): Tree {
  const tree = application('nest-12-esm');
  tree.overwrite(
    MODULE,
    `import { Module } from '@nestjs/common';\nimport { JwtStrategy, StreamingModule } from '@hive-academy/langgraph-streaming';\n${lines}\n@Module({ imports: [${call}] })\nexport class AppModule {}\n`,
  );
  return tree;
}

describe('a flag of nest add in a configured project', () => {
  it('changes the namespace', async () => {
    const { tree, lines } = await runSchematic(
      'nest-add',
      { namespace: 'other' },
      await configured(),
    );
    expect(tree.readText(MODULE)).toContain("namespace: '/other',");
    expect(lines).toContain('- src/app.module.ts: the namespace is /other.');
  });

  it('names the namespace that was the default', async () => {
    const host = withCall('StreamingModule.forRoot({ gateway: { authentication: false } })');
    const { tree } = await runSchematic('nest-add', { namespace: '/live' }, host);
    expect(tree.readText(MODULE)).toContain("authentication: false, namespace: '/live' }");
  });

  it.each([
    ['jwks', 'new JwtStrategy({', 'jwksUri: process.env.JWKS_URI'],
    ['oauth2', 'new OAuth2Strategy({', 'issuer: process.env.OAUTH2_ISSUER'],
    ['api-key', 'new ApiKeyStrategy({', 'hash: process.env.STREAMING_API_KEY_SHA256'],
  ])('changes the authentication to %s', async (auth, strategy, option) => {
    const { tree, lines } = await runSchematic('nest-add', { auth }, await configured());
    const text = tree.readText(MODULE);
    expect(text).toContain(strategy);
    expect(text).toContain(option);
    expect(text).not.toContain('JWT_SECRET');
    if (auth !== 'jwks') expect(text).not.toContain('JwtStrategy');
    expect(lines.join('\n')).toContain(`clients authenticate with ${auth}.`);
    expect(lines.join('\n')).toMatch(/Left for you:\n- Set \w+ where the application runs/);
  });

  it('switches authentication off, and on again', async () => {
    const off = await runSchematic('nest-add', { auth: 'none' }, await configured());
    expect(off.tree.readText(MODULE)).toContain('authentication: false,');
    expect(off.tree.readText(MODULE)).not.toContain('JwtStrategy');
    const on = await runSchematic('nest-add', { auth: 'jwt' }, off.tree);
    expect(on.tree.readText(MODULE)).toMatch(/strategies: \[\s*new JwtStrategy\(/);
  });

  it('changes the factory of forRootAsync', async () => {
    const host = await configured({ async: true });
    const { tree } = await runSchematic('nest-add', { auth: 'oauth2', namespace: '/x' }, host);
    expect(tree.readText(MODULE)).toContain("issuer: config.getOrThrow('OAUTH2_ISSUER')");
    expect(tree.readText(MODULE)).toContain("namespace: '/x'");
  });

  it.each([{ auth: 'jwt' }, { namespace: '/streaming' }, { auth: 'jwt', namespace: 'streaming' }])(
    'that says what is there changes nothing: %j',
    async (options) => {
      const host = await configured();
      const files = filesOf(host);
      const { tree, lines } = await runSchematic('nest-add', options, host);
      expect(filesOf(tree)).toEqual(files);
      expect(lines).toContain('Everything is configured already.');
    },
  );

  it('keeps the authentication for who is asked and just goes on', async () => {
    const host = await configured({ auth: 'oauth2' });
    const files = filesOf(host);
    const { tree } = await runSchematic('nest-add', { auth: 'default' }, host);
    expect(filesOf(tree)).toEqual(files);
    expect((await configured({ auth: 'default' })).readText(MODULE)).toContain('JwtStrategy');
  });

  it.each([
    [
      'async where forRoot is',
      { async: true },
      'StreamingModule.forRoot({})',
      '--async cannot be followed: in src/app.module.ts:4 StreamingModule.forRoot() is there.',
    ],
    [
      'a namespace that is computed',
      { namespace: '/x' },
      'StreamingModule.forRoot({ gateway: { namespace: process.env.NS } })',
      '--namespace cannot be followed: in src/app.module.ts:4 the namespace is not written in place.',
    ],
    [
      'a namespace where the options come from elsewhere',
      { namespace: '/x' },
      'StreamingModule.forRoot(load())',
      'the gateway options are not written in place',
    ],
    [
      'an authentication where there are several strategies',
      { auth: 'oauth2' },
      'StreamingModule.forRoot({ gateway: { authentication: { strategies: [new A(), new B()] } } })',
      'clients authenticate in a way of your own',
    ],
    [
      'an authentication where the module is configured twice',
      { auth: 'oauth2' },
      'StreamingModule.forRoot({ gateway: {} }), StreamingModule.forRoot({ gateway: {} })',
      'StreamingModule is configured 2 times',
    ],
    [
      'another module',
      { module: 'src/other.module.ts' },
      'StreamingModule.forRoot({})',
      '--module cannot be followed',
    ],
  ])('is refused with the reason: %s', async (_, options, call, message) => {
    const host = withCall(call);
    const files = filesOf(host);
    await expect(runSchematic('nest-add', options, host)).rejects.toThrow(message);
    expect(filesOf(host)).toEqual(files);
  });

  it('may name the module where it is', async () => {
    const { lines } = await runSchematic('nest-add', { module: 'app' }, await configured());
    expect(lines).toContain('Everything is configured already.');
  });
});

describe('a file that nest add cannot parse', () => {
  it.each([
    ['the root module', MODULE, 'src/app.module.ts'],
    ['the entry file', '/src/main.ts', 'src/main.ts'],
  ])('is named: %s', async (_, path, named) => {
    const host = application('nest-12-esm');
    host.overwrite(path, 'import { from;\n');
    if (path !== MODULE) host.rename(MODULE, '/src/root.module.ts');
    host.create('/src/other.module.ts', 'export class OtherModule {}\n');
    await expect(runSchematic('nest-add', {}, host)).rejects.toThrow(
      new RegExp(`${named}:1:\\d+ does not parse`),
    );
  });

  it('is named when it may configure the module', async () => {
    const host = application('nest-12-esm');
    host.create(
      '/src/live.module.ts',
      "import { StreamingModule } from '@hive-academy/langgraph-streaming';\nStreamingModule.forRoot({;\n",
    );
    await expect(runSchematic('nest-add', {}, host)).rejects.toThrow(
      /src\/live\.module\.ts:2:\d+ does not parse/,
    );
  });
});

describe('nest add', () => {
  it('keeps dependencies in the order of the alphabet', async () => {
    const host = await configured({ async: true, example: true });
    const manifest = JSON.parse(host.readText('/package.json')) as Record<
      'dependencies' | 'devDependencies',
      object
    >;
    for (const kind of ['dependencies', 'devDependencies'] as const) {
      const names = Object.keys(manifest[kind]);
      expect(names).toEqual(names.toSorted());
    }
  });

  it('ends with what was done, what is left, the next command and a link', async () => {
    const { lines } = await runSchematic('nest-add', {}, application('nest-12-esm'));
    const text = lines.join('\n');
    expect(text).toMatch(
      /^- src\/app\.module\.ts imports StreamingModule\.\n[^]*\nLeft for you:\n- Set JWT_SECRET [^]*origin[^]*nest g remove[^]*\nNext:\n {2}nest g streaming-agent support\nDocumentation: https:/,
    );
  });

  it.each([
    ['constructor', { project: 'constructor' }],
    ['toString', { project: 'toString' }],
    ['__proto__', { project: '__proto__' }],
  ])('takes no member of objects for a project: %s', async (_, options) => {
    for (const fixture of ['nest-12-esm', 'monorepo'])
      await expect(runSchematic('nest-add', options, application(fixture))).rejects.toThrow(
        'There is no project',
      );
  });

  it('asks for the project where several applications of Nx could be meant', async () => {
    const host = application('nest-12-commonjs');
    for (const path of filesOf(host).keys()) if (path.startsWith('/src/')) host.delete(path);
    host.delete('/nest-cli.json');
    for (const name of ['api', 'admin']) {
      host.create(`/apps/${name}/project.json`, '{}');
      host.create(`/apps/${name}/src/main.ts`, "import { NestFactory } from '@nestjs/core';\n");
    }
    await expect(runSchematic('nest-add', { sourceRoot: 'src' }, host)).rejects.toThrow(
      'Name the project with --project. There is: api, admin.',
    );
  });

  it.each(['../elsewhere', '../../etc'])('keeps out of folders outside: %s', async (sourceRoot) => {
    const host = application('nest-12-esm');
    host.overwrite('/nest-cli.json', JSON.stringify({ sourceRoot }));
    await expect(runSchematic('nest-add', {}, host)).rejects.toThrow('outside of the workspace');
  });

  it('follows the short flags that the CLI hands on', async () => {
    const options = { s: true, p: 'admin', sourceRoot: 'src' };
    const { tree, tasks } = await runSchematic('nest-add', options, application('monorepo'));
    expect(tree.readText('/apps/admin/src/admin.module.ts')).toContain('StreamingModule.forRoot');
    expect(tasks).toEqual([]);
  });

  it('writes nothing for -d, which the CLI does not read as a dry run', async () => {
    await expect(runSchematic('nest-add', { d: true }, application('nest-12-esm'))).rejects.toThrow(
      'Write --dry-run',
    );
  });
});
