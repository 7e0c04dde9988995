import type { Tree } from '@angular-devkit/schematics';
import { application } from './fixtures.js';
import { type HostileProject, withFiles } from './hostile-project.js';
import { filesOf } from './run-schematic.js';

const APP = '/src/app.module.ts';
const CALL = 'StreamingModule.forRoot({';

/** An application whose root module has these lines before it and this in its decorator. */
function withMetadata(lines: string, metadata: string, more: Record<string, string> = {}): Tree {
  return withFiles({
    ...more,
    [APP]: `import { Module } from '@nestjs/common';\n${lines}\n@Module(${metadata})\nexport class AppModule {}\n`,
  });
}

/** An application with another JSON file. */
function withJson(path: string, change: (json: Record<string, object>) => void): Tree {
  const tree = application('nest-12-esm');
  const json = JSON.parse(tree.readText(path)) as Record<string, object>;
  change(json);
  tree.overwrite(path, JSON.stringify(json, null, 2));
  return tree;
}

/** Ways to write what the decorator gets. */
export const METADATA: readonly HostileProject[] = [
  {
    name: 'its metadata in another file',
    make: () =>
      withMetadata("import { metadata } from './metadata.js';\n", 'metadata', {
        '/src/metadata.ts': 'export const metadata = { imports: [], providers: [] };\n',
      }),
    module: APP,
    contains: ['...metadata,', '...(metadata.imports ?? []),', CALL],
  },
  {
    name: 'its metadata in a constant',
    make: () => withMetadata('const metadata = { imports: [] as object[] };\n', 'metadata'),
    module: APP,
    contains: [/const metadata = \{\n {2}imports: \[\n {4}StreamingModule/, '] as object[]'],
  },
  {
    name: 'a base spread into its metadata',
    make: () => withMetadata('const base = { imports: [] };\n', '{ ...base, controllers: [] }'),
    module: APP,
    contains: ['...(base.imports ?? []),', CALL],
  },
  {
    name: 'imports that are joined by `concat`',
    make: () =>
      withMetadata('class X {}\nconst features = [X];\n', '{ imports: features.concat(X) }'),
    module: APP,
    contains: ['...features.concat(X),', CALL],
  },
  {
    name: 'imports that depend on a condition',
    make: () => withMetadata('class X {}\n', '{ imports: process.env.X ? [X] : [] }'),
    module: APP,
    contains: ['...(process.env.X ? [X] : []),', CALL],
  },
  {
    name: 'imports that a function makes',
    make: () => withMetadata('const features = () => [];\n', '{ imports: features() }'),
    module: APP,
    contains: ['...features(),', CALL],
  },
  {
    name: 'imports with a type',
    make: () => withMetadata('class X {}\n', '{ imports: [X] satisfies unknown[] }'),
    module: APP,
    contains: [/X,\n {4}StreamingModule/, '] satisfies unknown[]'],
  },
  {
    name: 'a comment behind its last import',
    make: () => withMetadata('class X {}\n', '{\n  imports: [\n    X, // the last one\n  ],\n}'),
    module: APP,
    contains: [/X, \/\/ the last one\n {4}StreamingModule/],
  },
  {
    name: 'quoted keys',
    make: () => withMetadata('', `{ 'imports': [], "providers": [] }`),
    module: APP,
    contains: [/'imports': \[\n {2}StreamingModule/],
  },
  {
    name: 'its decorator under another name',
    make: () =>
      withFiles({
        [APP]: `import { Module as NestModule } from '@nestjs/common';\n\n@NestModule({})\nexport class AppModule {}\n`,
      }),
    module: APP,
    contains: [/@NestModule\(\{\n {2}imports: \[/],
  },
  {
    name: 'its decorator from a namespace',
    make: () =>
      withFiles({
        [APP]: `import * as nest from '@nestjs/common';\n\n@nest.Module({})\nexport class AppModule {}\n`,
      }),
    module: APP,
    contains: [/@nest\.Module\(\{\n {2}imports: \[/],
  },
  {
    name: 'other decorators',
    make: () =>
      withFiles({
        [APP]: `import { Global, Module } from '@nestjs/common';\n\n@Global()\n@Module({})\nexport class AppModule {}\n`,
      }),
    module: APP,
    contains: [/@Global\(\)\n@Module\(\{\n {2}imports: \[/],
  },
  {
    name: 'a strategy of the same name as ours',
    make: () =>
      withMetadata(
        "import { JwtStrategy } from './jwt.strategy.js';\n",
        '{ providers: [JwtStrategy] }',
        { '/src/jwt.strategy.ts': 'export class JwtStrategy {}\n' },
      ),
    module: APP,
    contains: ['JwtStrategy as StreamingJwtStrategy', 'new StreamingJwtStrategy({'],
  },
  {
    name: 'letters that take two code units',
    make: () => withMetadata("const 名 = '🚀'; // 🎉 é\n", '{ imports: [] /* 🎉 */ }'),
    module: APP,
    contains: ["const 名 = '🚀'; // 🎉 é", '] /* 🎉 */', CALL],
  },
];

/** Ways to lay out an application. */
export const LAYOUTS: readonly HostileProject[] = [
  {
    name: 'an entry file that imports the module when it runs',
    make: () =>
      withFiles({
        '/src/main.ts':
          "import { NestFactory } from '@nestjs/core';\n\nconst { AppModule } = await import('./app.module.js');\nawait NestFactory.create(AppModule);\n",
      }),
    module: APP,
    contains: [CALL],
  },
  {
    name: 'another entry file',
    make: () => {
      const tree = withJson('/nest-cli.json', (json) =>
        Object.assign(json, { entryFile: 'lambda' }),
      );
      tree.rename('/src/main.ts', '/src/lambda.ts');
      return tree;
    },
    module: APP,
    contains: [CALL],
  },
  {
    name: 'a second process with a module of its own',
    make: () =>
      withFiles({
        '/src/worker.ts':
          "import { NestFactory } from '@nestjs/core';\nimport { WorkerModule } from './worker.module.js';\n\nvoid NestFactory.createApplicationContext(WorkerModule);\n",
        '/src/worker.module.ts':
          "import { Module } from '@nestjs/common';\n\n@Module({})\nexport class WorkerModule {}\n",
      }),
    module: APP,
    contains: [CALL],
  },
  {
    name: 'Fastify',
    make: () =>
      withFiles({
        '/src/main.ts':
          "import { NestFactory } from '@nestjs/core';\nimport { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';\nimport { AppModule } from './app.module.js';\n\nvoid NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter());\n",
      }),
    module: APP,
    contains: [CALL],
  },
  {
    name: 'comments in nest-cli.json',
    make: () =>
      withFiles({
        '/nest-cli.json':
          '{\n  // comments\n  "collection": "@nestjs/schematics", /* and */\n  "sourceRoot": "src",\n}\n',
      }),
    module: APP,
    contains: [CALL],
  },
  {
    name: 'no nest-cli.json',
    make: () => {
      const tree = application('nest-12-esm');
      tree.delete('/nest-cli.json');
      return tree;
    },
    module: APP,
    contains: [CALL],
    says: 'nest g -c @hive-academy/langgraph-streaming streaming-agent support',
  },
  {
    name: 'Windows line ends and tabs in package.json',
    make: () => {
      const tree = application('nest-12-esm');
      const text = JSON.stringify(JSON.parse(tree.readText('/package.json')), null, '\t');
      tree.overwrite('/package.json', text.replaceAll('\n', '\r\n'));
      return tree;
    },
    module: APP,
    contains: [CALL],
    ranges: { 'socket.io': '^4.7.5' },
  },
  {
    name: 'everything in devDependencies',
    make: () =>
      withJson('/package.json', (json) => {
        Object.assign(json['devDependencies'] ?? {}, json['dependencies']);
        delete json['dependencies'];
      }),
    module: APP,
    contains: [CALL],
    ranges: { '@nestjs/websockets': '^12.0.0' },
  },
  {
    name: 'its sources in another folder',
    make: () => {
      const tree = withJson('/nest-cli.json', (json) =>
        Object.assign(json, { sourceRoot: 'server' }),
      );
      for (const path of filesOf(tree).keys())
        if (path.startsWith('/src/')) tree.rename(path, path.replace('/src/', '/server/'));
      return tree;
    },
    options: { sourceRoot: 'server' },
    module: '/server/app.module.ts',
    contains: [CALL],
  },
  {
    name: 'a path alias between entry file and module',
    make: () => {
      const tree = withJson('/tsconfig.json', (json) =>
        Object.assign(json['compilerOptions'] ?? {}, { paths: { '@/*': ['./src/*'] } }),
      );
      const main = tree.readText('/src/main.ts');
      tree.overwrite('/src/main.ts', main.replace('./app.module.js', '@/app.module'));
      return tree;
    },
    module: APP,
    contains: [CALL],
  },
  {
    name: 'a Socket.IO that is too old',
    make: () =>
      withJson('/package.json', (json) =>
        Object.assign(json['dependencies'] ?? {}, { 'socket.io': '^2.4.0 || ^3.0.0' }),
      ),
    module: APP,
    ranges: { 'socket.io': '^2.4.0 || ^3.0.0' },
    says: 'package.json names socket.io ^2.4.0 || ^3.0.0; the library needs ^4.7.5.',
  },
  {
    name: 'gateways of the Nest before',
    make: () =>
      withJson('/package.json', (json) =>
        Object.assign(json['dependencies'] ?? {}, { '@nestjs/websockets': '^11.1.0' }),
      ),
    module: APP,
    says: 'package.json names @nestjs/websockets ^11.1.0; the library needs ^12.0.0.',
  },
];
