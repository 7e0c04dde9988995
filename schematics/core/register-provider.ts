import { relative } from 'node:path/posix';
import { dirname } from 'node:path/posix';
import type { Artifact } from './artifact.js';
import { ImportEditor } from './imports.js';
import { addToModule } from './module-metadata.js';

/**
 * Adds a generated class to the providers of the nearest module.
 *
 * @param file - the class's file in the artifact's folder, without extension
 * @returns what was done, as a line to print
 */
export function registerProvider(
  { module, folder, extension, sources }: Artifact,
  className: string,
  file: string,
): string {
  if (module === undefined)
    return `No module was found above ${folder}: add ${className} to the providers of one.`;
  if (new RegExp(`\\b${className}\\b`).test(module.text))
    return `${module.path} knows ${className} already.`;
  const path = relative(dirname(module.path), `${folder}/${file}`);
  const specifier = `${path.startsWith('.') ? '' : './'}${path}${extension}`;
  const imports = new ImportEditor(module);
  const name = imports.ensure(specifier, className);
  imports.flush();
  addToModule(module, undefined, 'providers', [name]);
  sources.commit();
  return `${module.path} provides ${className}.`;
}
