/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';
import { library } from '../../jest.config.ts';

/** The tests of the packed tarball, installed as a user installs it. `npm run test:package` */
const config: Config = {
  ...library,
  displayName: 'package',
  rootDir: '../..',
  testMatch: ['<rootDir>/test/package/*.spec.ts'],
  globalSetup: '<rootDir>/test/package/support/install.ts',
  globalTeardown: '<rootDir>/test/package/support/remove.ts',
  testTimeout: 120_000,
};

export default config;
