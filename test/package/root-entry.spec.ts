import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { inWorkspace, PACKAGE, run, SERVER_PACKAGES } from './support/workspace.js';

interface Manifest {
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
}

/** What a server needs. To the package they are optional, since a page needs none of them. */
const SERVER_PEERS = SERVER_PACKAGES.map((name) => name.replace(/@[^@]*$/, ''));

const { peerDependenciesMeta } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const print = "console.log(Object.keys(library).includes('StreamingModule'))";

describe('the root entry, installed with what a server needs alone', () => {
  it('has none of the other peers around', () => {
    const installed = Object.keys(peerDependenciesMeta).filter((name) =>
      existsSync(inWorkspace('bare', 'node_modules', name)),
    );
    expect(installed.filter((name) => !SERVER_PEERS.includes(name))).toEqual([]);
  });

  it.each([
    ['required', 'commonjs', `const library = require('${PACKAGE}'); ${print}`],
    ['imported', 'module', `import * as library from '${PACKAGE}'; ${print}`],
  ])('can be %s', async (_how, type, script) => {
    const args = [`--input-type=${type}`, '-e', script];
    expect(await run(process.execPath, args, inWorkspace('bare'))).toEqual({
      stdout: 'true\n',
      stderr: '',
    });
  });
});

describe('the entry for Redis, installed without a client library', () => {
  const entry = `${PACKAGE}/redis`;
  const call = 'try { library.redisBackend({}) } catch ({ code }) { console.log(code) }';

  it.each([
    ['required', 'commonjs', `const library = require('${entry}'); ${call}`],
    ['imported', 'module', `import * as library from '${entry}'; ${call}`],
  ])('can be %s', async (_how, type, script) => {
    const args = [`--input-type=${type}`, '-e', script];
    expect(await run(process.execPath, args, inWorkspace('bare'))).toEqual({
      stdout: 'INVALID_OPTIONS\n',
      stderr: '',
    });
  });
});
