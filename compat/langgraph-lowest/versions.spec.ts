import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { Command } from '@langchain/langgraph';

describe('this run of the tests', () => {
  it('has the lowest versions that the peer ranges allow', () => {
    const here = createRequire(`${process.cwd()}/compat/langgraph-lowest/`);
    const root = createRequire(`${process.cwd()}/`);
    const { peerDependencies } = root('./package.json') as Package;
    const { dependencies } = here('./package.json') as Package;
    for (const name of ['@langchain/core', '@langchain/langgraph']) {
      expect(peerDependencies[name]).toBe(`^${dependencies[name]}`);
    }
    const lowest = here('@langchain/langgraph') as typeof import('@langchain/langgraph');
    expect(lowest.Command.name).toBe(Command.name);
    expect(import.meta.resolve).toBeDefined();
  });
});

interface Package {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}
