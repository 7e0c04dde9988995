/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';
import { library } from '../../jest.config.ts';

/** The demo, as it was built, in a real browser. `npm run test:browser` */
const config: Config = {
  ...library,
  displayName: 'browser',
  rootDir: '../..',
  testMatch: ['<rootDir>/test/browser/*.spec.ts'],
  testTimeout: 60_000,
};

export default config;
