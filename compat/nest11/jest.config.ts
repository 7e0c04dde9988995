/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';
import { library, workerIdleMemoryLimit } from '../../jest.config.ts';

const FRAMEWORK = '^(@nestjs/.+|rxjs(?:/.*)?|reflect-metadata|socket\\.io)$';

/** Those of the library's tests that meet the framework, with Nest 11 in the place of Nest 12. */
const config: Config = {
  ...library,
  workerIdleMemoryLimit,
  displayName: 'nest 11',
  rootDir: '../..',
  testMatch: [
    '<rootDir>/src/*.spec.ts',
    '<rootDir>/src/{access,bridge,decorators,delivery,gateway,options,transports}/**/*.spec.ts',
    '<rootDir>/test/{e2e,examples,fault,types}/**/*.spec.ts',
    '<rootDir>/compat/nest11/*.spec.ts',
  ],
  // Pages and what is generated for them meet the wire, not the framework.
  testPathIgnorePatterns: ['/test/e2e/(react|agents/page)/', 'test/e2e/generated-client'],
  moduleNameMapper: {
    ...library.moduleNameMapper,
    [FRAMEWORK]: '<rootDir>/compat/nest11/node_modules/$1',
  },
};

export default config;
