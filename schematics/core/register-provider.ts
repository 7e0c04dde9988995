import { dirname, relative } from 'node:path/posix';
import type { Artifact } from './artifact.js';
import type { EditedFile } from './format.js';
import { ImportEditor } from './imports.js';
import { addToModule } from './module-metadata.js';
import type { SourceFile } from './source-file.js';
import { walk } from './syntax.js';

/** What became of a registration. */
export interface Registration {
  /** What was done, as a line to print. */
  readonly line: string;
  readonly edited: readonly EditedFile[];
}

/**
 * Adds a generated class to the providers of the nearest module.
 *
 * @param file - the class's file in the artifact's folder, without extension
 */
export function registerProvider(
  { module, folder, extension, sources }: Artifact,
  className: string,
  file: string,
): Registration {
  if (module === undefined) {
    const line = `No module was found for ${folder}: add ${className} to the providers of one.`;
    return { line, edited: [] };
  }
  const path = module.file.path.slice(1);
  if (uses(module.file, className))
    return { line: `${path} provides ${className} already.`, edited: [] };
  const target = relative(dirname(module.file.path), `${folder}/${file}`);
  const specifier = `${target.startsWith('.') ? '' : './'}${target}${extension}`;
  const imports = new ImportEditor(module.file);
  const name = imports.ensure(specifier, className);
  imports.flush();
  addToModule(module.file, module.className, 'providers', [name]);
  return { line: `${path} provides ${className}.`, edited: sources.commit() };
}

/** Whether a file names a class other than to import it. */
function uses({ program }: SourceFile, className: string): boolean {
  let found = false;
  for (const statement of program.body) {
    if (statement.type === 'ImportDeclaration') continue;
    walk(statement, (node) => {
      if (node.type === 'Identifier' && 'name' in node && node.name === className) found = true;
    });
  }
  return found;
}
