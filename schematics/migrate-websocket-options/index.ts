import { writeFileSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { join } from 'node:path/posix';
import type { Rule, SchematicContext, Tree } from '@angular-devkit/schematics';
import { SchematicError } from '../core/schematic-error.js';
import { projectRoot } from '../core/workspace.js';
import { planMigration } from './migration.js';
import type { MigrationReport } from './migration-report.js';

/** Options of the schematic. */
export interface MigrateWebsocketOptions {
  readonly path?: string;
  readonly project?: string;
  /** Writes no source, and fails while something is left to migrate. */
  readonly check?: boolean;
  /** A file for the report, as JSON. */
  readonly report?: string;
}

/** Rewrites the legacy options of a project. Plans every file before it writes the first. */
export function migrateWebsocketOptions(options: MigrateWebsocketOptions = {}): Rule {
  return (tree: Tree, { logger }: SchematicContext) => {
    const { report, commit } = planMigration(tree, rootOf(tree, options));
    for (const line of report.lines()) logger.info(line);
    if (options.check !== true) commit();
    if (options.report !== undefined) writeReport(tree, options.report, options, report);
    if (options.check === true && !report.isEmpty) {
      throw new SchematicError(
        `${report.changedCount} to migrate, ${report.leftCount} left for you. Nothing was written.`,
      );
    }
    return tree;
  };
}

/**
 * The folder or file to migrate.
 *
 * @throws SchematicError when there is none of that name
 */
function rootOf(tree: Tree, { path, project }: MigrateWebsocketOptions): string {
  if (project !== undefined && path === undefined) return projectRoot(tree, project);
  const parts = (path ?? '').split('/').filter((part) => part !== '' && part !== '.');
  const root = join('/', ...parts);
  const isInside = !parts.includes('..');
  if (isInside && (isFolder(tree, parts) || tree.exists(root))) return root;
  throw new SchematicError(`There is no folder or file "${path}" in this workspace.`);
}

function isFolder(tree: Tree, parts: readonly string[]): boolean {
  let folder = tree.root;
  return parts.every((part) => {
    const isThere = folder.subdirs.some((name) => name === part);
    if (isThere) folder = folder.dir(part as (typeof folder.subdirs)[number]);
    return isThere;
  });
}

/** A check fails, which drops what is in the tree; so its report goes to the disk. */
function writeReport(
  tree: Tree,
  path: string,
  { check }: MigrateWebsocketOptions,
  report: MigrationReport,
): void {
  const text = `${JSON.stringify(report.toJSON(), null, 2)}\n`;
  if (check === true || isAbsolute(path)) writeFileSync(resolve(path), text);
  else if (tree.exists(path)) tree.overwrite(path, text);
  else tree.create(path, text);
}
