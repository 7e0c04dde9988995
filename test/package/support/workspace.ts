import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const FIXTURES = join(process.cwd(), 'test/package/fixtures');

/** The name under which the package is installed. */
export const PACKAGE = '@hive-academy/langgraph-streaming';

/** What a server installs besides the package. */
export const SERVER_PACKAGES = [
  '@nestjs/common@12.5.1',
  '@nestjs/core@12.5.1',
  '@nestjs/platform-socket.io@12.1.1',
  '@nestjs/websockets@12.1.1',
  'reflect-metadata@0.2.2',
  'rxjs@7.8.2',
  'socket.io@4.8.4',
];

/** What a page installs besides the package. */
export const PAGE_PACKAGES = ['socket.io-client@4.8.4'];

/** What a process printed. */
export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. @throws when it fails, with all that it printed */
export async function run(
  program: string,
  args: readonly string[],
  folder: string,
): Promise<Output> {
  try {
    return await promisify(execFile)(program, args, { cwd: folder });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as Partial<Output>;
    throw new Error(`${program} ${args.join(' ')} failed in ${folder}\n${stdout}${stderr}`, {
      cause: error,
    });
  }
}

/** Makes the folder outside the repository in which everything is installed. */
export function createWorkspace(): string {
  const workspace = mkdtempSync(join(tmpdir(), 'langgraph-streaming-package-'));
  process.env['PACKAGE_WORKSPACE'] = workspace;
  return workspace;
}

/** The path of something in the workspace. */
export function inWorkspace(...path: readonly string[]): string {
  const workspace = process.env['PACKAGE_WORKSPACE'];
  if (workspace === undefined) throw new Error('Run these tests with `npm run test:package`.');
  return join(workspace, ...path);
}

/** The folder of the installed package in an application of the workspace. */
export function installedIn(app: string): string {
  return inWorkspace(app, 'node_modules', PACKAGE);
}

/** The tarball of `PACKAGE_TARBALL`, or packs the repository as it is built. @returns its path */
export async function pack(): Promise<string> {
  const packed = process.env['PACKAGE_TARBALL'];
  if (packed !== undefined) return packed;
  const destination = inWorkspace('tarball');
  mkdirSync(destination);
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', destination], process.cwd());
  const [tarball] = readdirSync(destination);
  if (tarball === undefined) throw new Error('npm pack wrote no tarball.');
  return (process.env['PACKAGE_TARBALL'] = join(destination, tarball));
}

/** Installs packages in a folder of the workspace, which starts as a copy of the named fixtures. */
export async function install(
  app: string,
  packages: readonly string[],
  fixtures: readonly string[] = [],
): Promise<void> {
  const folder = inWorkspace(app);
  mkdirSync(folder);
  // Without one, npm would look for one in the folders above.
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  for (const fixture of fixtures) cpSync(join(FIXTURES, fixture), folder, { recursive: true });
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  await run('npm', ['install', ...quiet, ...packages], folder);
}

/** {@link install} with pnpm. */
export async function installWithPnpm(app: string, packages: readonly string[]): Promise<void> {
  await install('pnpm', ['pnpm@10']);
  const folder = inWorkspace(app);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  const pnpm = inWorkspace('pnpm', 'node_modules', '.bin', 'pnpm');
  const patient = ['--prefer-offline', '--reporter=append-only', '--fetch-retries=5'];
  await run(pnpm, ['add', ...patient, ...packages], folder);
}
