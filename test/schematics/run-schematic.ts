import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Tree } from '@angular-devkit/schematics';
import {
  SchematicTestRunner,
  type UnitTestTree,
} from '@angular-devkit/schematics/testing/index.js';

/** A run of a schematic: what it said, and the files after it. */
export interface SchematicRun {
  readonly lines: readonly string[];
  readonly tree: UnitTestTree;
  /** The tasks it asked for, by name. */
  readonly tasks: readonly string[];
}

/** What `nest g` sends with every schematic. */
export const SENT_BY_NEST = {
  language: 'ts',
  sourceRoot: 'src',
  spec: true,
  flat: false,
  specFileSuffix: 'spec',
  skipImport: false,
  format: false,
};

/** Runs a schematic of the collection on a tree. */
export async function runSchematic(
  name: string,
  options: object,
  tree: Tree,
): Promise<SchematicRun> {
  const runner = new SchematicTestRunner('langgraph-streaming', join(__dirname, 'collection.json'));
  const lines: string[] = [];
  runner.logger.subscribe(({ message }) => lines.push(message));
  const result = await runner.runSchematic(name, options, tree);
  return { lines, tree: result, tasks: runner.tasks.map((task) => task.name) };
}

/** The files below a folder of this one, by path from it. */
export function readFolder(folder: string): Map<string, Buffer> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(files.sort().map((file) => [file.slice(folder.length), readFileSync(file)]));
}

/** A tree with the files of a folder. */
export function treeOf(files: ReadonlyMap<string, Buffer>): Tree {
  const tree = Tree.empty();
  for (const [path, content] of files) tree.create(path, content);
  return tree;
}

/** The files of a tree, by path. */
export function filesOf(tree: Tree): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  tree.visit((path) => files.set(path, tree.read(path) ?? Buffer.of()));
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}
