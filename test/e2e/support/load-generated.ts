import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runInThisContext } from 'node:vm';
import * as jestGlobals from '@jest/globals';
import * as messages from '@langchain/core/messages';
import * as fakeModels from '@langchain/core/utils/testing';
import * as langGraph from '@langchain/langgraph';
import * as common from '@nestjs/common';
import * as testing from '@nestjs/testing';
import * as websockets from '@nestjs/websockets';
import * as react from 'react';
import ts from 'typescript';
import * as zod from 'zod';
import * as streamingClient from '../../../src/client/index.js';
import * as streamingReact from '../../../src/client/react/index.js';
import * as streaming from '../../../src/index.js';
import * as streamingLangGraph from '../../../src/sources/langgraph/index.js';

/** Where what the schematics generate is kept. */
export const GENERATED = 'test/schematics/fixtures/generated';
const PACKAGES: Readonly<Record<string, unknown>> = {
  '@hive-academy/langgraph-streaming': streaming,
  '@hive-academy/langgraph-streaming/client': streamingClient,
  '@hive-academy/langgraph-streaming/langgraph': streamingLangGraph,
  '@hive-academy/langgraph-streaming/react': streamingReact,
  '@langchain/core/messages': messages,
  '@langchain/core/utils/testing': fakeModels,
  '@langchain/langgraph': langGraph,
  '@nestjs/common': common,
  '@nestjs/testing': testing,
  '@nestjs/websockets': websockets,
  react,
  zod,
};

/** Loads a generated file, as the build of an application would have compiled it. */
export function loadGenerated(path: string, loaded = new Map<string, object>()): object {
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
    return loadGenerated(
      ['.ts', '.js'].map((end) => base + end).find((file) => existsSync(file)) ?? base,
      loaded,
    );
  };
  // `Reflect` is the one that knows the metadata of decorators.
  const scope: Readonly<Record<string, unknown>> = {
    require,
    module,
    exports: module.exports,
    ...jestGlobals,
    Reflect,
  };
  const names = Object.keys(scope).filter((name) => name !== 'default');
  const run = runInThisContext(`(function (${names.join(', ')}) {${outputText}\n})`, path) as (
    ...values: unknown[]
  ) => void;
  run(...names.map((name) => scope[name]));
  return module.exports;
}
