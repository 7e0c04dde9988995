import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { snippetsOf, typeFaults } from '../support/snippets.js';

const QUICK_START = ['graph.ts', 'app.module.ts', 'page.ts'];
const CLIENT = 'client.ts';

const links = (document: string): string[] =>
  [...readFileSync(document, 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target = '']) =>
    join(dirname(document), target),
  );

describe('the README', () => {
  it('has snippets that compile against the library', () => {
    const snippets = snippetsOf('README.md');
    expect([...snippets.keys()]).toEqual([...QUICK_START, 'auth.ts', 'answer.service.ts', CLIENT]);
    expect(typeFaults(snippets)).toEqual([]);
  }, 60_000);

  it('shows the code that readme-quick-start.spec.ts runs', () => {
    const snippets = snippetsOf('README.md');
    const run = [...QUICK_START, CLIENT];
    expect(readdirSync('test/docs/readme').sort()).toEqual([...run].sort());
    for (const name of run) {
      expect(snippets.get(name)).toBe(readFileSync(`test/docs/readme/${name}`, 'utf8'));
    }
    expect(readFileSync('README.md', 'utf8')).toContain('`app.enableCors({ origin: ORIGIN })`');
  });

  it('stays short enough to read', () => {
    expect(readFileSync('README.md', 'utf8').split('\n').length).toBeLessThan(250);
  });

  it('links to pages that exist', () => {
    expect(links('README.md').filter((target) => !existsSync(target))).toEqual([]);
  });
});
