import type { Rule, SchematicContext, Tree } from '@angular-devkit/schematics';
import { authenticationChoice } from '../core/authentication-choices.js';
import { addToEnvExample } from '../core/env-example.js';
import { ImportEditor } from '../core/imports.js';
import { JsonFile } from '../core/json-file.js';
import { addToModule } from '../core/module-metadata.js';
import { addDependencies, type Dependency, installTask, nestMajor } from '../core/package-json.js';
import { PACKAGE } from '../core/package-name.js';
import { pathAliases } from '../core/path-aliases.js';
import { findRootModule, type ModuleClass } from '../core/root-module.js';
import { SchematicError } from '../core/schematic-error.js';
import { SourceTree } from '../core/source-tree.js';
import { importsStreamingModule } from '../core/streaming-module.js';
import { findProject, type Project } from '../core/workspace.js';
import { createWorkflow } from '../streaming-workflow/create-workflow.js';
import { WORKFLOW_DEPENDENCIES } from '../streaming-workflow/workflow-dependencies.js';
import { checkOptionNames } from './known-options.js';
import { forRoot, forRootAsync } from './module-configuration.js';

/** Options of the schematic. */
export interface NestAddOptions {
  readonly auth?: string;
  readonly namespace?: string;
  readonly async?: boolean;
  readonly example?: boolean;
  readonly module?: string;
  readonly project?: string;
  readonly sourceRoot?: string;
  readonly skipInstall?: boolean;
  readonly skipCollection?: boolean;
}

const NEST_COLLECTION = '@nestjs/schematics';

/** Configures an application to stream. What is configured already stays as it is. */
export function nestAdd(options: NestAddOptions = {}): Rule {
  return (tree: Tree, context: SchematicContext) => {
    checkOptionNames(options);
    const major = nestMajor(tree);
    const { variables = [] } = authenticationChoice(options.auth ?? 'jwt', ['none']) ?? {};
    const project = findProject(tree, options);
    const sources = new SourceTree(tree, pathAliases(tree));
    const isNew = !importsStreamingModule(sources, project);
    const root = isNew ? findRootModule(tree, sources, project, options.module) : undefined;
    const lines: string[] = [];
    if (root !== undefined) {
      configureModule(sources, root, project, options);
      sources.commit();
      addToEnvExample(tree, variables);
      lines.push(`${root.file.path}: StreamingModule is configured.`);
      lines.push(
        ...variables.map(({ name }) => `Set ${name} where the application and its e2e tests run.`),
      );
    }
    if (!options.skipCollection) lines.push(...useCollection(tree));
    if (options.example) lines.push(...createWorkflow(tree, { name: 'example', project }));
    const added = addDependencies(tree, dependencies(major, options));
    if (added.length > 0) lines.push(`package.json: added ${added.join(', ')}.`);
    if (added.length > 0 && !options.skipInstall) context.addTask(installTask(tree));
    for (const line of lines.length > 0 ? lines : ['Everything is configured already.'])
      context.logger.info(line);
    return tree;
  };
}

function configureModule(
  sources: SourceTree,
  { file, className }: ModuleClass,
  { language, sourceRoot }: Project,
  options: NestAddOptions,
): void {
  const namespace = options.namespace ?? '/streaming';
  if (!/^\/?[\w/-]+$/.test(namespace)) {
    throw new SchematicError(
      `"${namespace}" cannot be a namespace. Use a path such as /streaming.`,
    );
  }
  const choice = authenticationChoice(options.auth ?? 'jwt', ['none']);
  const imports = new ImportEditor(file);
  const isAsync = options.async === true;
  const names = {
    configModule: isAsync ? imports.ensure('@nestjs/config', 'ConfigModule') : '',
    configService: isAsync ? imports.ensure('@nestjs/config', 'ConfigService') : '',
    strategy: choice === undefined ? '' : imports.ensure(PACKAGE, choice.strategy),
    module: imports.ensure(PACKAGE, 'StreamingModule'),
  };
  const hasConfigModule = sources
    .paths(sourceRoot)
    .some((path) => sources.text(path).includes('ConfigModule.forRoot'));
  const configuration = {
    namespace: `/${namespace.replace(/^\//, '')}`,
    choice,
    names,
    hasConfigModule,
    language,
  };
  const text = isAsync ? forRootAsync(configuration) : forRoot(configuration);
  imports.flush();
  addToModule(file, className, 'imports', [text.replaceAll("'", file.quote)]);
}

/** Lets `nest g` find the generators. The collection extends Nest's own, so that those stay. */
function useCollection(tree: Tree): string[] {
  const json = JsonFile.open(tree, '/nest-cli.json');
  const collection = json?.get('collection');
  if (json === undefined || collection === PACKAGE) return [];
  if (collection !== undefined && collection !== NEST_COLLECTION) {
    return [
      `nest-cli.json keeps the collection ${JSON.stringify(collection)}; use nest g -c ${PACKAGE} streaming-gateway.`,
    ];
  }
  json.set(['collection'], PACKAGE);
  json.commit();
  return [
    `nest-cli.json: nest g knows streaming-gateway, streaming-workflow and streaming-client.`,
  ];
}

function dependencies(major: number, options: NestAddOptions): Dependency[] {
  const nest = `^${major}.0.0`;
  return [
    { name: '@nestjs/websockets', range: nest },
    { name: '@nestjs/platform-socket.io', range: nest },
    { name: 'socket.io', range: '^4.7.0' },
    ...(options.async ? [{ name: '@nestjs/config', range: major === 11 ? '^4.0.0' : nest }] : []),
    ...(options.example ? WORKFLOW_DEPENDENCIES : []),
  ];
}
