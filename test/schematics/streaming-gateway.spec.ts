import { describe, expect, it } from '@jest/globals';
import type { Tree } from '@angular-devkit/schematics';
import { APPLICATIONS, application } from './fixtures.js';
import { filesOf, runSchematic, SENT_BY_NEST } from './run-schematic.js';
import { typeErrors } from './type-check.js';

/** What `nest g streaming-gateway chat` sends. */
const FROM_THE_CLI = { ...SENT_BY_NEST, name: 'chat' };

async function generate(options: object, host: Tree): Promise<ReturnType<typeof runSchematic>> {
  return runSchematic('streaming-gateway', { ...FROM_THE_CLI, ...options }, host);
}

async function configured(name: string): Promise<Tree> {
  const { tree } = await runSchematic('nest-add', {}, application(name));
  return tree;
}

/** The files that are in the tree and were not in another. */
function newFiles(after: Tree, before: Tree): string[] {
  return [...filesOf(after).keys()].filter((path) => !before.exists(path));
}

describe.each(APPLICATIONS)('a gateway in $name', ({ name, extension, language }) => {
  it('has its handlers, its access policy and its spec, and is provided by the module', async () => {
    const host = await configured(name);
    const before = application(name);
    before.create('/.env.example', '');
    const { tree } = await generate({ language }, host);
    const expected = [
      'access-policy',
      'gateway.spec',
      'gateway',
      ...(language === 'ts' ? ['messages'] : []),
    ];
    expect(newFiles(tree, before)).toEqual(
      expected.map((part) => `/src/chat/chat.${part}.${language}`).sort(),
    );
    const module = tree.readText(`/src/app.module.${language}`);
    expect(module).toContain(`import { ChatGateway } from './chat/chat.gateway${extension}';`);
    expect(module).toContain('providers: [AppService, ChatGateway]');
    expect(tree.readText(`/src/chat/chat.gateway.${language}`)).toContain(
      `from './chat.access-policy${extension}';`,
    );
  });

  it('changes nothing when it is generated again', async () => {
    const first = await generate({ language }, await configured(name));
    const files = filesOf(first.tree);
    const second = await generate({ language }, first.tree);
    expect(filesOf(second.tree)).toEqual(files);
  });
});

describe('the authentication of a generated gateway', () => {
  it("is the module's when that authenticates", async () => {
    const { tree } = await generate({}, await configured('nest-12-esm'));
    expect(tree.readText('/src/chat/chat.gateway.ts')).not.toContain('authentication:');
  });

  it('is its own when the module lets anybody in', async () => {
    const { tree, lines } = await generate({}, application('nest-12-esm'));
    expect(tree.readText('/src/chat/chat.gateway.ts')).toContain(
      'authentication: { strategies: [ChatAuthentication] }',
    );
    expect(tree.readText('/src/chat/chat.authentication.ts')).toContain(
      "super({ secret: process.env.JWT_SECRET ?? '' });",
    );
    expect(lines.join('\n')).toContain('The gateway verifies JSON Web Tokens itself');
    expect(lines.join('\n')).toContain('No module imports StreamingModule: run nest add');
  });

  it.each(['type', 'auth'])('is the one that %s names', async (option) => {
    const { tree } = await generate({ [option]: 'oauth2' }, await configured('nest-12-esm'));
    expect(tree.readText('/src/chat/chat.authentication.ts')).toContain('extends OAuth2Strategy');
    expect(tree.readText('/.env.example')).toContain('\nOAUTH2_ISSUER=\n');
  });
});

