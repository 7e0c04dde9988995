// Takes the packed library through an Nx workspace with one Nest application: install, nest-add, the
// generators, lint, build, test, start, connect, remove. Usage: node test/cli/nx.mjs [--tarball <file>]
// [--keep]
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PACKAGE } from './application.mjs';
import { freePort, startRegistry } from './registry.mjs';
import { pack, run, start } from './shell.mjs';

const NX = '23.2.1';
const HERE = dirname(fileURLToPath(import.meta.url));

const { values } = parseArgs({
  options: { tarball: { type: 'string' }, keep: { type: 'boolean', default: false } },
});
const folder = mkdtempSync(join(tmpdir(), 'langgraph-streaming-nx-'));
const cwd = join(folder, 'acme');
let registry;
try {
  registry = await startRegistry(folder);
  await registry.publish(values.tarball ?? (await pack(folder)));
  await check({
    npm_config_registry: registry.address,
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    NX_DAEMON: 'false',
    NX_NO_CLOUD: 'true',
    JWT_SECRET: 'a secret of more than thirty-two characters',
  });
  console.log('The workspace works.');
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await registry?.stop();
  if (values.keep) console.log(`Kept ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
}

async function check(env) {
  const step = async (what, action) => {
    const began = Date.now();
    const result = await action();
    console.log(`Nx: ${what} (${Math.round((Date.now() - began) / 1000)} s)`);
    return result;
  };
  const command = (...args) =>
    step(args.join(' '), () => run(args[0], args.slice(1), { cwd, env }));
  const nx = (...args) => command('npx', '--no-install', 'nx', ...args);
  const read = (file) => readFileSync(join(cwd, file), 'utf8');
  const root = 'apps/api/src/app/app.module.ts';

  await step('create-nx-workspace', () =>
    run(
      'npx',
      [
        '--yes',
        `create-nx-workspace@${NX}`,
        'acme',
        '--preset=apps',
        '--nxCloud=skip',
        '--packageManager=npm',
        '--skipGit',
        '--interactive=false',
      ],
      { cwd: folder, env },
    ),
  );
  await nx('add', '@nx/nest');
  await nx(
    'g',
    '@nx/nest:application',
    'apps/api',
    '--linter=eslint',
    '--unitTestRunner=jest',
    '--e2eTestRunner=none',
  );
  const before = read(root);
  await command('npm', 'install', PACKAGE);
  await nx('g', `${PACKAGE}:nest-add`, '--auth=jwt');
  assert.match(read(root), /StreamingModule\.forRoot\(\{/);
  await nx('g', `${PACKAGE}:streaming-gateway`, 'chat', '--no-interactive');
  // The name that it had before.
  await nx('g', `${PACKAGE}:streaming-workflow`, 'support', '--project=api');
  assert.ok(existsSync(join(cwd, 'apps/api/src/chat/chat.gateway.ts')));
  assert.match(read(root), /ChatGateway,\s+SupportAgent/);
  await nx('lint', 'api');
  await nx('build', 'api');
  // Jest reads it by ts-node, which does not accept the options that Nx writes for TypeScript 6.
  renameSync(join(cwd, 'apps/api/jest.config.cts'), join(cwd, 'apps/api/jest.config.cjs'));
  await nx('test', 'api');
  await step('start, connect and stream', () => connect(env));
  await nx('g', `${PACKAGE}:remove`);
  assert.equal(read(root), before);
  await command('npm', 'rm', PACKAGE);
  await nx('build', 'api');
}

/** Starts the built application, and connects to the generated gateway. */
async function connect(env) {
  const port = await freePort();
  // Nx builds into one of these, as the preset of the workspace says.
  const built = ['dist/apps/api/main.js', 'apps/api/dist/main.js'].find((file) =>
    existsSync(join(cwd, file)),
  );
  assert.ok(built, 'nothing was built');
  const server = await start(process.execPath, [built], {
    cwd,
    env: { ...env, PORT: String(port) },
    ready: /Nest application successfully started/,
  });
  try {
    copyFileSync(join(HERE, 'probe.mjs'), join(cwd, 'probe.mjs'));
    const probe = {
      ...env,
      SERVER_URL: `http://127.0.0.1:${port}`,
      GATEWAYS: 'chat',
      AGENTS: 'support',
    };
    assert.match(
      await run(process.execPath, ['probe.mjs'], { cwd, env: probe }),
      /The gateways answer/,
    );
  } finally {
    await server.stop();
  }
}
