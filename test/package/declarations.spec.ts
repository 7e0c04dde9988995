import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { complaintsAbout, reachableDeclarations } from './support/declarations.js';
import { installedIn } from './support/workspace.js';

const FORMATS = ['esm', 'cjs'] as const;

/** The packages whose types each entry point shows. An optional peer must not join the root's. */
const PACKAGES = {
  'index.d.ts': [
    '@nestjs/common',
    '@nestjs/core',
    '@nestjs/websockets',
    'jose',
    'node:http',
    'node:stream',
    'oauth4webapi',
    'rxjs',
    'socket.io',
    'zod',
  ],
  'client/index.d.ts': ['socket.io-client'],
  'client/react/index.d.ts': ['react', 'socket.io-client'],
  'sources/langgraph/index.d.ts': ['node:stream'],
  'cluster/redis/index.d.ts': [],
  'testing/index.d.ts': ['@nestjs/common', 'socket.io-client'],
};

const STRICT: ts.CompilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  types: [],
};

describe.each(FORMATS)('the %s declarations', (format) => {
  const entryIn = (app: string, entry: string): string =>
    join(installedIn(app), 'dist', format, entry);

  it.each(Object.entries(PACKAGES))('of %s show the types of %j alone', (entry, packages) => {
    const declarations = reachableDeclarations(entryIn('bare', entry));
    const shown = new Set(declarations.flatMap((declaration) => declaration.packages));
    expect([...shown].toSorted()).toEqual(packages);
  });

  it.each(Object.keys(PACKAGES))('of %s say any nowhere', (entry) => {
    const declarations = reachableDeclarations(entryIn('bare', entry));
    expect(declarations.flatMap(({ anyTypes }) => anyTypes)).toEqual([]);
  });

  it.each([
    ['with the required peers alone', 'bare', ['index.d.ts', 'cluster/redis/index.d.ts']],
    ['beside Nest 11', 'nest11', ['index.d.ts', 'client/index.d.ts', 'testing/index.d.ts']],
    ['beside Nest 12', 'nest12', ['index.d.ts', 'client/index.d.ts', 'testing/index.d.ts']],
  ])('satisfy a strict compiler that skips no library, %s', (_where, app, entries) => {
    const files = entries.map((entry) => entryIn(app, entry));
    expect(complaintsAbout(files, STRICT)).toEqual([]);
  });
});
