import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';

const page = readFileSync('docs/architecture.md', 'utf8');

describe('docs/architecture.md', () => {
  const rows = [...page.matchAll(/^\| \d+ +\| `([\w./-]+\.ts)`/gm)].map(([, file = '']) => file);

  it('names files that exist', () => {
    const named = [...page.matchAll(/`((?:[\w-]+\/)+[\w.-]+\.ts)`/g)].map(([, file = '']) => file);
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((file) => !existsSync(`src/${file}`))).toEqual([]);
    expect(rows.filter((file) => !existsSync(`src/${file}`))).toEqual([]);
  });
});
