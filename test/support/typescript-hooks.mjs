import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { transform } from '@swc/core';

/** Where the source of each entry of the package is; see the compiler's `paths`. */
const root = new URL('../../', import.meta.url);
const { compilerOptions } = JSON.parse(await readFile(new URL('tsconfig.json', root), 'utf8'));

/** The source imports files by the names that they have when they are built. */
export function resolve(specifier, context, next) {
  const entry = compilerOptions.paths[specifier]?.[0];
  if (entry) return next(new URL(entry, root).href, context);
  const isOwn = specifier.startsWith('.') && context.parentURL?.endsWith('.ts');
  return next(isOwn ? specifier.replace(/\.js$/, '.ts') : specifier, context);
}

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const { code } = await transform(await readFile(fileURLToPath(url), 'utf8'), {
    swcrc: false,
    module: { type: 'es6' },
    jsc: {
      target: 'es2022',
      keepClassNames: true,
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
    },
  });
  return { format: 'module', source: code, shortCircuit: true };
}
