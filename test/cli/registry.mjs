import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { run, start } from './shell.mjs';

/** The newest verdaccio that runs on Node 20. */
const VERDACCIO = '6.8.0';

/**
 * Starts a registry on loopback that has our package and passes on all others, so that the
 * unmodified `nest add` installs what is about to be published.
 *
 * @returns its address, and how to publish to it and stop it
 */
export async function startRegistry(folder) {
  const upstream = (await run('npm', ['config', 'get', 'registry'], { cwd: folder }))
    .trim()
    .split('\n')
    .at(-1);
  const home = join(folder, 'registry');
  mkdirSync(home, { recursive: true });
  // Verdaccio names a version of node-fetch by a tag, which not every mirror keeps.
  writeFileSync(
    join(home, 'package.json'),
    '{ "private": true, "overrides": { "node-fetch": "2.7.0" } }\n',
  );
  await run('npm', ['install', '--no-audit', '--no-fund', `verdaccio@${VERDACCIO}`], { cwd: home });
  writeFileSync(join(home, 'config.yaml'), configuration(upstream));
  const port = await freePort();
  const address = `http://127.0.0.1:${port}/`;
  const server = await start(
    process.execPath,
    [
      join(home, 'node_modules/verdaccio/bin/verdaccio'),
      '--config',
      join(home, 'config.yaml'),
      '--listen',
      `127.0.0.1:${port}`,
    ],
    { cwd: home, ready: /http address/ },
  );
  const token = `--//127.0.0.1:${port}/:_authToken=anonymous`;
  return {
    address,
    publish: (tarball) =>
      run('npm', ['publish', tarball, '--registry', address, token], { cwd: folder }),
    stop: () => server.stop(),
  };
}

function configuration(upstream) {
  return `storage: ./storage
uplinks:
  upstream:
    url: ${upstream}
    maxage: 60m
packages:
  '@hive-academy/*':
    access: $all
    publish: $all
  '**':
    access: $all
    proxy: upstream
log: { type: stdout, format: pretty, level: warn }
`;
}

/** A port that nothing listens on. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
