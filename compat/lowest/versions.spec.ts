import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import { langGraphVersion } from '../../test/support/lang-graph-version.js';

type Versions = Readonly<Record<string, string>>;

const { dependencies, peerDependencies } = read('package.json');
const ranges = { ...dependencies, ...peerDependencies };
const { packages = {} } = read('compat/lowest/package-lock.json');

describe('the packages of this run', () => {
  it.each(Object.entries(ranges))('hold %s at the lowest version of %s', (name, range) => {
    expect(packages[`node_modules/${name}`]?.version).toBe(lowestOf(range));
  });

  it('come once, except what the schematics of Angular and Nest bring for themselves', () => {
    const copies = Object.keys(packages).filter((path) => {
      const [own, ...nested] = path.split('/node_modules/');
      const isOfSchematics = /@angular-devkit|@nestjs\/schematics/.test(own ?? '');
      return nested.length > 0 && !isOfSchematics && (nested.at(-1) ?? '') in ranges;
    });
    expect(copies).toEqual([]);
  });

  it('are those that the library runs with', () => {
    const require = createRequire(`${process.cwd()}/compat/lowest/`);
    const nest = require('@nestjs/core') as typeof import('@nestjs/core');
    expect(NestFactory).toBe(nest.NestFactory);
    expect(langGraphVersion()).toBe(lowestOf(ranges['@langchain/langgraph'] ?? ''));
  });
});

/** Ranges name their lowest version first. */
function lowestOf(range: string): string | undefined {
  return /\d+\.\d+\.\d+/.exec(range)?.[0];
}

interface Manifest {
  readonly dependencies?: Versions;
  readonly peerDependencies?: Versions;
  readonly packages?: Readonly<Record<string, { readonly version: string }>>;
}

function read(path: string): Manifest {
  return JSON.parse(readFileSync(path, 'utf8')) as Manifest;
}
