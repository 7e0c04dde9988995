import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runInThisContext } from 'node:vm';
import * as jestGlobals from '@jest/globals';
import * as messages from '@langchain/core/messages';
import * as fakeModels from '@langchain/core/utils/testing';
import * as langGraph from '@langchain/langgraph';
import * as common from '@nestjs/common';
import * as testing from '@nestjs/testing';
import * as websockets from '@nestjs/websockets';
import ts from 'typescript';
import * as streamingClient from '../../src/client/index.js';
import * as streaming from '../../src/index.js';
import * as streamingLangGraph from '../../src/sources/langgraph/index.js';

const GENERATED = 'test/schematics/fixtures/generated';
const PACKAGES: Readonly<Record<string, unknown>> = {
  '@hive-academy/langgraph-streaming': streaming,
  '@hive-academy/langgraph-streaming/client': streamingClient,
  '@hive-academy/langgraph-streaming/langgraph': streamingLangGraph,
  '@langchain/core/messages': messages,
  '@langchain/core/utils/testing': fakeModels,
  '@langchain/langgraph': langGraph,
  '@nestjs/common': common,
  '@nestjs/testing': testing,
  '@nestjs/websockets': websockets,
};

/** Loads a generated file, as the build of an application would have compiled it. */
function load(path: string, loaded = new Map<string, object>()): object {
  const known = loaded.get(path);
  if (known !== undefined) return known;
  const module = { exports: {} };
  loaded.set(path, module.exports);
  const { outputText } = ts.transpileModule(readFileSync(path, 'utf8'), {
    fileName: path,
    compilerOptions: {
      allowJs: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.CommonJS,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
    },
  });
  const require = (specifier: string): unknown => {
    if (specifier.startsWith('node:')) return process.getBuiltinModule(specifier);
    if (!specifier.startsWith('.')) return PACKAGES[specifier];
    const base = join(dirname(path), specifier.replace(/\.js$/, ''));
    return load(
      ['.ts', '.js'].map((end) => base + end).find((file) => existsSync(file)) ?? base,
      loaded,
    );
  };
  // `Reflect` is the one that knows the metadata of decorators.
  const { afterAll, afterEach, beforeAll, describe, expect, it } = jestGlobals;
  const names = [
    'require',
    'module',
    'exports',
    'afterAll',
    'afterEach',
    'beforeAll',
    'describe',
    'expect',
    'it',
    'Reflect',
  ];
  const run = runInThisContext(`(function (${names.join(', ')}) {${outputText}\n})`, path) as (
    ...values: unknown[]
  ) => void;
  run(
    require,
    module,
    module.exports,
    afterAll,
    afterEach,
    beforeAll,
    describe,
    expect,
    it,
    Reflect,
  );
  return module.exports;
}

// The generated specs register their own tests here.
for (const application of readdirSync(GENERATED)) {
  jestGlobals.describe(`generated in ${application}:`, () => {
    const files = readdirSync(join(GENERATED, application), { recursive: true, encoding: 'utf8' });
    for (const file of files.sort())
      if (/\.spec\.[jt]s$/.test(file)) load(join(GENERATED, application, file));
  });
}
