import { importRules } from './scripts/source-map.mjs';

export default {
  plugins: ['typescript', 'import', 'promise', 'unicorn', 'node', 'jest'],
  categories: {
    correctness: 'error',
    suspicious: 'error',
  },
  options: {
    typeAware: true,
  },
  ignorePatterns: [
    'dist/**',
    'coverage/**',
    '**/node_modules/**',
    'schematics/*/files/**',
    'test/**/golden/**',
    'test/**/fixtures/**',
    'examples/*/public/**',
  ],
  rules: {
    'import/no-cycle': [
      'error',
      {
        ignoreTypes: false,
      },
    ],
    'import/no-unassigned-import': 'off',
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/ban-ts-comment': 'error',
    'typescript/consistent-type-imports': 'off',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/switch-exhaustiveness-check': [
      'error',
      {
        considerDefaultExhaustiveForUnions: true,
      },
    ],
    'typescript/no-unsafe-enum-comparison': 'off',
    'eslint/no-unmodified-loop-condition': 'off',
    'import/no-named-as-default-member': 'off',
    'promise/always-return': 'off',
    'promise/no-callback-in-promise': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'unicorn/no-useless-spread': 'off',
    'jest/expect-expect': 'off',
    'jest/no-conditional-expect': 'off',
    'jest/no-standalone-expect': 'off',
    'typescript/no-extraneous-class': 'off',
    'typescript/no-unsafe-type-assertion': 'off',
    'unicorn/no-array-sort': 'off',
    'eslint/no-shadow': 'off',
    'eslint/no-underscore-dangle': 'off',
  },
  overrides: [
    {
      files: ['src/**/*.ts', 'schematics/**/*.ts'],
      rules: {
        'typescript/no-unsafe-argument': 'error',
        'typescript/no-unsafe-assignment': 'error',
        'typescript/no-unsafe-call': 'error',
        'typescript/no-unsafe-member-access': 'error',
        'typescript/no-unsafe-return': 'error',
        'eslint/no-console': 'error',
        'eslint/max-lines': [
          'error',
          {
            max: 300,
            skipBlankLines: true,
            skipComments: true,
          },
        ],
        'eslint/max-lines-per-function': [
          'error',
          {
            max: 60,
            skipBlankLines: true,
            skipComments: true,
          },
        ],
      },
    },
    ...importRules(),
    {
      // Tests that other projects register.
      files: ['src/testing/log-contract/**'],
      rules: { 'eslint/max-lines-per-function': 'off' },
    },
    {
      files: ['**/*.spec.ts', 'test/**'],
      rules: {
        'typescript/no-unsafe-argument': 'off',
        'typescript/no-unsafe-assignment': 'off',
        'typescript/no-unsafe-call': 'off',
        'typescript/no-unsafe-member-access': 'off',
        'typescript/no-unsafe-return': 'off',
        'typescript/unbound-method': 'off',
        'typescript/no-misused-spread': 'off',
        'unicorn/no-thenable': 'off',
        'jest/no-export': 'off',
        'eslint/max-lines': 'off',
        'eslint/max-lines-per-function': 'off',
        'no-restricted-globals': [
          'error',
          {
            name: 'setTimeout',
            message: 'Wait for events, never sleep.',
          },
          {
            name: 'setInterval',
            message: 'Wait for events, never sleep.',
          },
        ],
        'no-restricted-imports': [
          'error',
          {
            paths: [
              {
                name: 'node:timers',
                message: 'Wait for events, never sleep.',
              },
              {
                name: 'node:timers/promises',
                message: 'Wait for events, never sleep.',
              },
              {
                name: 'timers',
                message: 'Wait for events, never sleep.',
              },
              {
                name: 'timers/promises',
                message: 'Wait for events, never sleep.',
              },
            ],
          },
        ],
        'no-restricted-properties': [
          'error',
          {
            object: 'globalThis',
            property: 'setTimeout',
            message: 'Wait for events, never sleep.',
          },
        ],
      },
    },
    {
      // What users destructure.
      files: ['test/types/destructured.spec.ts'],
      rules: { 'typescript/unbound-method': 'error' },
    },
    {
      // Attackers wait for what must not happen, for which there is no event; processes are killed at random.
      files: ['test/attack/**', 'test/instances/processes/**'],
      rules: { 'no-restricted-imports': 'off' },
    },
    {
      // A server that streams at a pace.
      files: ['test/fault/processes/**'],
      rules: { 'no-restricted-globals': 'off' },
    },
    {
      files: ['test/docs/recipes/**'],
      rules: {
        'no-restricted-imports': 'off',
        'no-restricted-globals': 'off',
      },
    },
  ],
};
