import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { installedIn } from './support/workspace.js';

interface Collection {
  readonly schematics: Record<string, { readonly factory: string; readonly schema?: string }>;
}

type Exports = { readonly [condition: string]: Exports | string };

/** What a user downloads, and what it becomes, in bytes. */
const MAX_PACKED = 1_500_000;
const MAX_UNPACKED = 9_000_000;

const folder = installedIn('bare');
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));

function targetsOf(exports: Exports | string): string[] {
  return typeof exports === 'string' ? [exports] : Object.values(exports).flatMap(targetsOf);
}

function json(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

describe('the packed tarball', () => {
  it('stays within its budget of bytes', () => {
    const unpacked = files.reduce((sum, file) => sum + statSync(file).size, 0);
    expect(statSync(process.env['PACKAGE_TARBALL'] ?? '').size).toBeLessThan(MAX_PACKED);
    expect(unpacked).toBeLessThan(MAX_UNPACKED);
  });

  it('has what is built for users in `dist`, and nothing else', () => {
    expect(readdirSync(join(folder, 'dist')).sort()).toEqual(['cjs', 'esm', 'schematics']);
    expect(readdirSync(folder)).not.toContain('bench');
  });

  it('has every file that its exports name', () => {
    const manifest = json(join(folder, 'package.json')) as { exports: Exports };
    const missing = targetsOf(manifest.exports).filter((path) => !existsSync(join(folder, path)));
    expect(missing).toEqual([]);
  });

  it('has the documents a user looks for, and no tests', () => {
    const top = readdirSync(folder);
    expect(top).toEqual(
      expect.arrayContaining(['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'src']),
    );
    expect(files.filter((file) => /\.spec\.|\.test\.|\.tsbuildinfo$/.test(file))).toEqual([]);
  });

  it('has the sources that its source maps point to', () => {
    const maps = files.filter((file) => file.endsWith('.map'));
    const missing = maps.flatMap((file) =>
      (json(file) as { sources: string[] }).sources
        .map((source) => join(dirname(file), source))
        .filter((source) => !existsSync(source)),
    );
    expect(maps).not.toEqual([]);
    expect(missing).toEqual([]);
  });

  it('has every factory and schema that its schematic collections name', () => {
    for (const collection of ['collection.json', 'migrations.json']) {
      const { schematics } = json(join(folder, collection)) as Collection;
      for (const { factory, schema } of Object.values(schematics)) {
        const [module] = factory.split('#');
        expect(existsSync(join(folder, `${module}`.replace(/(\.js)?$/, '.js')))).toBe(true);
        if (schema !== undefined) expect(existsSync(join(folder, schema))).toBe(true);
      }
    }
  });
});
