import type { Tree } from '@angular-devkit/schematics';
import { hasDependency } from './package-json.js';

const VITEST_CONFIGS = [
  'vitest.config.ts',
  'vitest.config.mts',
  'vitest.config.js',
  'vite.config.ts',
];

/** The line that a spec imports its globals with; empty where they are global. */
export function testGlobalsImport(tree: Tree, names: readonly string[]): string {
  if (!hasDependency(tree, 'vitest')) return '';
  const config = VITEST_CONFIGS.find((path) => tree.exists(`/${path}`));
  const isGlobal = config !== undefined && /globals:\s*true/.test(tree.readText(`/${config}`));
  return isGlobal ? '' : `import { ${names.join(', ')} } from 'vitest';\n`;
}
