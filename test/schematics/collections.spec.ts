import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

interface Collection {
  readonly extends?: readonly string[];
  readonly schematics: Readonly<
    Record<
      string,
      { aliases?: readonly string[]; factory: string; schema: string; version?: string }
    >
  >;
}

interface Manifest {
  readonly version: string;
  readonly schematics: string;
  readonly files: readonly string[];
  readonly exports: Readonly<Record<string, unknown>>;
  readonly 'ng-update': { readonly migrations: string };
  readonly 'nx-migrations': { readonly migrations: string };
}

const ROOT = join(__dirname, '../..');
const read = (path: string): unknown => JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
const collection = read('collection.json') as Collection;
const migrations = read('migrations.json') as Collection;
const manifest = read('package.json') as Manifest;

describe.each([
  ['collection.json', collection],
  ['migrations.json', migrations],
])('%s', (_, { schematics }) => {
  it.each(Object.entries(schematics))(
    'has the source of %s',
    async (_name, { factory, schema }) => {
      const [module = '', name = ''] = factory.replace('./dist/', '').split('#');
      const source = (await import(join(ROOT, module.replace(/\.js$/, '.ts')))) as Record<
        string,
        unknown
      >;
      expect(source[name]).toBeInstanceOf(Function);
      expect(existsSync(join(ROOT, schema.replace('./dist/', '')))).toBe(true);
    },
  );
});

describe('the collection', () => {
  it("extends Nest's, so that its generators stay", () => {
    expect(collection.extends).toEqual(['@nestjs/schematics']);
  });

  it("hides nothing of Nest's", () => {
    const names = Object.entries(collection.schematics).flatMap(([name, { aliases = [] }]) => [
      name,
      ...aliases,
    ]);
    const ofNest = [
      'upgrade',
      'application',
      'service',
      's',
      'gateway',
      'ga',
      'resource',
      'res',
      'class',
      'cl',
    ];
    expect(names.filter((name) => ofNest.includes(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('is the one that the tests run', () => {
    const tested = read('test/schematics/collection.json') as Collection;
    const shape = ({ schematics }: Collection): unknown =>
      Object.entries(schematics).map(([name, { aliases, factory }]) => [
        name,
        aliases,
        factory.split('#')[1],
      ]);
    expect(shape(tested)).toEqual(shape(collection));
  });
});

describe('the package', () => {
  it('leads to collection and migrations, and ships them', () => {
    expect(manifest.schematics).toBe('./collection.json');
    expect(manifest['ng-update'].migrations).toBe('./migrations.json');
    expect(manifest['nx-migrations'].migrations).toBe('./migrations.json');
    expect(manifest.files).toEqual(
      expect.arrayContaining(['dist', 'collection.json', 'migrations.json']),
    );
    // The Nest CLI reads it to find the collection.
    expect(manifest.exports).toHaveProperty(['./package.json']);
  });

  it('has no migration to a version that is not out', () => {
    for (const { version = '' } of Object.values(migrations.schematics)) {
      expect(version.localeCompare(manifest.version, 'en', { numeric: true })).toBeLessThanOrEqual(
        0,
      );
    }
  });
});

describe.each(Object.entries(collection.schematics))('the schema of %s', (_, { schema }) => {
  const { properties } = read(schema.replace('./dist/', '')) as {
    properties: Record<
      string,
      {
        type?: unknown;
        description?: string;
        visible?: boolean;
        enum?: readonly string[];
        alias?: string;
        default?: unknown;
        'x-prompt'?: string | { readonly items?: readonly { readonly value: string }[] };
      }
    >;
  };

  it('says of every option what it is', () => {
    for (const [name, { type, description, visible }] of Object.entries(properties)) {
      if (visible === false) continue;
      expect([name, type]).toEqual([name, expect.anything()]);
      expect(description).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('offers in each prompt what the enum allows, and has a default that it allows', () => {
    for (const { enum: allowed, default: value, 'x-prompt': prompt } of Object.values(properties)) {
      if (allowed === undefined) continue;
      if (value !== undefined) expect(allowed).toContain(value);
      if (typeof prompt === 'object')
        expect(prompt.items?.map((item) => item.value)).toEqual(allowed);
    }
  });

  it('gives each alias once', () => {
    const aliases = Object.values(properties).flatMap(({ alias }) => alias ?? []);
    expect(aliases).toEqual([...new Set(aliases)]);
  });
});
