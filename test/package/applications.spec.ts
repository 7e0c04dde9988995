import { beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { inWorkspace, run } from './support/workspace.js';

const NODES = [
  [`Node ${process.version}`, process.execPath],
  ['Node 24', process.env['NODE_24'] ?? 'node'],
] as const;

describe.each([
  ['a Nest 11 application in CommonJS', 'nest11'],
  ['a Nest 12 application in ESM', 'nest12'],
])('%s', (_title, app) => {
  beforeAll(() => run(join('node_modules', '.bin', 'tsc'), ['-p', '.'], inWorkspace(app)));

  it.each(NODES)('boots a gateway whose clients read a streamed run on %s', async (_name, node) => {
    const { stdout, stderr } = await run(node, ['dist/main.js'], inWorkspace(app));
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      updates: [
        '1 workflow:start',
        '2 token Nothing',
        '3 token is',
        '4 token lost.',
        '5 custom DONE',
        '6 progress',
        '7 workflow:end',
      ],
      text: 'Nothing is lost.',
      steps: ['done'],
      oneClass: true,
    });
  });
});

describe('a Nest 11 application of the CLI', () => {
  it('compiles with the module resolution of node10 and of bundlers', async () => {
    const tsc = join('node_modules', '.bin', 'tsc');
    for (const resolution of ['node10', 'bundler']) {
      const module = resolution === 'node10' ? 'commonjs' : 'es2022';
      const options = ['--noEmit', '--module', module, '--moduleResolution', resolution];
      await run(tsc, ['-p', '.', ...options], inWorkspace('nest11'));
    }
  });

  it('runs its tests in Jest as the CLI sets it up, without native ESM', async () => {
    const jest = join(process.cwd(), 'node_modules/jest/bin/jest.js');
    const { stderr } = await run(process.execPath, [jest, '--rootDir', '.'], inWorkspace('nest11'));
    expect(stderr).toContain('Tests:       1 passed, 1 total');
  });
});
