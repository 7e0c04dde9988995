import type { Tree } from '@angular-devkit/schematics';
import { application } from './fixtures.js';
import { LAYOUTS, METADATA } from './hostile-layouts.js';
import { type HostileProject, withFiles } from './hostile-project.js';
import { filesOf } from './run-schematic.js';

const PACKAGE = '@hive-academy/langgraph-streaming';

/** A Nest 12 application with this root module. */
function withModule(text: string): Tree {
  const tree = application('nest-12-esm');
  tree.overwrite('/src/app.module.ts', text);
  return tree;
}

/** A root module with these lines before it and these imports in it. */
function moduleText(lines: string, imports: string, rest = ''): string {
  return `import { Module } from '@nestjs/common';\n${lines}\n@Module({ imports: [${imports}]${rest} })\nexport class AppModule {}\n`;
}

/** An application whose package.json names Nest so, and that has another version installed. */
function withRange(
  range: string,
  installed?: string,
  more: Readonly<Record<string, string>> = {},
): Tree {
  const tree = withFiles(more, 'nest-12-esm');
  tree.overwrite(
    '/package.json',
    tree.readText('/package.json').replaceAll('"^12.0.1"', JSON.stringify(range)),
  );
  if (installed !== undefined) {
    const path = '/node_modules/@nestjs/core/package.json';
    tree.create(path, JSON.stringify({ name: '@nestjs/core', version: installed }));
  }
  return tree;
}

/** An Nx workspace with applications in `apps/`, as `@nx/nest` generates them. */
function nx(
  names: readonly string[],
  { project = 'project.json' }: { readonly project?: 'project.json' | 'package.json' } = {},
): Tree {
  const tree = application('nest-12-commonjs');
  const texts = ['main.ts', 'app.module.ts', 'app.controller.ts', 'app.service.ts'].map(
    (file) => [file, tree.readText(`/src/${file}`)] as const,
  );
  for (const path of filesOf(tree).keys()) if (path.startsWith('/src/')) tree.delete(path);
  tree.delete('/nest-cli.json');
  tree.create('/nx.json', '{}');
  for (const name of names) {
    for (const [file, text] of texts) {
      const path = file === 'main.ts' ? file : `app/${file}`;
      tree.create(`/apps/${name}/src/${path}`, text.replace('./app.module', './app/app.module'));
    }
    const configuration = { sourceRoot: `apps/${name}/src`, projectType: 'application' };
    tree.create(
      `/apps/${name}/${project}`,
      JSON.stringify(
        project === 'project.json'
          ? { name, ...configuration }
          : { name: `@acme/${name}`, nx: { name, ...configuration } },
      ),
    );
  }
  tree.create('/libs/ui/project.json', '{ "name": "ui", "projectType": "library" }');
  return tree;
}

const CONFIGURED = `StreamingModule.forRoot({ gateway: { namespace: '/streaming', authentication: { strategies: [new JwtStrategy({ secret: 'x' })] } } })`;
const IMPORT = `import { JwtStrategy, StreamingModule } from '${PACKAGE}';`;
const APP = '/src/app.module.ts';

