/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';
import { library, workerIdleMemoryLimit } from '../../jest.config.ts';

/** Tests that can differ, again with the lowest versions that the ranges of the package allow. */
const config: Config = {
  ...library,
  workerIdleMemoryLimit,
  displayName: 'lowest versions',
  rootDir: '../..',
  testMatch: [
    '<rootDir>/src/{access,client,decorators,gateway,options,sources,transports}/**/*.spec.ts',
    '<rootDir>/test/e2e/{client,decorators,langgraph,module,other,socket,targets,waiting}*.spec.ts',
    '<rootDir>/test/e2e/{react,testing}/*.spec.ts',
    '<rootDir>/test/contract/sdk-streams.spec.ts',
    '<rootDir>/compat/lowest/*.spec.ts',
  ],
  resolver: '<rootDir>/compat/lowest/resolver.cjs',
};

export default config;
