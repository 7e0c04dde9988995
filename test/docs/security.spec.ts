import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';

const page = readFileSync('docs/security.md', 'utf8');
const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true }).map((name) => String(name).replaceAll('\\', '/'));
const source = filesOf('src');
const tests = [...filesOf('test'), ...source];
const namesOf = (cell: string): string[] =>
  [...cell.matchAll(/`([\w./-]+\.ts)`/g)].map(([, name]) => String(name));
const isIn = (files: readonly string[], name: string): boolean =>
  files.some((file) => file === name || file.endsWith(`/${name}`));

describe('docs/security.md', () => {
  /** Claim, where it is enforced, what proves it. */
  const rows = page
    .split('\n')
    .filter((line) => line.startsWith('|') && line.split('|').length === 5)
    .map((line) => line.split('|').slice(1, -1))
    .filter(([, enforced = '']) => enforced.includes('.ts`'));

  it('has a table of claims', () => {
    expect(rows.length).toBeGreaterThan(25);
  });

  it('names for each claim files and tests that exist', () => {
    for (const [claim = '', enforced = '', proved = ''] of rows) {
      const unknown = [
        ...namesOf(enforced).filter((name) => !isIn(source, name)),
        ...namesOf(proved).filter((name) => !name.endsWith('.spec.ts') || !isIn(tests, name)),
      ];
      expect([claim.trim(), unknown]).toEqual([claim.trim(), []]);
      expect(`${claim}: ${namesOf(enforced).length > 0 && /`/.test(proved)}`).toBe(
        `${claim}: true`,
      );
    }
  });
});
