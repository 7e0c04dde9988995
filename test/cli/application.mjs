import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './registry.mjs';
import { run, start } from './shell.mjs';

const PACKAGE = '@hive-academy/langgraph-streaming';
const HERE = dirname(fileURLToPath(import.meta.url));
const JWT_SECRET = 'a secret of more than thirty-two characters';

/** Makes an application with one CLI major and takes it through everything that the README shows. */
export async function checkApplication({ major, folder, registry, log }) {
  const name = `app${major}`;
  const cwd = join(folder, name);
  const env = {
    npm_config_registry: registry,
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    JWT_SECRET,
  };
  const step = async (what, action) => {
    const began = Date.now();
    const result = await action();
    log(`${name}: ${what} (${Math.round((Date.now() - began) / 1000)} s)`);
    return result;
  };
  const nest = (...args) => run('npx', ['--no-install', 'nest', ...args], { cwd, env });
  const read = (path) => readFileSync(join(cwd, path), 'utf8');

  await step('nest new', () =>
    run(
      'npx',
      [
        '--yes',
        `@nestjs/cli@${major}`,
        'new',
        name,
        '--strict',
        '--skip-git',
        '--package-manager',
        'npm',
      ],
      { cwd: folder, env },
    ),
  );
  await step('nest add', () => nest('add', PACKAGE));
  checkAdded(read, major);
  await step('nest add again', async () => {
    const before = snapshot(cwd);
    await nest('add', PACKAGE);
    assert.deepEqual(snapshot(cwd), before);
  });
  await step('nest g streaming-gateway chat', () => nest('g', 'streaming-gateway', 'chat'));
  await step('nest g streaming-workflow answer', () => nest('g', 'streaming-workflow', 'answer'));
  await step('nest g service cats', () => nest('g', 'service', 'cats'));
  checkGenerated(read, cwd);
  await step('the migration by nest g, schematics and migrations.json', () =>
    checkMigration(cwd, env, nest),
  );
  await step('a misspelt flag', async () => {
    await assertRefused(() => nest('add', PACKAGE, '--skip-install', '--nmaespace', '/x'));
  });
  if (major >= 12) await step('nest upgrade', () => checkUpgrade(nest));
  await step('nest build', () => nest('build'));
  await step('the tests of the application', () => run('npm', ['test'], { cwd, env }));
  await step('its e2e tests', () => run('npm', ['run', 'test:e2e'], { cwd, env }));
  await step('boot, connect and stream', () => checkGateway(cwd, env));
}

function checkAdded(read, major) {
  const module = read('src/app.module.ts');
  assert.match(
    module,
    /StreamingModule\.forRoot\(\{\n {6}gateway: \{\n {8}namespace: '\/streaming',/,
  );
  assert.match(
    module,
    /strategies: \[new JwtStrategy\(\{ secret: process\.env\.JWT_SECRET \?\? '' \}\)\]/,
  );
  const { dependencies } = JSON.parse(read('package.json'));
  assert.equal(dependencies['@nestjs/websockets'], `^${major}.0.0`);
  assert.equal(dependencies['@nestjs/platform-socket.io'], `^${major}.0.0`);
  assert.equal(JSON.parse(read('nest-cli.json')).collection, PACKAGE);
  assert.match(read('.env.example'), /^JWT_SECRET=$/m);
}

function checkGenerated(read, cwd) {
  for (const file of [
    'chat/chat.gateway.ts',
    'chat/chat.gateway.spec.ts',
    'answer/answer.workflow.ts',
    'cats/cats.service.ts',
  ]) {
    assert.ok(existsSync(join(cwd, 'src', file)), `${file} was not generated`);
  }
  assert.match(
    read('src/app.module.ts'),
    /providers: \[AppService, ChatGateway, AnswerWorkflow, CatsService\]/,
  );
}

/** The three ways to the migration write the same; a dry run reports it and writes nothing. */
async function checkMigration(cwd, env, nest) {
  const file = join(cwd, 'src/legacy-options.ts');
  const text = (options) =>
    `import type { StreamingModuleOptions } from '${PACKAGE}';\n\nexport const options: StreamingModuleOptions = ${options};\n`;
  const legacy = text('{ websocket: { enabled: true, port: 3000 }, defaultBufferSize: 5 }');
  const current = text('{ gateway: { port: 3000 }, log: { maxEntries: 5 } }');
  const schematics = (collection) =>
    run(
      'npx',
      ['--no-install', 'schematics', `${collection}:migrate-websocket-options`, '--debug=false'],
      { cwd, env },
    );
  const ways = [
    () => nest('g', '-c', PACKAGE, 'migrate-websocket-options', 'migrate'),
    () => schematics(PACKAGE),
    () => schematics(`./node_modules/${PACKAGE}/migrations.json`),
  ];
  writeFileSync(file, legacy);
  const dry = await nest('g', '-c', PACKAGE, 'migrate-websocket-options', 'migrate', '--dry-run');
  assert.match(dry, /src\/legacy-options\.ts:3:\d+ websocket -> gateway/);
  assert.equal(readFileSync(file, 'utf8'), legacy);
  for (const migrate of ways) {
    writeFileSync(file, legacy);
    assert.match(await migrate(), /src\/legacy-options\.ts:3:\d+ websocket -> gateway/);
    assert.equal(readFileSync(file, 'utf8'), current);
  }
  assert.match(await ways[0](), /Nothing to migrate\./);
}

/** CLI 11 ends with 0 when a schematic refuses, so what it says counts. */
async function assertRefused(command) {
  const output = await command().catch((error) => error.message);
  assert.match(output, /There is no option --nmaespace\. Did you mean --namespace\?/);
}

/** Nest's own schematic, which has to be found through ours. */
async function checkUpgrade(nest) {
  assert.match(await nest('upgrade', '--dry-run', '--no-observe'), /Updated NestJS packages/);
}

async function checkGateway(cwd, env) {
  const port = await freePort();
  const main = readdirSync(join(cwd, 'dist'), { recursive: true }).find((path) =>
    /(^|[\\/])main\.js$/.test(path),
  );
  const server = await start(process.execPath, [join(cwd, 'dist', main)], {
    cwd,
    env: { ...env, PORT: String(port) },
    ready: /Nest application successfully started/,
  });
  try {
    await run('npm', ['install', '--no-save', 'socket.io-client@4'], { cwd, env });
    copyFileSync(join(HERE, 'probe.mjs'), join(cwd, 'probe.mjs'));
    const probe = { ...env, SERVER_URL: `http://127.0.0.1:${port}` };
    assert.match(
      await run(process.execPath, ['probe.mjs'], { cwd, env: probe }),
      /The gateway answers/,
    );
  } catch (error) {
    throw new Error(`${error.message}\nThe application said:\n${server.output()}`, {
      cause: error,
    });
  } finally {
    await server.stop();
  }
}

/** What `nest add` may change; the order in package.json is the package manager's. */
function snapshot(cwd) {
  const read = (file) => readFileSync(join(cwd, file), 'utf8');
  return {
    texts: ['nest-cli.json', '.env.example', 'src/app.module.ts'].map(read),
    packageJson: JSON.parse(read('package.json')),
  };
}
