import type { Tree } from '@angular-devkit/schematics';
import { application } from './fixtures.js';

/** A project that `nest add` has to get right, whatever it looks like. */
export interface HostileProject {
  readonly name: string;
  readonly make: () => Tree;
  readonly options?: object;
  /** The file of the root module. */
  readonly module: string;
  /** What the module has to contain after the first run. */
  readonly contains?: readonly (string | RegExp)[];
  readonly lacks?: readonly (string | RegExp)[];
  /** How often the module is configured in the end. */
  readonly calls?: number;
  /** The package.json that names what the application needs. */
  readonly manifest?: string;
  /** Its ranges after the run. */
  readonly ranges?: Readonly<Record<string, string>>;
  readonly says?: string;
}

/** An application with some files that its own fixture has not, or has otherwise. */
export function withFiles(files: Readonly<Record<string, string>>, fixture = 'nest-12-esm'): Tree {
  const tree = application(fixture);
  for (const [path, text] of Object.entries(files))
    if (tree.exists(path)) tree.overwrite(path, text);
    else tree.create(path, text);
  return tree;
}
