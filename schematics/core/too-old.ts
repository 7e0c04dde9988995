import type { Tree } from '@angular-devkit/schematics';
import { majorOf } from './nest-version.js';
import { type Dependency, rangeOf } from './package-json.js';

/** A dependency whose range in package.json has only majors before the one that is needed. */
interface TooOld extends Dependency {
  readonly named: string;
}

/** The dependencies that a package.json names in a version that does not do. */
export function tooOld(
  tree: Tree,
  manifest: string,
  dependencies: readonly Dependency[],
): TooOld[] {
  return dependencies.flatMap((dependency) => {
    const named = rangeOf(tree, manifest, dependency.name);
    const needed = majorOf(dependency.range) ?? 0;
    const isOld = named?.split('||').every((range) => {
      const major = majorOf(range.trim());
      return major !== undefined && major < needed && !range.trim().startsWith('>');
    });
    return named !== undefined && isOld === true ? [{ ...dependency, named }] : [];
  });
}
