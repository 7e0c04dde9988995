import { PACKAGE } from './package-name.js';
import type { SourceTree } from './source-tree.js';
import type { Project } from './workspace.js';

/** A spec configures the module for itself alone. */
const SPEC = /\b(spec|test)\.[cm]?[jt]sx?$/;

/** Whether some file of the project calls `StreamingModule.forRoot` or `forRootAsync`. */
export function importsStreamingModule(sources: SourceTree, { sourceRoot }: Project): boolean {
  return sources.paths(sourceRoot).some((path) => {
    if (SPEC.test(path)) return false;
    const text = sources.text(path);
    return text.includes(PACKAGE) && /\bStreamingModule\s*\.\s*forRoot(Async)?\s*\(/.test(text);
  });
}
