import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

/** Names that send the reader to a list elsewhere, or say nothing of the behaviour. */
const VAGUE = [
  /\((defects?|bugs?|cases?|issues?|findings?|points?)\b[^)]*\)/i,
  /^(case|defect|bug|issue|test|scenario) ?#?\d/i,
  /^should\b/i,
  /^(works|is ok|behaves)( correctly)?$/i,
];

const FOLDERS = ['src', 'test', 'schematics'];

/** The names of the tests of a file. */
function namesIn(file: string): string[] {
  const calls = readFileSync(file, 'utf8').matchAll(
    /\b(?:it|test|describe)(?:\.each\([\s\S]{0,4000}?\))?\(\s*(['"`])(.+?)\1\s*,/g,
  );
  return [...calls].map(([, , name = '']) => name);
}

describe('the names of the tests', () => {
  const named = FOLDERS.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.spec.ts') && !file.startsWith('schematics/fixtures'))
      .flatMap((file) => namesIn(`${folder}/${file}`).map((name) => `${folder}/${file}: ${name}`)),
  );

  it('say a behaviour, and refer to no list', () => {
    expect(named.length).toBeGreaterThan(1_000);
    expect(
      named.filter((line) => VAGUE.some((pattern) => pattern.test(line.replace(/^\S+: /, '')))),
    ).toEqual([]);
  });
});
