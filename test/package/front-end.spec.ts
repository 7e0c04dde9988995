import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { complaintsAbout } from './support/declarations.js';
import { inWorkspace, installedIn, PACKAGE, run } from './support/workspace.js';

/** Packages that have no business in the project of a front end. */
const OF_A_SERVER =
  /^(@nestjs\/|@angular-devkit\/|@langchain\/|@node-saml\/|rxjs$|reflect-metadata$|socket\.io$|express$|redis$|ioredis$)/;

/** The names of all packages below a `node_modules`, also those that pnpm keeps apart. */
function packagesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(({ name }) => {
    const path = join(folder, name);
    if (name === '.pnpm')
      return readdirSync(path).flatMap((kept) => {
        if (!kept.includes('@')) return [];
        return packagesIn(join(path, kept, 'node_modules'));
      });
    if (name.startsWith('.')) return [];
    return name.startsWith('@') ? readdirSync(path).map((scoped) => `${name}/${scoped}`) : [name];
  });
}

describe.each([
  ['npm', 'page'],
  ['pnpm', 'page-pnpm'],
])('a front end that installs the package with %s', (_manager, app) => {
  it('installs nothing that only a server needs', () => {
    const packages = packagesIn(inWorkspace(app, 'node_modules'));
    expect(packages).toEqual(expect.arrayContaining([PACKAGE, 'socket.io-client']));
    expect(packages.filter((name) => OF_A_SERVER.test(name))).toEqual([]);
  });

  it('can make a client', async () => {
    const script = `
      import { createStreamingClient } from '${PACKAGE}/client';
      const client = createStreamingClient({ url: 'http://127.0.0.1:1', reconnection: { maxAttempts: 0 } });
      client.on('connection', ({ state, error }) => console.log(state, error.code));`;
    const args = ['--input-type=module', '-e', script];
    expect(await run(process.execPath, args, inWorkspace(app))).toEqual({
      stdout: 'connecting CONNECTION_FAILED\nclosed CONNECTION_FAILED\n',
      stderr: '',
    });
  });

  it('has types that need nothing else', () => {
    const options: ts.CompilerOptions = {
      strict: true,
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.NodeNext,
      lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
      types: [],
    };
    const entry = join(installedIn(app), 'dist', 'esm', 'client', 'index.d.ts');
    expect(complaintsAbout([entry], options)).toEqual([]);
  });
});
