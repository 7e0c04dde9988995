import type { Tree } from '@angular-devkit/schematics';
import { readdirSync, readFileSync } from 'node:fs';
import { join as joinPosix } from 'node:path/posix';
import { join } from 'node:path';
import { SchematicError } from './schematic-error.js';

/** What templates are filled with. */
export type TemplateValues = Readonly<Record<string, string | boolean>>;

const SUFFIX = '.template';

/**
 * Renders a folder of templates: `__name__` in file names, `<%= name %>` in texts, and lines between
 * `<% if name %>` (or `<% if !name %>`) and `<% end %>`.
 *
 * @returns the texts by file name
 */
export function renderTemplates(
  folder: string,
  values: TemplateValues,
): ReadonlyMap<string, string> {
  const rendered = new Map<string, string>();
  for (const file of readdirSync(folder)) {
    if (!file.endsWith(SUFFIX)) continue;
    const name = file
      .slice(0, -SUFFIX.length)
      .replace(/__(\w+)__/g, (_, key: string) => read(values, key));
    rendered.set(name, render(readFileSync(join(folder, file), 'utf8'), values));
  }
  return rendered;
}

function render(template: string, values: TemplateValues): string {
  const output: string[] = [];
  const conditions: boolean[] = [];
  for (const line of template.split('\n')) {
    const [, negated, key] = /^\s*<% if (!?)(\w+) %>$/.exec(line) ?? [];
    if (key !== undefined) conditions.push(Boolean(values[key]) !== (negated === '!'));
    else if (/^\s*<% end %>$/.test(line)) conditions.pop();
    else if (conditions.every(Boolean)) {
      output.push(line.replace(/<%= (\w+) %>/g, (_, name: string) => read(values, name)));
    }
  }
  return output.join('\n');
}

function read(values: TemplateValues, key: string): string {
  const value = values[key];
  if (typeof value !== 'string') throw new TypeError(`The template has no value for "${key}".`);
  return value;
}

/**
 * Creates files. One that is there with the same text is left alone.
 *
 * @returns the paths of the files that were created
 * @throws SchematicError when another file has the name; nothing is created then
 */
export function createFiles(
  tree: Tree,
  folder: string,
  files: ReadonlyMap<string, string>,
): string[] {
  const missing: [path: string, text: string][] = [];
  for (const [name, text] of files) {
    const path = joinPosix(folder, name);
    if (!tree.exists(path)) missing.push([path, text]);
    else if (tree.readText(path) !== text) {
      throw new SchematicError(
        `${path} exists already. Choose another name or path, or remove it.`,
      );
    }
  }
  for (const [path, text] of missing) tree.create(path, text);
  return missing.map(([path]) => path);
}
