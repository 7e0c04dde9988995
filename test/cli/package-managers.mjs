import { mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './shell.mjs';

/** The versions that are tried, and how each adds a development dependency. */
const MANAGERS = {
  npm: { add: (name) => ['install', '--no-save', name] },
  pnpm: { version: '10', add: (name) => ['add', '--save-dev', name] },
  yarn: { version: '1', add: (name) => ['add', '--dev', name] },
};

/** The arguments with which a package manager adds a development dependency. */
export function addArguments(packageManager, name) {
  return MANAGERS[packageManager].add(name);
}

/** A PATH on which the package manager is found. */
export async function pathWith(packageManager, folder) {
  const { version } = MANAGERS[packageManager];
  if (version === undefined) return process.env.PATH;
  const tools = join(folder, 'tools');
  mkdirSync(tools, { recursive: true });
  await run('npm', ['install', '--prefix', tools, `${packageManager}@${version}`], { cwd: tools });
  return join(tools, 'node_modules/.bin') + delimiter + process.env.PATH;
}
