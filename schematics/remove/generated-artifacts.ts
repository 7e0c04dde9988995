import type { Tree } from '@angular-devkit/schematics';
import { basename, dirname, join } from 'node:path/posix';
import { locateArtifact } from '../core/artifact.js';
import { authenticationChoices } from '../core/authentication-choices.js';
import { formatNew } from '../core/format.js';
import { isTaken, pascalCase } from '../core/names.js';
import { PACKAGE } from '../core/package-name.js';
import type { SourceTree } from '../core/source-tree.js';
import type { Project } from '../core/workspace.js';
import { agentFiles } from '../streaming-agent/agent-files.js';
import { gatewayFiles } from '../streaming-gateway/gateway-files.js';

/** A generated class whose files nobody has changed since. */
export interface UnchangedArtifact {
  readonly className: string;
  readonly paths: readonly string[];
}

const GENERATED = /\/([a-z][a-z\d-]*)\.(agent|gateway)\.([tj]s)$/;

/** Finds the agents and gateways that are still as the generators write them. */
export async function unchangedArtifacts(
  tree: Tree,
  sources: SourceTree,
  project: Project,
): Promise<UnchangedArtifact[]> {
  const found: UnchangedArtifact[] = [];
  for (const path of sources.paths(project.sourceRoot)) {
    const [, name = '', kind = '', extension] = GENERATED.exec(path) ?? [];
    if (name === '' || isTaken(name) || !sources.text(path).includes(PACKAGE)) continue;
    const language = extension === 'js' ? 'js' : 'ts';
    const paths = await unchangedFiles(tree, { ...project, language }, { path, name, kind });
    const className = pascalCase(`${name}-${kind}`);
    if (paths !== undefined) found.push({ className, paths });
  }
  return found;
}

async function unchangedFiles(
  tree: Tree,
  project: Project,
  { path, name, kind }: { readonly path: string; readonly name: string; readonly kind: string },
): Promise<string[] | undefined> {
  const folder = dirname(path);
  const specFileSuffix = specSuffix(tree, path);
  const artifact = {
    ...locateArtifact(
      tree,
      { name, flat: true, ...(specFileSuffix !== undefined && { specFileSuffix }) },
      project,
    ),
    folder,
  };
  const located = { ...artifact, ...extensionOf(tree, path) };
  const spec = specFileSuffix !== undefined;
  const variants =
    kind === 'agent'
      ? [agentFiles(tree, located, { spec })]
      : [undefined, ...authenticationChoices()].map((authentication) =>
          gatewayFiles(tree, located, { authentication, spec }),
        );
  for (const variant of variants) {
    const files = await formatNew(tree, folder, variant);
    const isUnchanged = [...files].every(
      ([file, text]) =>
        tree.exists(join(folder, file)) && tree.readText(join(folder, file)) === text,
    );
    if (isUnchanged) return [...files.keys()].map((file) => join(folder, file));
  }
  return undefined;
}

/** The suffix of the spec beside a file, if there is one. */
function specSuffix(tree: Tree, path: string): string | undefined {
  const stem = basename(path).replace(/\.[tj]s$/, '');
  for (const file of tree.getDir(dirname(path)).subfiles) {
    const [, suffix] = /^\.([\w-]+)\.[tj]s$/.exec(file.slice(stem.length)) ?? [];
    if (file.startsWith(`${stem}.`) && suffix !== undefined) return suffix;
  }
  return undefined;
}

/** How the file's own relative imports end, which may have been another way then than now. */
function extensionOf(tree: Tree, path: string): { readonly extension: string } {
  const [, extension = ''] =
    /from ['"]\.\/[\w-]+\.[\w-]+?(\.[tj]s)?['"]/.exec(tree.readText(path)) ?? [];
  return { extension };
}
