import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { inWorkspace, PACKAGE, run } from './support/workspace.js';

interface Manifest {
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
}

const { peerDependenciesMeta } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const print = "console.log(Object.keys(library).includes('StreamingModule'))";

describe('the root entry, installed with its required peers alone', () => {
  it('has none of the optional peers around', () => {
    const installed = Object.keys(peerDependenciesMeta).filter((name) =>
      existsSync(inWorkspace('bare', 'node_modules', name)),
    );
    expect(installed).toEqual([]);
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
