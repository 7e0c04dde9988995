import type { Rule, SchematicContext, Tree } from '@angular-devkit/schematics';
import { authenticationChoices } from '../core/authentication-choices.js';
import { collectionState, restoreCollection } from '../core/collection.js';
import { removeFromEnvExample } from '../core/env-example.js';
import { type EditedFile, formatEdited } from '../core/format.js';
import { packageManager } from '../core/package-json.js';
import { PACKAGE } from '../core/package-name.js';
import { pathAliases } from '../core/path-aliases.js';
import { SourceTree } from '../core/source-tree.js';
import { Summary } from '../core/summary.js';
import { allProjects, findProject, type Project } from '../core/workspace.js';
import { removeConfiguration } from './configuration.js';
import { removeUnusedDependencies } from './dependencies.js';
import { unchangedArtifacts } from './generated-artifacts.js';
import { unregister } from './registrations.js';

const ANY_ENTRY = new RegExp(`['"\`]${PACKAGE}(['"\`]|/)`);
const SERVER_ENTRY = new RegExp(`['"\`]${PACKAGE}(?!/client|/react)(['"\`]|/)`);

/** Options of the schematic. */
export interface RemoveOptions {
  readonly project?: string;
}

/**
 * Takes out what `nest add` put in, and generated code that nobody changed since. What else uses the
 * package is told, with file and line.
 */
export function remove({ project }: RemoveOptions = {}): Rule {
  return async (tree: Tree, context: SchematicContext) => {
    const projects = project === undefined ? allProjects(tree) : [findProject(tree, { project })];
    const sources = new SourceTree(tree, pathAliases(tree));
    const summary = new Summary();
    const paths = project === undefined ? sources.paths('/') : sourcesOf(sources, projects);
    const edited = removeConfiguration(sources, paths, summary);
    for (const one of projects)
      edited.push(...(await removeArtifacts(tree, sources, one, summary)));
    await formatEdited(tree, edited);
    const users = usersOf(sources, paths);
    summary.leave(...users.map((place) => `${place} uses the package. Remove what uses it.`));
    // Pages keep nothing of the server: what it needs can go also if a page uses the package still.
    if (usersOf(sources, paths, SERVER_ENTRY).length === 0) {
      if (
        removeFromEnvExample(
          tree,
          authenticationChoices().flatMap(({ variables }) => variables),
        )
      )
        summary.did('.env.example does not name the settings any more.');
      for (const one of projects) removeUnusedDependencies(tree, sources, one, summary);
    }
    if (collectionState(tree) === 'ours' && project === undefined) {
      restoreCollection(tree);
      summary.did('nest-cli.json: nest g has the collection of Nest.');
    }
    summary.suggest(uninstallCommand(tree));
    summary.print(context, 'There is nothing to remove.');
  };
}

function sourcesOf(sources: SourceTree, projects: readonly Project[]): string[] {
  return projects.flatMap(({ root }) => sources.paths(root));
}

async function removeArtifacts(
  tree: Tree,
  sources: SourceTree,
  project: Project,
  summary: Summary,
): Promise<EditedFile[]> {
  const edited: EditedFile[] = [];
  for (const artifact of await unchangedArtifacts(tree, sources, project)) {
    const changes = unregister(sources, sources.paths('/'), artifact);
    if (changes === undefined) continue;
    edited.push(...changes);
    for (const path of artifact.paths) {
      tree.delete(path);
      summary.did(`${path.slice(1)} is deleted: nobody had changed it.`);
    }
  }
  return edited;
}

/** Where an entry of the package is still imported, as `file:line`. */
function usersOf(sources: SourceTree, paths: readonly string[], entry = ANY_ENTRY): string[] {
  return paths.flatMap((path) => {
    const lines = sources.text(path).split('\n');
    const line = lines.findIndex((text) => entry.test(text));
    return line < 0 ? [] : [`${path.slice(1)}:${line + 1}`];
  });
}

function uninstallCommand(tree: Tree): string {
  const manager = packageManager(tree) ?? 'npm';
  return `${manager} ${manager === 'npm' ? 'rm' : 'remove'} ${PACKAGE}`;
}
