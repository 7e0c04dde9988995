import type { Tree } from '@angular-devkit/schematics';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { dirname, join as joinPosix } from 'node:path/posix';
import { isOnDisk } from './disk.js';
import { JsonFile } from './json-file.js';
import { rangeOf } from './package-json.js';
import { SchematicError } from './schematic-error.js';

const SUPPORTED_MAJORS = [11, 12];

/**
 * The major version of Nest that an application uses: the installed one, else the one that its
 * package.json asks for.
 *
 * @param manifest - the package.json of the application
 * @throws SchematicError when the library does not support it
 */
export function nestMajor(tree: Tree, manifest: string): number {
  if (!tree.exists(manifest)) {
    throw new SchematicError(
      'There is no package.json here. Run this in the root of the workspace.',
    );
  }
  const range =
    rangeOf(tree, manifest, '@nestjs/core') ?? rangeOf(tree, manifest, '@nestjs/common');
  const version = installedVersion(tree, manifest);
  const major = majorOf(version ?? catalogRange(tree, range) ?? range);
  if (major !== undefined && SUPPORTED_MAJORS.includes(major)) return major;
  // A tag such as `latest` names no version; the newest is what an install would bring.
  if (range !== undefined && major === undefined) return Math.max(...SUPPORTED_MAJORS);
  const found =
    version !== undefined
      ? `@nestjs/core ${version} is installed`
      : `${manifest.slice(1)} ${range === undefined ? 'does not name @nestjs/core' : `names @nestjs/core ${range}`}`;
  throw new SchematicError(
    `${found}; this library needs Nest ${SUPPORTED_MAJORS.join(' or ')}. Update Nest first.`,
  );
}

/** The first major of a range, if it says one: 11 for `^11.0.1`, `npm:@nestjs/core@11` and `>=11 <13`. */
export function majorOf(range: string | undefined): number | undefined {
  const [, major] = /(?:^|[@^~>=v\s:])(\d+)(?:\.|\s|$)/.exec(range ?? '') ?? [];
  return major === undefined ? undefined : Number(major);
}

/** The version in the nearest `node_modules`, from the application upwards. */
function installedVersion(tree: Tree, manifest: string): string | undefined {
  for (let folder = dirname(manifest); ; folder = dirname(folder)) {
    const path = joinPosix(folder, 'node_modules/@nestjs/core/package.json');
    const version = tree.exists(path) ? JsonFile.open(tree, path)?.get('version') : undefined;
    if (typeof version === 'string') return version;
    if (folder === '/') return hoistedVersion(tree, manifest);
  }
}

/** The version that is installed above the workspace, or by Plug'n'Play. */
function hoistedVersion(tree: Tree, manifest: string): string | undefined {
  if (!isOnDisk(tree, manifest)) return undefined;
  const file = join(process.cwd(), manifest);
  try {
    const found = createRequire(file).resolve('@nestjs/core/package.json');
    return (JSON.parse(readFileSync(found, 'utf8')) as { version?: string }).version;
  } catch {
    return undefined;
  }
}

/** What `catalog:` and `catalog:name` stand for in the workspace file of pnpm or Yarn. */
function catalogRange(tree: Tree, range: string | undefined): string | undefined {
  const [, name = ''] = /^catalog:(.*)$/.exec(range ?? '') ?? [];
  if (!range?.startsWith('catalog:')) return undefined;
  const isDefault = name === '' || name === 'default';
  for (const path of ['/pnpm-workspace.yaml', '/.yarnrc.yml']) {
    const text = tree.exists(path) ? tree.readText(path) : '';
    const catalog = isDefault
      ? (block(text, 'catalog') ?? block(block(text, 'catalogs') ?? '', 'default'))
      : block(block(text, 'catalogs') ?? '', name);
    const [, found] =
      /^\s+["']?@nestjs\/core["']?\s*:\s*["']?([^"'\s#]+)/m.exec(catalog ?? '') ?? [];
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The lines below a key of a YAML text, which are indented deeper than the key. */
function block(text: string, key: string): string | undefined {
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => line.trim().replace(/["']/g, '') === `${key}:`);
  if (start < 0) return undefined;
  const depth = (line = ''): number => /^ */.exec(line)?.[0].length ?? 0;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.trim() !== '' && depth(line) <= depth(lines[start]));
  return rest.slice(0, end < 0 ? undefined : end).join('\n');
}
