import type { Tree } from '@angular-devkit/schematics';
import { hasDependency } from './package-json.js';
import type { TemplateValues } from './templates.js';

const VITEST_CONFIGS = ['vitest.config', 'vite.config'].flatMap((name) =>
  ['.ts', '.mts', '.js', '.mjs'].map((extension) => name + extension),
);

/** How specs are written here: what they import their globals with, and which HTTP server they start. */
export function specValues(tree: Tree, globals: readonly string[]): TemplateValues {
  return {
    testGlobals: testGlobalsImport(tree, globals),
    isFastify:
      hasDependency(tree, '@nestjs/platform-fastify') &&
      !hasDependency(tree, '@nestjs/platform-express'),
  };
}

/** The line that a spec imports its globals with; empty where they are global. */
function testGlobalsImport(tree: Tree, names: readonly string[]): string {
  if (!hasDependency(tree, 'vitest')) return '';
  const config = VITEST_CONFIGS.find((path) => tree.exists(`/${path}`));
  const isGlobal = config !== undefined && /globals:\s*true/.test(tree.readText(`/${config}`));
  return isGlobal ? '' : `import { ${names.join(', ')} } from 'vitest';\n`;
}
