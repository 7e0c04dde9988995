import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parseSource } from '../../schematics/core/source-file.js';
import { filesOf, readFolder, runSchematic, type SchematicRun, treeOf } from './run-schematic.js';

const GOLDEN = join(__dirname, 'golden');
const cases = readdirSync(GOLDEN, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** `UPDATE_GOLDEN=1` writes what the migration does now, to be read before it is committed. */
function update(folder: string, { tree, lines }: SchematicRun): void {
  rmSync(join(folder, 'expected'), { recursive: true, force: true });
  for (const [path, content] of filesOf(tree)) {
    mkdirSync(dirname(join(folder, 'expected', path)), { recursive: true });
    writeFileSync(join(folder, 'expected', path), content);
  }
  writeFileSync(join(folder, 'report.txt'), `${lines.join('\n')}\n`);
}

/** One character for each byte, so that a difference can be read. */
function texts(files: ReadonlyMap<string, Buffer>): Record<string, string> {
  return Object.fromEntries(
    [...files].map(([path, content]) => [path, content.toString('latin1')]),
  );
}

function commentsOf(path: string, text: string): string[] {
  try {
    return parseSource(path, text).comments.map(({ value }) => value.trim());
  } catch {
    return [];
  }
}

it('holds at least sixty cases', () => {
  expect(cases.length).toBeGreaterThanOrEqual(60);
});

describe.each(cases)('the migration of %s', (name) => {
  const folder = join(GOLDEN, name);
  const input = readFolder(join(folder, 'input'));
  let run: SchematicRun;

  beforeAll(async () => {
    run = await runSchematic('migrate-websocket-options', {}, treeOf(input));
    if (process.env['UPDATE_GOLDEN']) update(folder, run);
  });

  it('writes the expected files, byte by byte', () => {
    expect(texts(filesOf(run.tree))).toEqual(texts(readFolder(join(folder, 'expected'))));
  });

  it('reports what it did and what it left', () => {
    expect(`${run.lines.join('\n')}\n`).toBe(readFileSync(join(folder, 'report.txt'), 'utf8'));
  });

  it('writes files that parse', () => {
    for (const [path, content] of filesOf(run.tree)) {
      const changed = /\.[cm]?[jt]sx?$/.test(path) && !input.get(path)?.equals(content);
      if (changed) expect(() => parseSource(path, content.toString('utf8'))).not.toThrow();
    }
  });

  it('keeps every comment and the line ends', () => {
    for (const [path, content] of filesOf(run.tree)) {
      const before = input.get(path)?.toString('utf8') ?? '';
      const after = content.toString('utf8');
      for (const comment of commentsOf(path, before)) expect(after).toContain(comment);
      if (before.includes('\r\n')) expect(after).not.toMatch(/[^\r]\n/);
    }
  });

  it('changes nothing when it runs again', async () => {
    const files = filesOf(run.tree);
    const again = await runSchematic('migrate-websocket-options', {}, treeOf(files));
    expect(texts(filesOf(again.tree))).toEqual(texts(files));
    expect(again.lines.filter((line) => line.startsWith('Changed'))).toEqual([]);
  });
});
