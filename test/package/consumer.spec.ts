import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { consumerFiles } from '../support/consumer.js';
import { inWorkspace, run } from './support/workspace.js';

/** What an application writes into its `tsconfig.json` for each way of finding modules. */
const RESOLUTIONS = {
  node16: { module: 'node16', moduleResolution: 'node16' },
  bundler: { module: 'es2022', moduleResolution: 'bundler' },
  node10: { module: 'commonjs', moduleResolution: 'node10' },
};

const STRICT = {
  noEmit: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  experimentalDecorators: true,
  skipLibCheck: true,
  target: 'es2023',
  lib: ['es2023', 'dom'],
  types: ['node'],
};

describe.each([
  ['a CommonJS application with TypeScript 5.9', 'nest11', {}],
  ['an ESM application with TypeScript 6', 'nest12', { ignoreDeprecations: '6.0' }],
])('%s', (_title, app, options) => {
  const folder = (): string => inWorkspace(app, 'consumer');

  beforeAll(() => {
    mkdirSync(folder(), { recursive: true });
    for (const [name, code] of consumerFiles()) writeFileSync(join(folder(), name), code);
  });

  it.each(Object.entries(RESOLUTIONS))(
    'compiles the README and a switch over its own updates under %s',
    async (name, resolution) => {
      const config = `tsconfig.${name}.json`;
      const compilerOptions = { ...STRICT, ...options, ...resolution };
      writeFileSync(join(folder(), config), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
      const tsc = join('node_modules', '.bin', 'tsc');
      const { stdout } = await run(tsc, ['-p', join('consumer', config)], inWorkspace(app));
      expect(stdout).toBe('');
    },
  );
});
