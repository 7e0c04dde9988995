import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { application } from './fixtures.js';
import { filesOf, readFolder, runSchematic } from './run-schematic.js';

/** What the schematics generate, to be read, and run by `test/e2e/generated-specs.spec.ts`. */
const GENERATED = join(__dirname, 'fixtures/generated');

/** Everything that an application gets from `nest add` and the generators. */
async function generate(name: string): Promise<Map<string, Buffer>> {
  const before = filesOf(application(name));
  const language = name === 'javascript' ? 'js' : 'ts';
  let { tree } = await runSchematic('nest-add', {}, application(name));
  for (const [schematic, options] of [
    ['streaming-gateway', { name: 'chat', language }],
    ['streaming-gateway', { name: 'desk', language, type: 'jwt' }],
    ['streaming-agent', { name: 'support', language }],
    ['streaming-client', { name: 'chat', language, type: 'react', path: 'client/src' }],
    ['streaming-client', { name: 'support', language, type: 'react', path: 'client/src' }],
  ] as const) {
    ({ tree } = await runSchematic(schematic, options, tree));
  }
  return new Map(
    [...filesOf(tree)].filter(([path, content]) => !before.get(path)?.equals(content)),
  );
}

describe.each(['nest-12-esm', 'javascript'])('what the schematics make of %s', (name) => {
  it('is what was read and run', async () => {
    const files = await generate(name);
    const folder = join(GENERATED, name);
    if (process.env['UPDATE_GOLDEN']) {
      rmSync(folder, { recursive: true, force: true });
      for (const [path, content] of files) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), content);
      }
    }
    const texts = (map: ReadonlyMap<string, Buffer>): Record<string, string> =>
      Object.fromEntries([...map].map(([path, content]) => [path, content.toString('utf8')]));
    expect(texts(files)).toEqual(texts(readFolder(folder)));
  });
});
