/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';
import { library } from '../../jest.config.ts';

/** What takes several servers of Redis. */
const config: Config = {
  ...library,
  displayName: 'redis',
  rootDir: '../..',
  testMatch: ['<rootDir>/test/redis/**/*.spec.ts'],
};

export default config;
