import type { Rule, SchematicContext, Tree } from '@angular-devkit/schematics';
import { authenticationChoice } from '../core/authentication-choices.js';
import { collectionState, useCollection } from '../core/collection.js';
import { addToEnvExample } from '../core/env-example.js';
import { type EditedFile, formatEdited } from '../core/format.js';
import { nestMajor } from '../core/nest-version.js';
import { addDependencies, installTask, manifestOf } from '../core/package-json.js';
import { tooOld } from '../core/too-old.js';
import { PACKAGE } from '../core/package-name.js';
import { pathAliases } from '../core/path-aliases.js';
import {
  configDependency,
  peerDependencies,
  SPEC_DEPENDENCIES,
} from '../core/peer-dependencies.js';
import { findRootModule } from '../core/root-module.js';
import { SourceTree } from '../core/source-tree.js';
import { streamingModuleCalls } from '../core/streaming-module.js';
import { Summary } from '../core/summary.js';
import { findProject, type Project } from '../core/workspace.js';
import { createAgent } from '../streaming-agent/create-agent.js';
import { changeConfiguration } from './change-configuration.js';
import { checkOptionNames } from './known-options.js';
import { configureModule } from './module-configuration.js';
import { chosenOptions, type NestAddOptions, type ShortFlags } from './options.js';

/** Configures an application to stream. What is configured already changes only where a flag says so. */
export function nestAdd(given: NestAddOptions & ShortFlags = {}): Rule {
  return async (tree: Tree, context: SchematicContext) => {
    checkOptionNames(given);
    const options = chosenOptions(given);
    const project = findProject(tree, options);
    const manifest = manifestOf(tree, project.root);
    const major = nestMajor(tree, manifest);
    const before = tree.readText(manifest);
    const summary = new Summary();
    await formatEdited(tree, configure(tree, summary, project, options));
    addCollection(tree, summary, options);
    const needed = [
      ...peerDependencies(major),
      ...SPEC_DEPENDENCIES,
      ...(options.async ? [configDependency(major)] : []),
    ];
    const added = addDependencies(tree, manifest, needed);
    for (const { name, named, range } of tooOld(tree, manifest, needed))
      summary.leave(`${manifest.slice(1)} names ${name} ${named}; the library needs ${range}.`);
    if (added.length > 0) summary.did(`${manifest.slice(1)} names ${added.join(', ')}.`);
    if (options.example) {
      const example = { name: 'example', skipInstall: true };
      await createAgent(tree, context, summary, example, project);
    }
    if (tree.readText(manifest) !== before && !options.skipInstall)
      context.addTask(installTask(tree));
    suggestNext(tree, summary, project);
    summary.print(context, 'Everything is configured already.');
  };
}

function configure(
  tree: Tree,
  summary: Summary,
  project: Project,
  options: NestAddOptions,
): EditedFile[] {
  const sources = new SourceTree(tree, pathAliases(tree));
  const calls = streamingModuleCalls(sources, project);
  if (calls.length > 0) return changeConfiguration(sources, calls, options, summary);
  const choice = authenticationChoice(options.auth ?? 'jwt', ['none']);
  const root = findRootModule(sources, project, options.module);
  configureModule(sources, root, project, {
    namespace: options.namespace ?? '/streaming',
    choice,
    isAsync: options.async === true,
  });
  addToEnvExample(tree, choice?.variables ?? []);
  summary.did(`${root.file.path.slice(1)} imports StreamingModule.`);
  for (const { name, comment } of choice?.variables ?? [])
    summary.leave(`Set ${name} where the application and its e2e tests run. ${comment}`);
  if (choice === undefined)
    summary.leave('Choose a strategy before production: anybody may connect, and read everything.');
  summary.leave(
    "If pages of another origin connect, name it: gateway.cors is { origin: ['https://…'] }.",
  );
  return sources.commit();
}

function addCollection(tree: Tree, summary: Summary, options: NestAddOptions): void {
  const state = collectionState(tree);
  if (state === 'another') {
    summary.leave(
      `nest-cli.json keeps its own collection: name ours with nest g -c ${PACKAGE} streaming-agent.`,
    );
  }
  if (state !== 'of Nest' || options.skipCollection) return;
  useCollection(tree);
  summary.did('nest-cli.json: nest g knows streaming-agent, -gateway and -client.');
  summary.leave(
    `Before you uninstall the package, run nest g remove: with a collection that is not installed, every nest command fails.`,
  );
}

function suggestNext(tree: Tree, summary: Summary, { name }: Project): void {
  const project = name === undefined ? '' : ` --project ${name}`;
  if (tree.exists('/nx.json')) {
    summary.suggest(`npx nx g ${PACKAGE}:streaming-agent support${project}`);
  } else {
    const collection = collectionState(tree) === 'ours' ? '' : ` -c ${PACKAGE}`;
    summary.suggest(`nest g${collection} streaming-agent support${project}`);
  }
}
