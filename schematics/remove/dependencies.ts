import type { Tree } from '@angular-devkit/schematics';
import { nestMajor } from '../core/nest-version.js';
import { type Dependency, manifestOf, removeDependencies } from '../core/package-json.js';
import {
  AGENT_DEPENDENCIES,
  configDependency,
  peerDependencies,
  SPEC_DEPENDENCIES,
} from '../core/peer-dependencies.js';
import type { SourceTree } from '../core/source-tree.js';
import type { Summary } from '../core/summary.js';
import type { Project } from '../core/workspace.js';

/** Takes the dependencies out of package.json that `nest add` put in and that nothing uses now. */
export function removeUnusedDependencies(
  tree: Tree,
  sources: SourceTree,
  project: Project,
  summary: Summary,
): void {
  const manifest = manifestOf(tree, project.root);
  const major = nestMajor(tree, manifest);
  const texts = sources.paths('/').map((path) => sources.text(path));
  const isUsed = ({ name }: Dependency): boolean =>
    texts.some((text) => new RegExp(`['"\`]${name}(['"\`]|/)`).test(text));
  // Nest loads the platform of a gateway by itself, so that no file names it.
  const peers = peerDependencies(major);
  const removable = [
    ...(peers.some(isUsed) ? [] : peers),
    ...[configDependency(major), ...SPEC_DEPENDENCIES, ...AGENT_DEPENDENCIES].filter(
      (dependency) => !isUsed(dependency),
    ),
  ];
  const removed = removeDependencies(tree, manifest, removable);
  if (removed.length > 0)
    summary.did(`${manifest.slice(1)} does not name ${removed.join(', ')} any more.`);
}
