import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { resolveStreamingOptions } from '../../src/options/resolve-options.js';
import { JwtStrategy } from '../../src/index.js';
import {
  documentedHttpOptions,
  documentedOptions,
  optionsTable,
} from '../support/options-reference.js';

const PAGE = 'docs/options.md';

/** Every default in force, by path. */
function realDefaults(): Map<string, unknown> {
  const resolved = resolveStreamingOptions({
    gateway: {
      cors: { origin: 'https://app.example' },
      authentication: { strategies: [new JwtStrategy({ secret: 's'.repeat(32) })] },
    },
  });
  const { gateway } = resolveStreamingOptions({ gateway: {} });
  const defaults = new Map<string, unknown>();
  const collect = (path: string, value: unknown): void => {
    defaults.set(path, value);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    for (const [key, one] of Object.entries(value)) collect(path ? `${path}.${key}` : key, one);
  };
  collect('', resolved);
  // Off by default, but with defaults below.
  defaults.set('gateway.cors', gateway.cors);
  defaults.set('gateway.authentication', gateway.authentication);
  for (const given of ['gateway.cors.origin', 'gateway.authentication.strategies'])
    defaults.delete(given);
  return defaults;
}

/** The value that a `@default` tag writes, if it writes one as JavaScript would. */
function valueOf(text: string): { readonly value: unknown } | undefined {
  try {
    return {
      value: JSON.parse(text.replaceAll("'", '"').replaceAll(/(\w+):/g, '"$1":')) as unknown,
    };
  } catch {
    return undefined;
  }
}

describe('the options', () => {
  const options = documentedOptions();
  const defaults = realDefaults();

  it('say the default that is in force', () => {
    const compared = options.flatMap(({ path, defaultText }) => {
      const said = defaultText === undefined ? undefined : valueOf(defaultText);
      return said && defaults.has(path)
        ? [{ path, said: said.value, real: defaults.get(path) }]
        : [];
    });
    expect(compared.map(({ path, said }) => [path, said])).toEqual(
      compared.map(({ path, real }) => [path, real]),
    );
    expect(compared.length).toBeGreaterThan(40);
  });

  it('document every default that is in force', () => {
    const documented = new Set(
      options.filter(({ defaultText }) => defaultText !== undefined).map(({ path }) => path),
    );
    const undocumented = [...defaults].filter(
      ([path, value]) =>
        options.some((option) => option.path === path) &&
        !documented.has(path) &&
        !(typeof value === 'object' && value !== null && !Array.isArray(value)),
    );
    expect(undocumented.map(([path]) => path)).toEqual([]);
  });

  it('are all documented that have a default', () => {
    const documented = new Set(options.map(({ path }) => path));
    expect([...defaults.keys()].filter((path) => path !== '' && !documented.has(path))).toEqual([]);
  });

  it('are each explained', () => {
    expect(
      options
        .filter(({ description, path }) => description === '' && !path.endsWith('.enabled'))
        .map(({ path }) => path),
    ).toEqual([]);
  });

  it.each([
    ['options', options],
    ['http-options', documentedHttpOptions()],
  ])(
    'are all in the table "%s" of docs/options.md, as the code documents them (UPDATE_DOCS=1 writes it)',
    (name, documented) => {
      const marked = new RegExp(`<!-- ${name} -->[\\s\\S]*<!-- /${name} -->`);
      const page = readFileSync(PAGE, 'utf8');
      const table = `<!-- ${name} -->\n\n${optionsTable(documented)}\n\n<!-- /${name} -->`;
      if (process.env['UPDATE_DOCS'])
        writeFileSync(
          PAGE,
          page.replace(marked, () => table),
        );
      const written = marked.exec(readFileSync(PAGE, 'utf8'))?.[0] ?? '';
      const cells = (text: string): string[] =>
        text.split('\n').map((line) => line.replaceAll(/\s+/g, ' ').replaceAll(/-{3,}/g, '---'));
      expect(cells(written)).toEqual(cells(table));
    },
  );
});
