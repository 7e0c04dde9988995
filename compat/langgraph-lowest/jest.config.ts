/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';
import { library } from '../../jest.config.ts';

/** The tests of graphs again, with the lowest versions of LangGraph that the peer range allows. */
const config: Config = {
  ...library,
  displayName: 'lowest LangGraph',
  rootDir: '../..',
  testMatch: [
    '<rootDir>/src/sources/**/*.spec.ts',
    '<rootDir>/test/e2e/{langgraph,decorators-graph}.spec.ts',
    '<rootDir>/compat/langgraph-lowest/*.spec.ts',
  ],
  resolver: '<rootDir>/compat/langgraph-lowest/resolver.cjs',
};

export default config;