describe('where a gateway is generated', () => {
  it.each([
    [
      'a path',
      { path: 'features' },
      '/src/features/chat/chat.gateway.ts',
      './features/chat/chat.gateway.js',
    ],
    [
      'a name with folders',
      { name: 'features/chat' },
      '/src/features/chat/chat.gateway.ts',
      './features/chat/chat.gateway.js',
    ],
    ['flat', { flat: true }, '/src/chat.gateway.ts', './chat.gateway.js'],
    [
      'a name in camel case',
      { name: 'supportChat' },
      '/src/support-chat/support-chat.gateway.ts',
      './support-chat/support-chat.gateway.js',
    ],
  ])('follows %s', async (_, options, path, specifier) => {
    const { tree } = await generate(options, await configured('nest-12-esm'));
    expect(tree.exists(path)).toBe(true);
    expect(tree.readText('/src/app.module.ts')).toContain(`from '${specifier}';`);
  });

  it('is registered in the nearest module', async () => {
    const host = await configured('nest-12-esm');
    host.create(
      '/src/support/support.module.ts',
      "import { Module } from '@nestjs/common';\n\n@Module({})\nexport class SupportModule {}\n",
    );
    const { tree } = await generate({ path: 'support' }, host);
    expect(tree.readText('/src/support/support.module.ts')).toContain(
      '@Module({ providers: [ChatGateway] })',
    );
    expect(tree.readText('/src/app.module.ts')).not.toContain('ChatGateway');
  });

  it('is the project of a monorepo', async () => {
    const { tree } = await generate(
      { project: 'admin', sourceRoot: 'apps/admin/src' },
      application('monorepo'),
    );
    expect(tree.exists('/apps/admin/src/chat/chat.gateway.ts')).toBe(true);
    expect(tree.readText('/apps/admin/src/admin.module.ts')).toContain('ChatGateway');
  });

  it('is the source root of a project of Nx, whose root module provides it', async () => {
    const host = application('nest-12-commonjs');
    for (const file of ['main.ts', 'app.module.ts', 'app.controller.ts', 'app.service.ts']) {
      const text = host.readText(`/src/${file}`).replace('./app.module', './app/app.module');
      host.create(`/apps/api/src/${file === 'main.ts' ? file : `app/${file}`}`, text);
    }
    for (const path of filesOf(host).keys()) if (path.startsWith('/src/')) host.delete(path);
    host.delete('/nest-cli.json');
    host.create('/nx.json', '{}');
    host.create('/apps/api/project.json', '{ "name": "api", "sourceRoot": "apps/api/src" }');
    for (const options of [{ project: 'api' }, { name: 'desk' }]) {
      const { name = 'chat' } = options as { name?: string };
      const { tree } = await runSchematic('streaming-gateway', { name, ...options }, host);
      expect(tree.exists(`/apps/api/src/${name}/${name}.gateway.ts`)).toBe(true);
      expect(tree.readText('/apps/api/src/app/app.module.ts')).toContain(
        `from '../${name}/${name}.gateway';`,
      );
    }
  });

  it('starts Fastify in the spec where the application has no Express', async () => {
    const host = await configured('nest-12-esm');
    const text = host.readText('/package.json').replace('platform-express', 'platform-fastify');
    host.overwrite('/package.json', text);
    const { tree } = await generate({}, host);
    expect(tree.readText('/src/chat/chat.gateway.spec.ts')).toContain(
      'module.createNestApplication(new FastifyAdapter())',
    );
  });

  it('honours skipImport, spec and specFileSuffix', async () => {
    const host = await configured('nest-12-esm');
    const bare = await generate({ skipImport: true, spec: false }, host);
    expect(bare.tree.readText('/src/app.module.ts')).not.toContain('ChatGateway');
    expect(bare.tree.exists('/src/chat/chat.gateway.spec.ts')).toBe(false);
    const test = await generate({ specFileSuffix: 'test' }, await configured('nest-12-esm'));
    expect(test.tree.exists('/src/chat/chat.gateway.test.ts')).toBe(true);
  });
});

describe('the spec of a generated gateway', () => {
  it('uses the globals that the project has', async () => {
    const { tree } = await generate({}, await configured('nest-12-esm'));
    expect(tree.readText('/src/chat/chat.gateway.spec.ts')).not.toContain("from 'vitest'");
  });

  it('imports them from vitest where they are not global', async () => {
    const host = await configured('nest-12-esm');
    host.overwrite('/vitest.config.ts', 'export default {};\n');
    const { tree } = await generate({}, host);
    expect(tree.readText('/src/chat/chat.gateway.spec.ts')).toContain(
      "import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';",
    );
  });
});

describe('a gateway is refused, and nothing written,', () => {
  it.each([
    [
      'for an unknown strategy',
      { type: 'jwd' },
      'Allowed values are: "module", "jwt", "jwks", "oauth2", "api-key"',
    ],
    ['for a name that no class can have', { name: '9lives' }, '"9lives" cannot name a class'],
    ['for an unknown option', { nmae: 'x' }, 'nmae'],
    ['for a name of the library', { name: 'streaming' }, 'would name a class as the library'],
    ['for a name that leads out', { name: '../../evil' }, '"../.." leads out of src'],
    ['for a name that leads out at last', { name: 'a/../../evil' }, 'leads out of src'],
    ['for a path that leads out', { path: '../test' }, '"../test" leads out of src'],
    ['for a path of Windows that leads out', { path: '..\\..\\etc' }, 'leads out of src'],
    ['for a drive of Windows', { name: 'C:\\chat' }, 'leads out of src'],
    ['for a member of objects as project', { project: 'constructor' }, 'There is no project'],
  ])('%s', async (_, options, message) => {
    const host = application('nest-12-esm');
    const files = filesOf(host);
    await expect(generate(options, host)).rejects.toThrow(message);
    expect(filesOf(host)).toEqual(files);
  });

  it('when another file has its name', async () => {
    const host = application('nest-12-esm');
    host.create('/src/chat/chat.gateway.ts', 'export {};\n');
    await expect(generate({}, host)).rejects.toThrow('/src/chat/chat.gateway.ts exists already');
  });
});

it('generates what the types of this library allow', async () => {
  const files = new Map<string, string>();
  for (const type of ['module', 'jwt', 'jwks', 'api-key', 'oauth2']) {
    const { tree } = await generate({ type }, await configured('nest-12-esm'));
    for (const [path, content] of filesOf(tree)) {
      if (/^\/src\/.*\.ts$/.test(path)) files.set(`${type}${path}`, content.toString('utf8'));
    }
  }
  expect(typeErrors(files)).toEqual([]);
}, 120_000);
