import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { readFolder } from './run-schematic.js';
import { typeErrors } from './type-check.js';

const GOLDEN = join(__dirname, 'golden');

/** What the compiler says about the inputs too: an alias it does not know, a cast, a broken file. */
const IN_THE_INPUT = [
  "path-alias/src/app.module.ts: Cannot find module '@app/config' or its corresponding type declarations.",
  "rate-limit/src/app.module.ts: Parameter 'socket' implicitly has an 'any' type.",
  "syntax-error-costs-one-file/src/broken.module.ts: ',' expected.",
  "syntax-error-costs-one-file/src/broken.module.ts: '}' expected.",
];

/** The case that imports what is not there any more, which the compiler says too. */
const REMOVED = 'removed-exports';

function expectedFiles(): Map<string, string> {
  const files = new Map<string, string>();
  for (const { name } of readdirSync(GOLDEN, { withFileTypes: true })) {
    for (const [path, content] of readFolder(join(GOLDEN, name, 'expected'))) {
      if (path.endsWith('.ts') && name !== REMOVED)
        files.set(join(name, path), content.toString('utf8'));
    }
  }
  return files;
}

it('writes options that have the types of this library', () => {
  expect(typeErrors(expectedFiles())).toEqual(IN_THE_INPUT);
}, 120_000);

it('would notice an option that this library does not have', () => {
  const text = `import { StreamingModule } from '@hive-academy/langgraph-streaming';
export const module = StreamingModule.forRoot({ gateway: { websocketPort: 1 } });
`;
  expect(typeErrors(new Map([['control/module.ts', text]]))).toEqual([
    expect.stringContaining("'websocketPort' does not exist"),
  ]);
}, 120_000);
