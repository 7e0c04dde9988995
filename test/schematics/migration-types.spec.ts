import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { readFolder } from './run-schematic.js';
import { typeErrors } from './type-check.js';

const GOLDEN = join(__dirname, 'golden');

/** What the compiler says about the inputs too: an alias it does not know. */
const IN_THE_INPUT = [
  "path-alias/src/app.module.ts: Cannot find module '@app/config' or its corresponding type declarations.",
];

/** The results of the cases in which nothing is left. */
function finishedFiles(): Map<string, string> {
  const files = new Map<string, string>();
  for (const name of readdirSync(GOLDEN)) {
    if (readFileSync(join(GOLDEN, name, 'report.txt'), 'utf8').includes('Left for you')) continue;
    for (const [path, content] of readFolder(join(GOLDEN, name, 'expected'))) {
      if (path.endsWith('.ts')) files.set(join(name, path), content.toString('utf8'));
    }
  }
  return files;
}

it('writes options that have the types of this library, when it leaves nothing', () => {
  const files = finishedFiles();
  expect(files.size).toBeGreaterThan(50);
  expect(typeErrors(files)).toEqual(IN_THE_INPUT);
}, 120_000);

it('would notice an option that this library does not have', () => {
  const text = `import { StreamingModule } from '@hive-academy/langgraph-streaming';
export const module = StreamingModule.forRoot({ gateway: { websocketPort: 1 } });
`;
  expect(typeErrors(new Map([['control/module.ts', text]]))).toEqual([
    expect.stringContaining("'websocketPort' does not exist"),
  ]);
}, 120_000);
