/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';

const swc = (type: 'es6' | 'commonjs'): [string, Record<string, unknown>] => [
  '@swc/jest',
  {
    swcrc: false,
    sourceMaps: 'inline',
    module: { type },
    jsc: {
      target: 'es2022',
      keepClassNames: true,
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
    },
  },
];

/**
 * Node keeps the modules of every ESM spec that a worker has run. Beyond this a worker begins anew, since
 * collecting garbage in gigabytes takes more time than loading the modules again.
 */
export const workerIdleMemoryLimit = '1GB';

const base = {
  testEnvironment: 'node',
  // Long enough for a busy machine: a test waits for events, not for time.
  testTimeout: 30_000,
  // Whole applications, some with the same name.
  modulePathIgnorePatterns: [
    '<rootDir>/test/schematics/(fixtures|golden)/',
    '<rootDir>/bench/dist/',
  ],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    // Examples and documentation import the package as its users do.
    '^@hive-academy/langgraph-streaming$': '<rootDir>/src/index.ts',
    '^@hive-academy/langgraph-streaming/langgraph$': '<rootDir>/src/sources/langgraph/index.ts',
    '^@hive-academy/langgraph-streaming/(auth|decorators|gateway|log)$':
      '<rootDir>/src/entries/$1.ts',
    '^@hive-academy/langgraph-streaming/react$': '<rootDir>/src/client/react/index.ts',
    '^@hive-academy/langgraph-streaming/redis$': '<rootDir>/src/cluster/redis/index.ts',
    '^@hive-academy/langgraph-streaming/(client|testing)$': '<rootDir>/src/$1/index.ts',
  },
} satisfies Config;

/** The tests of the library, as native ESM. They run again on Nest 11 (compat/nest11). */
export const library = {
  ...base,
  displayName: 'library',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': swc('es6') },
  testMatch: [
    '<rootDir>/src/**/*.spec.ts',
    '<rootDir>/test/{e2e,contract,fault,instances,types,docs,examples,lint}/**/*.spec.ts',
  ],
} satisfies Config;

const config: Config = {
  workerIdleMemoryLimit,
  // That of a project counts only when it runs alone.
  testTimeout: base.testTimeout,
  projects: [
    library,
    {
      ...base,
      displayName: 'schematics',
      testMatch: ['<rootDir>/schematics/**/*.spec.ts', '<rootDir>/test/schematics/**/*.spec.ts'],
      testPathIgnorePatterns: ['/files/', '/golden/', '/fixtures/'],
      transform: { '^.+\\.ts$': swc('commonjs') },
    },
  ],
  collectCoverageFrom: ['src/**/*.ts', '!src/**/*.spec.ts'],
  coverageProvider: 'babel',
  coverageReporters: ['text-summary', 'json-summary', 'lcovonly'],
  coverageThreshold: { global: { lines: 90, branches: 85 } },
};

export default config;
