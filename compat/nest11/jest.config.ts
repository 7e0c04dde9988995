/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';
import { library } from '../../jest.config.ts';

const FRAMEWORK = '^(@nestjs/.+|rxjs(?:/.*)?|reflect-metadata|socket\\.io)$';

/** The library's tests again, with Nest 11 in the place of Nest 12. */
const config: Config = {
  ...library,
  displayName: 'nest 11',
  rootDir: '../..',
  testMatch: [...library.testMatch, '<rootDir>/compat/nest11/*.spec.ts'],
  moduleNameMapper: {
    ...library.moduleNameMapper,
    [FRAMEWORK]: '<rootDir>/compat/nest11/node_modules/$1',
  },
};

export default config;
