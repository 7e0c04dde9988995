import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { snippetsOf, typeFaults } from '../support/snippets.js';

const QUICK_START = ['support.agent.ts', 'app.module.ts', 'page.ts'];
const CLIENT = 'client.ts';
const TEST = 'question.spec.ts';

describe('docs/scaling.md', () => {
  it('has snippets that compile against the library', () => {
    expect(typeFaults(snippetsOf('docs/scaling.md'))).toEqual([]);
  }, 60_000);
});

describe('the README', () => {
  it('has snippets that compile against the library', () => {
    const snippets = snippetsOf('README.md');
    expect([...snippets.keys()]).toEqual([...QUICK_START, 'answer.service.ts', CLIENT, TEST]);
    expect(typeFaults(snippets)).toEqual([]);
  }, 60_000);

  it('shows the code that the specs of the README run', () => {
    const snippets = snippetsOf('README.md');
    const run = [...QUICK_START, CLIENT, 'answer.service.ts', TEST];
    expect(readdirSync('test/docs/readme').sort()).toEqual([...run].sort());
    for (const name of run) {
      expect(snippets.get(name)).toBe(readFileSync(`test/docs/readme/${name}`, 'utf8'));
    }
  });

  it('stays short enough to read', () => {
    expect(readFileSync('README.md', 'utf8').split('\n').length).toBeLessThan(250);
  });
});
