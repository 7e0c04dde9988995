import { join } from 'node:path';
import type { Tree } from '@angular-devkit/schematics';
import { readFolder, treeOf } from './run-schematic.js';

/** What Nest's own `application` schematic generates, and a monorepo that `nest g app` made of it. */
export const APPLICATIONS = [
  { name: 'nest-11-commonjs', major: 11, extension: '', language: 'ts' },
  { name: 'nest-12-esm', major: 12, extension: '.js', language: 'ts' },
  { name: 'nest-12-commonjs', major: 12, extension: '', language: 'ts' },
  { name: 'javascript', major: 12, extension: '', language: 'js' },
] as const;

/** A fresh tree of a fixture. */
export function application(name: string): Tree {
  return treeOf(readFolder(join(__dirname, 'fixtures', name)));
}