/** Projects that configure the module already, under many names. */
const CONFIGURED_PROJECTS: readonly HostileProject[] = [
  {
    name: 'as it is',
    make: () => withModule(moduleText(IMPORT, CONFIGURED)),
    module: APP,
    calls: 1,
  },
  {
    name: 'with an alias',
    make: () =>
      withModule(
        moduleText(`import { StreamingModule as Stream } from '${PACKAGE}';`, 'Stream.forRoot({})'),
      ),
    module: APP,
    lacks: ['StreamingModule.forRoot'],
    calls: 1,
  },
  {
    name: 'through a namespace',
    make: () =>
      withModule(
        moduleText(`import * as lib from '${PACKAGE}';`, 'lib.StreamingModule.forRoot({})'),
      ),
    module: APP,
    calls: 1,
  },
  {
    name: 'through a constant',
    make: () =>
      withModule(
        moduleText(
          `import { StreamingModule } from '${PACKAGE}';\nconst Stream = StreamingModule;`,
          'Stream.forRoot()',
        ),
      ),
    module: APP,
    lacks: ['StreamingModule.forRoot'],
    calls: 1,
  },
  {
    name: 'through a re-export',
    make: () =>
      withFiles({
        '/src/streaming.ts': `export { StreamingModule } from '${PACKAGE}';\n`,
        [APP]: moduleText(
          `import { StreamingModule } from './streaming.js';`,
          'StreamingModule.forRoot()',
        ),
      }),
    module: APP,
    calls: 1,
  },
  {
    name: 'through a re-export under another name',
    make: () =>
      withFiles({
        '/src/streaming.ts': `export { StreamingModule as Live } from '${PACKAGE}';\n`,
        [APP]: moduleText(`import { Live } from './streaming.js';`, 'Live.forRoot()'),
      }),
    module: APP,
    lacks: [PACKAGE],
    calls: 1,
  },
  {
    name: 'through `export *`',
    make: () =>
      withFiles({
        '/src/streaming/index.ts': `export * from '${PACKAGE}';\n`,
        [APP]: moduleText(
          `import * as s from './streaming/index.js';`,
          's.StreamingModule.forRoot()',
        ),
      }),
    module: APP,
    lacks: [PACKAGE],
  },
  {
    name: 'in another module',
    make: () =>
      withFiles({
        '/src/live/live.module.ts': moduleText(IMPORT, CONFIGURED),
      }),
    module: APP,
    lacks: ['StreamingModule'],
    calls: 0,
  },
  {
    name: 'in a library that the entry file leads to',
    make: () => {
      const tree = application('monorepo');
      tree.create(
        '/libs/live/src/live.module.ts',
        moduleText(IMPORT, CONFIGURED).replace('AppModule', 'LiveModule'),
      );
      tree.overwrite(
        '/apps/mono/src/app.module.ts',
        moduleText(
          `import { LiveModule } from '../../../libs/live/src/live.module';`,
          'LiveModule',
        ),
      );
      return tree;
    },
    module: '/apps/mono/src/app.module.ts',
    lacks: ['StreamingModule'],
    calls: 0,
  },
  {
    name: 'in a library behind a path alias',
    make: () => {
      const tree = application('monorepo');
      const config = JSON.parse(tree.readText('/tsconfig.json')) as { compilerOptions: object };
      const compilerOptions = {
        ...config.compilerOptions,
        paths: { '@mono/live': ['libs/live/src/live.module'] },
      };
      tree.overwrite('/tsconfig.json', JSON.stringify({ ...config, compilerOptions }));
      tree.create(
        '/libs/live/src/live.module.ts',
        moduleText(IMPORT, CONFIGURED).replace('AppModule', 'LiveModule'),
      );
      tree.overwrite(
        '/apps/mono/src/app.module.ts',
        moduleText(`import { LiveModule } from '@mono/live';`, 'LiveModule'),
      );
      return tree;
    },
    module: '/apps/mono/src/app.module.ts',
    lacks: ['StreamingModule'],
    calls: 0,
  },
  {
    name: 'with comments and line breaks in the call',
    make: () =>
      withModule(
        moduleText(IMPORT, '/* live */ StreamingModule\n  // here\n  . /* it is */ forRoot(\n  )'),
      ),
    module: APP,
    lacks: [/forRoot\(\{/],
  },
  {
    name: 'with forRootAsync',
    make: () =>
      withModule(moduleText(IMPORT, 'StreamingModule.forRootAsync({ useFactory: () => ({}) })')),
    module: APP,
    calls: 0,
  },
  {
    name: 'in CommonJS',
    make: () =>
      withFiles(
        {
          '/src/app.module.js': `const { Module } = require('@nestjs/common');\nconst { StreamingModule: Live } = require('${PACKAGE}');\n\n@Module({ imports: [Live.forRoot()] })\nclass AppModule {}\nmodule.exports = { AppModule };\n`,
          '/src/main.js': `const { NestFactory } = require('@nestjs/core');\nconst { AppModule } = require('./app.module');\n\nNestFactory.create(AppModule);\n`,
        },
        'javascript',
      ),
    module: '/src/app.module.js',
    lacks: ['StreamingModule.forRoot'],
  },
];

/** Projects that only look as if they configured the module. */
const LOOKALIKES: readonly HostileProject[] = [
  {
    name: 'a comment has the call',
    make: () =>
      withModule(
        moduleText('', '', `,\n  // StreamingModule.forRoot({}) of ${PACKAGE}\n  providers: []`),
      ),
    module: APP,
    contains: [/^\s*StreamingModule\.forRoot\(\{$/m],
  },
  {
    name: 'a block comment has the call',
    make: () =>
      withModule(
        moduleText(
          `/* import { StreamingModule } from '${PACKAGE}'; StreamingModule.forRoot() */`,
          '',
        ),
      ),
    module: APP,
    contains: [/^\s*StreamingModule\.forRoot\(\{$/m],
  },
  {
    name: 'a text has the call',
    make: () => withModule(moduleText(`const hint = "${PACKAGE}: StreamingModule.forRoot()";`, '')),
    module: APP,
    contains: [/^\s*StreamingModule\.forRoot\(\{$/m],
  },
  {
    name: 'a module of the application has the same name',
    make: () =>
      withFiles({
        '/src/own.ts': 'export class StreamingModule { static forRoot() { return this; } }\n',
        [APP]: moduleText(
          `import { StreamingModule } from './own.js';`,
          'StreamingModule.forRoot()',
        ),
      }),
    module: APP,
    contains: ['StreamingModule as StreamingStreamingModule', 'StreamingStreamingModule.forRoot({'],
  },
  {
    name: 'another package has a module of the same name',
    make: () =>
      withModule(
        moduleText(
          `import { StreamingModule } from '@acme/streaming';`,
          'StreamingModule.forRoot()',
        ),
      ),
    module: APP,
    contains: ['StreamingStreamingModule.forRoot({'],
  },
  {
    name: 'a spec configures the module for itself',
    make: () => withFiles({ '/src/chat.spec.ts': `${IMPORT}\nStreamingModule.forRoot();\n` }),
    module: APP,
    contains: ['StreamingModule.forRoot({'],
  },
  {
    name: 'an e2e test beside the sources configures the module for itself',
    make: () => withFiles({ '/src/chat.e2e-spec.ts': `${IMPORT}\nStreamingModule.forRoot();\n` }),
    module: APP,
    contains: ['StreamingModule.forRoot({'],
  },
  {
    name: 'only the type is imported',
    make: () => withModule(moduleText(`import type { StreamingModule } from '${PACKAGE}';`, '')),
    module: APP,
    contains: [/^\s*Streaming(Streaming)?Module\.forRoot\(\{$/m],
  },
  {
    name: 'files import from each other',
    make: () =>
      withFiles({
        '/src/a.ts': `export * from './b.js';\nexport { x } from './b.js';\n`,
        '/src/b.ts': `export * from './a.js';\nexport { x } from './a.js';\n`,
        [APP]: moduleText(`import { x } from './a.js';`, 'x.forRoot()'),
      }),
    module: APP,
    contains: ['StreamingModule.forRoot({'],
  },
  {
    name: 'a broken file that has nothing to do with it',
    make: () => withFiles({ '/src/broken.ts': 'export const = ;\n' }),
    module: APP,
    contains: ['StreamingModule.forRoot({'],
  },
];

/** Ways to bootstrap, and to write the root module. */
const SHAPES: readonly HostileProject[] = [
  ...[
    [
      'an alias of NestFactory',
      `import { NestFactory as Factory } from '@nestjs/core';`,
      'Factory.create(RootModule)',
    ],
    ['a namespace', `import * as core from '@nestjs/core';`, 'core.NestFactory.create(RootModule)'],
    [
      'a microservice',
      `import { NestFactory } from '@nestjs/core';`,
      'NestFactory.createMicroservice(RootModule)',
    ],
    [
      'type arguments',
      `import { NestFactory } from '@nestjs/core';`,
      'NestFactory.create<X>(RootModule, new Y())',
    ],
    [
      'a dynamic module',
      `import { NestFactory } from '@nestjs/core';`,
      'NestFactory.create(RootModule.register())',
    ],
  ].map(([name = '', line = '', call = '']) => ({
    name: `bootstraps with ${name}`,
    make: () => bootstrapped(line, call),
    module: '/src/root/root.module.ts',
    contains: ['StreamingModule.forRoot({'],
  })),
  {
    name: 'bootstraps in another file than the entry file',
    make: () => {
      const tree = bootstrapped('', '');
      tree.create(
        '/src/bootstrap.ts',
        `import { NestFactory } from '@nestjs/core';\nimport { RootModule } from './root/root.module.js';\n\nexport const start = () => NestFactory.create(RootModule);\n`,
      );
      tree.overwrite('/src/main.ts', `import { start } from './bootstrap.js';\n\nvoid start();\n`);
      return tree;
    },
    module: '/src/root/root.module.ts',
    contains: ['StreamingModule.forRoot({'],
  },
  {
    name: 'has a root module that is exported by default',
    make: () => {
      const tree = withModule(
        "import { Module } from '@nestjs/common';\n\n@Module({})\nexport default class AppModule {}\n",
      );
      tree.overwrite(
        '/src/main.ts',
        tree.readText('/src/main.ts').replace('{ AppModule }', 'AppModule'),
      );
      return tree;
    },
    module: APP,
    contains: ['StreamingModule.forRoot({'],
  },
  {
    name: 'has two modules in a file',
    make: () =>
      withModule(
        "import { Module } from '@nestjs/common';\n\n@Module({})\nexport class Other {}\n\n@Module({ imports: [Other] })\nexport class AppModule {}\n",
      ),
    module: APP,
    contains: [
      /@Module\(\{\}\)\nexport class Other/,
      /imports: \[\n {4}Other,\n {4}StreamingModule/,
    ],
  },
  {
    name: 'has its root module behind a barrel',
    make: () => {
      const tree = withFiles({ '/src/modules/index.ts': "export * from './app.module.js';\n" });
      tree.rename(APP, '/src/modules/app.module.ts');
      tree.overwrite(
        '/src/main.ts',
        tree.readText('/src/main.ts').replace('./app.module.js', './modules/index.js'),
      );
      return tree;
    },
    module: '/src/modules/app.module.ts',
    contains: ['StreamingModule.forRoot({'],
  },
  {
    name: 'has the decorator after `export`',
    make: () =>
      withModule(
        "import { Module } from '@nestjs/common';\n\nexport @Module({}) class AppModule {}\n",
      ),
    module: APP,
    contains: ['StreamingModule.forRoot({'],
  },
  {
    name: 'has no imports, Windows line ends and a BOM',
    make: () =>
      withModule(
        "\uFEFFimport { Module } from '@nestjs/common';\r\n\r\n@Module({})\r\nexport class AppModule {}\r\n",
      ),
    module: APP,
    contains: ['StreamingModule.forRoot({\r\n'],
    lacks: [/[^\r]\n/],
  },
  {
    name: 'has the module imported, but not configured',
    make: () => withModule(moduleText(`import { StreamingModule } from '${PACKAGE}';`, '')),
    module: APP,
    contains: ['JwtStrategy', 'StreamingModule.forRoot({'],
  },
  {
    name: 'has a shebang and directives',
    make: () =>
      withModule(
        "#!/usr/bin/env node\n'use strict';\nimport { Module } from '@nestjs/common';\n@Module({})\nexport class AppModule {}\n",
      ),
    module: APP,
    contains: [/^#!\/usr\/bin\/env node\n'use strict';\n/],
  },
  {
    name: 'takes flags in any order',
    make: () => application('nest-11-commonjs'),
    options: { namespace: 'live', auth: 'api-key', skipInstall: true, s: true },
    module: APP,
    contains: ["namespace: '/live'", 'ApiKeyStrategy'],
  },
  {
    name: 'reads ConfigService that the application configures',
    make: () =>
      withModule(
        moduleText(
          `import { ConfigModule as Config } from '@nestjs/config';`,
          'Config.forRoot({ isGlobal: true })',
        ),
      ),
    options: { async: true },
    module: APP,
    contains: [/imports: \[Config\],/],
  },
  {
    name: 'has ConfigModule in a comment only',
    make: () => withModule(moduleText('// ConfigModule.forRoot() comes later', '')),
    options: { async: true },
    module: APP,
    contains: ['imports: [ConfigModule.forRoot()]'],
  },
  {
    name: 'is JavaScript with ECMAScript modules',
    make: () => application('javascript'),
    module: '/src/app.module.js',
    contains: ['StreamingModule.forRoot({'],
  },
];

function bootstrapped(line: string, call: string): Tree {
  const tree = application('nest-12-esm');
  tree.rename(APP, '/src/root/root.module.ts');
  tree.overwrite(
    '/src/root/root.module.ts',
    tree
      .readText('/src/root/root.module.ts')
      .replace('class AppModule', 'class RootModule')
      .replaceAll("'./app", "'../app"),
  );
  tree.overwrite(
    '/src/main.ts',
    `${line}\nimport { RootModule } from './root/root.module.js';\n\nvoid ${call === '' ? 0 : call};\n`,
  );
  return tree;
}

/** Ways to name Nest in package.json. */
const VERSIONS: readonly HostileProject[] = [
  ['catalog: with Nest 11 installed', 'catalog:', '11.1.0', '^11.0.0', {}],
  ['catalog: with Nest 12 installed', 'catalog:', '12.0.1', '^12.0.0', {}],
  ['latest with Nest 11 installed', 'latest', '11.0.1', '^11.0.0', {}],
  ['latest with nothing installed', 'latest', undefined, '^12.0.0', {}],
  ['a star', '*', undefined, '^12.0.0', {}],
  ['workspace:* with Nest 11 installed', 'workspace:*', '11.0.1', '^11.0.0', {}],
  ['workspace:^ with a version', 'workspace:^11.0.0', undefined, '^11.0.0', {}],
  ['an alias', 'npm:@nestjs/core@^11.1.0', undefined, '^11.0.0', {}],
  ['a range of both', '>=11 <13', '11.2.0', '^11.0.0', {}],
  ['a prerelease', '12.0.0-next.1', undefined, '^12.0.0', {}],
  ['another version installed than named', '^12.0.0', '11.1.0', '^11.0.0', {}],
  [
    'the catalog of pnpm',
    'catalog:',
    undefined,
    '^11.0.0',
    { '/pnpm-workspace.yaml': `packages:\n  - apps/*\ncatalog:\n  '@nestjs/core': ^11.0.1\n` },
  ],
  [
    'a named catalog of pnpm',
    'catalog:old',
    undefined,
    '^11.0.0',
    {
      '/pnpm-workspace.yaml': `catalog:\n  '@nestjs/core': ^12.0.0\ncatalogs:\n  new:\n    '@nestjs/core': ^12.0.0\n  old:\n    '@nestjs/core': 11.0.5\n`,
    },
  ],
  [
    'the catalog of Yarn',
    'catalog:',
    undefined,
    '^11.0.0',
    { '/.yarnrc.yml': `nodeLinker: node-modules\ncatalog:\n  "@nestjs/core": "^11.0.1"\n` },
  ],
].map(([name, range, installed, expected, files]) => ({
  name: `names Nest by ${name as string}`,
  make: () =>
    withRange(range as string, installed as string | undefined, files as Record<string, string>),
  module: APP,
  contains: ['StreamingModule.forRoot({'],
  ranges: { '@nestjs/websockets': expected as string },
}));

/** Workspaces with several projects. */
const WORKSPACES: readonly HostileProject[] = [
  {
    name: 'Nx with one application and no --project',
    make: () => nx(['api']),
    options: { sourceRoot: 'src' },
    module: '/apps/api/src/app/app.module.ts',
    contains: ['StreamingModule.forRoot({'],
    says: 'npx nx g @hive-academy/langgraph-streaming:streaming-agent support',
  },
  {
    name: 'Nx with two applications and --project',
    make: () => nx(['api', 'admin']),
    options: { project: 'admin', sourceRoot: 'src' },
    module: '/apps/admin/src/app/app.module.ts',
    contains: ['StreamingModule.forRoot({'],
  },
  {
    name: 'Nx whose projects are packages',
    make: () => nx(['api'], { project: 'package.json' }),
    module: '/apps/api/src/app/app.module.ts',
    contains: ['StreamingModule.forRoot({'],
  },
  {
    name: 'Nx with a front end beside',
    make: () => {
      const tree = nx(['api']);
      tree.create(
        '/apps/web/project.json',
        '{ "name": "web", "projectType": "application", "sourceRoot": "apps/web/src" }',
      );
      tree.create('/apps/web/src/main.ts', "import { createRoot } from 'react-dom/client';\n");
      return tree;
    },
    module: '/apps/api/src/app/app.module.ts',
    contains: ['StreamingModule.forRoot({'],
  },
  {
    name: 'a monorepo of Nest without --project',
    make: () => application('monorepo'),
    options: { sourceRoot: 'src' },
    module: '/apps/mono/src/app.module.ts',
    contains: ['StreamingModule.forRoot({'],
  },
  {
    name: 'a monorepo of Nest with --project',
    make: () => application('monorepo'),
    options: { project: 'admin', sourceRoot: 'src' },
    module: '/apps/admin/src/admin.module.ts',
    contains: ['StreamingModule.forRoot({'],
    says: 'nest g streaming-agent support --project admin',
  },
  {
    name: 'a workspace whose application has a package.json of its own',
    make: () => {
      const tree = nx(['api']);
      tree.create(
        '/apps/api/package.json',
        '{\n  "dependencies": {\n    "@nestjs/core": "^11.0.0"\n  }\n}\n',
      );
      return tree;
    },
    module: '/apps/api/src/app/app.module.ts',
    contains: ['StreamingModule.forRoot({'],
    manifest: '/apps/api/package.json',
    ranges: { '@nestjs/websockets': '^11.0.0' },
  },
];

/** Every project, in groups. */
export const HOSTILE_PROJECTS: Readonly<Record<string, readonly HostileProject[]>> = {
  'that is configured already,': CONFIGURED_PROJECTS,
  'that only looks configured:': LOOKALIKES,
  that: SHAPES,
  'that also': VERSIONS,
  'whose module has': METADATA,
  'that has': LAYOUTS,
  'that is': WORKSPACES,
};
