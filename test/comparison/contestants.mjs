// The schematics that are compared, each with the application that its own framework generates. Runs
// in a folder where all of them are installed.
import { join } from 'node:path';
import { Tree } from '@angular-devkit/schematics';
import { SchematicTestRunner } from '@angular-devkit/schematics/testing/index.js';

const collection = (path) => join(process.cwd(), 'node_modules', path);

/** Runs a schematic. Returns the files by path, what it said, and what it failed with. */
async function run(path, schematic, options, files) {
  const runner = new SchematicTestRunner('compared', collection(path));
  const lines = [];
  runner.logger.subscribe(({ message }) => lines.push(message));
  const tree = Tree.empty();
  for (const [file, text] of files) tree.create(file, text);
  try {
    const result = await runner.runSchematic(schematic, options, tree);
    return { files: textsOf(result), lines, error: undefined };
  } catch (error) {
    return { files, lines, error };
  }
}

/** The texts of a tree by path. An icon is none. */
function textsOf(tree) {
  const files = tree.files.filter((file) => !file.endsWith('.ico'));
  return new Map(files.toSorted().map((file) => [file, tree.readText(file)]));
}

/** Makes an application with the schematic of its framework. */
async function application(path, schematic, options) {
  const { files, error } = await run(path, schematic, options, new Map());
  if (error !== undefined) throw error;
  return files;
}

const angularApplication = () =>
  application('@schematics/angular/collection.json', 'ng-new', {
    name: 'app',
    version: '22.0.0',
    standalone: false,
    directory: '.',
  });

async function nestApplication() {
  const path = '@nestjs/schematics/dist/collection.json';
  const files = await application(path, 'application', { name: 'app' });
  return new Map([...files].map(([file, text]) => [file.replace('/app/', '/'), text]));
}

const angular = {
  application: angularApplication,
  module: '/src/app/app-module.ts',
  moduleList: 'imports',
};
const nest = {
  application: nestApplication,
  module: '/src/app.module.ts',
  moduleList: 'providers',
};

const MATERIAL = '@angular/material/schematics/collection.json';
const NGRX = '@ngrx/store/schematics/collection.json';
const NEST = '@nestjs/schematics/dist/collection.json';
const OURS = '@hive-academy/langgraph-streaming/collection.json';

/**
 * `add` is the schematic that is compared; `generate` makes a class of a name, `registered` is what it
 * writes into a module.
 */
export const CONTESTANTS = {
  Material: {
    ...angular,
    add: (files, options) =>
      run(MATERIAL, 'ng-add-setup-project', { project: 'app', ...options }, files),
    install: (files) => run(MATERIAL, 'ng-add', { project: 'app' }, files),
    schematics: collection(MATERIAL),
  },
  ngrx: {
    ...angular,
    add: (files, options) =>
      run(NGRX, 'ng-add', { project: 'app', module: 'app-module.ts', ...options }, files),
    registered: 'StoreModule.forRoot',
    configured: { from: '@ngrx/store', name: 'StoreModule', call: 'forRoot({}, {})' },
    schematics: collection(NGRX),
  },
  Nest: {
    ...nest,
    add: (files, options) =>
      run(NEST, 'service', { name: 'cats', sourceRoot: 'src', spec: true, ...options }, files),
    generate: (files, name) => run(NEST, 'service', { name, sourceRoot: 'src', spec: true }, files),
    registered: 'CatsService',
    schematics: collection(NEST),
  },
  'this package': {
    ...nest,
    moduleList: 'imports',
    add: (files, options) => run(OURS, 'nest-add', { auth: 'jwt', ...options }, files),
    generate: (files, name) =>
      run(OURS, 'streaming-gateway', { name, sourceRoot: 'src', spec: true }, files),
    remove: (files) => run(OURS, 'remove', {}, files),
    registered: 'StreamingModule.forRoot',
    configured: {
      from: '@hive-academy/langgraph-streaming',
      name: 'StreamingModule',
      call: 'forRoot({})',
    },
    schematics: collection(OURS),
  },
};
