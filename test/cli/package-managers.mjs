import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './shell.mjs';

/**
 * The package managers that are tried. `env` points one to a registry; `npm` has its own variables in
 * any case, since the CLI itself is started by `npx`.
 */
export const MANAGERS = {
  npm: { command: 'npm', remove: 'rm', env: () => ({}) },
  pnpm: {
    command: 'pnpm',
    remove: 'remove',
    package: 'pnpm@10',
    // In CI pnpm would refuse what `nest add` wrote into package.json.
    env: () => ({ npm_config_frozen_lockfile: 'false' }),
  },
  yarn: {
    command: 'yarn',
    remove: 'remove',
    package: 'yarn@1',
    // Yarn 1 refuses Nest 12 on Node 20, where the others warn.
    env: (registry) => ({ YARN_REGISTRY: registry, YARN_IGNORE_ENGINES: 'true' }),
  },
  yarn4: {
    command: 'yarn',
    remove: 'remove',
    package: '@yarnpkg/cli-dist@4',
    env: (registry, folder) => ({
      YARN_NPM_REGISTRY_SERVER: registry,
      // What it remembers of packages leads to the port of the registry that it had then.
      YARN_GLOBAL_FOLDER: join(folder, 'yarn'),
      YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1',
      YARN_NODE_LINKER: 'node-modules',
      YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
      YARN_ENABLE_GLOBAL_CACHE: 'false',
      YARN_ENABLE_TELEMETRY: 'false',
      // What was published a moment ago is what is tested.
      YARN_NPM_MINIMAL_AGE_GATE: '0',
    }),
  },
};

/** A PATH on which the package manager is found. */
export async function pathWith(packageManager, folder) {
  const name = MANAGERS[packageManager].package;
  if (name === undefined) return process.env.PATH;
  const tools = join(folder, 'tools', packageManager);
  mkdirSync(tools, { recursive: true });
  writeFileSync(join(tools, 'package.json'), '{ "private": true }\n');
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefix', tools, name], { cwd: tools });
  return join(tools, 'node_modules/.bin') + delimiter + process.env.PATH;
}
