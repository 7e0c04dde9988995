import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { langGraphVersion } from '../../test/support/lang-graph-version.js';

describe('this run of the tests', () => {
  it('has the lowest versions that the peer ranges allow', () => {
    const { peerDependencies } = manifest('package.json');
    const { dependencies } = manifest('compat/langgraph-lowest/package.json');
    for (const name of ['@langchain/core', '@langchain/langgraph']) {
      expect(peerDependencies?.[name]).toBe(`^${dependencies?.[name]}`);
    }
    expect(langGraphVersion()).toBe(dependencies?.['@langchain/langgraph']);
  });
});

type Versions = Readonly<Record<string, string>>;

function manifest(path: string): { dependencies?: Versions; peerDependencies?: Versions } {
  return JSON.parse(readFileSync(path, 'utf8')) as ReturnType<typeof manifest>;
}
