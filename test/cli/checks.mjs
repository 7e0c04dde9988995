import assert from 'node:assert/strict';
import { copyFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PACKAGE } from './application.mjs';
import { freePort } from './registry.mjs';
import { run, start } from './shell.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));

/** What `nest add` has to have written. */
export function checkAdded(application) {
  const module = application.read('src/app.module.ts');
  assert.match(
    module,
    /StreamingModule\.forRoot\(\{\n {6}gateway: \{\n {8}namespace: '\/streaming',/,
  );
  assert.match(module, /new JwtStrategy\(\{ secret: process\.env\.JWT_SECRET \?\? '' \}\)/);
  const { dependencies } = JSON.parse(application.read('package.json'));
  assert.equal(dependencies['@nestjs/websockets'], `^${application.major}.0.0`);
  assert.equal(dependencies['@nestjs/platform-socket.io'], `^${application.major}.0.0`);
  assert.equal(JSON.parse(application.read('nest-cli.json')).collection, PACKAGE);
  assert.match(application.read('.env.example'), /^JWT_SECRET=$/m);
}

/** A second `nest add` changes nothing; the order in package.json is the package manager's. */
export async function checkAddedTwice(application) {
  const snapshot = () => ({
    texts: ['nest-cli.json', '.env.example', 'src/app.module.ts'].map((file) =>
      application.read(file),
    ),
    packageJson: JSON.parse(application.read('package.json')),
  });
  const before = snapshot();
  await application.nest('add', PACKAGE);
  assert.deepEqual(snapshot(), before);
}

/** What the generators have to have written. */
export function checkGenerated(application) {
  for (const file of [
    'chat/chat.gateway.ts',
    'chat/chat.gateway.spec.ts',
    'support/support.agent.ts',
    'cats/cats.service.ts',
    '../client/src/chat.client.ts',
    '../client/src/use-chat.ts',
    '../client/src/support.client.ts',
    '../client/src/use-support.ts',
  ]) {
    assert.ok(existsSync(application.path(`src/${file}`)), `${file} was not generated`);
  }
  assert.match(
    application.read('src/app.module.ts'),
    /AppService,\s+CatsService,\s+ChatGateway,\s+DeskGateway,\s+SupportAgent,?\s*\]/,
  );
}

/** The ways to the migration write the same; a dry run reports it and writes nothing. */
export async function checkMigration(application) {
  const file = 'src/legacy-options.ts';
  const text = (options) =>
    `import type { StreamingModuleOptions } from '${PACKAGE}';\n\nexport const options: StreamingModuleOptions = ${options};\n`;
  const legacy = text('{ websocket: { enabled: true, port: 3000 }, defaultBufferSize: 5 }');
  const current = text('{ gateway: { enabled: true, port: 3000 }, log: { maxEntries: 5 } }');
  const byNest = (...flags) =>
    application.nest('g', '-c', PACKAGE, 'migrate-websocket-options', 'migrate', ...flags);
  const bySchematics = (collection, ...flags) =>
    application.run(
      'npx',
      '--no-install',
      'schematics',
      `${collection}:migrate-websocket-options`,
      ...flags,
    );
  // A collection that is a file runs dry unless told otherwise, and each major is told otherwise.
  const forReal = application.major === 11 ? '--debug=false' : '--no-debug';
  const ways = [byNest];
  // Only npm puts the CLI's own tools where npx finds them.
  if (application.packageManager === 'npm') {
    ways.push(
      () => bySchematics(PACKAGE),
      () => bySchematics(`./node_modules/${PACKAGE}/migrations.json`, forReal),
    );
  }
  writeFileSync(application.path(file), legacy);
  assert.match(await byNest('--dry-run'), /src\/legacy-options\.ts:3:\d+ websocket -> gateway/);
  assert.equal(application.read(file), legacy);
  for (const migrate of ways) {
    writeFileSync(application.path(file), legacy);
    assert.match(await migrate(), /src\/legacy-options\.ts:3:\d+ websocket -> gateway/);
    assert.equal(application.read(file), current);
  }
  assert.match(await byNest(), /Nothing to migrate\./);
  if (application.packageManager === 'npm') await checkMigrationCheck(application, file, legacy);
  rmSync(application.path(file));
}

/** `--check` ends with 1 while something is left, writes the report and nothing else. */
async function checkMigrationCheck(application, file, legacy) {
  const migrate = (...flags) =>
    application.run(
      'npx',
      '--no-install',
      'schematics',
      `${PACKAGE}:migrate-websocket-options`,
      ...flags,
    );
  writeFileSync(application.path(file), legacy);
  await assert.rejects(migrate('--check', '--report=left.json'), /ended with 1:/);
  assert.equal(application.read(file), legacy);
  assert.equal(JSON.parse(application.read('left.json')).changed.length, 2);
  for (const flag of ['--dryrun', '--path=nowhere'])
    await assert.rejects(migrate(flag), /ended with 1:/);
  assert.equal(application.read(file), legacy);
  await migrate();
  await migrate('--check');
  rmSync(application.path('left.json'));
}

/** CLI 11 ends with 0 when a schematic refuses, so what it says counts. */
export async function checkRefusals(application) {
  const before = application.texts();
  for (const [args, message] of [
    [['add', PACKAGE, '--skip-install', '--nmaespace', '/x'], /Did you mean --namespace\?/],
    [['add', PACKAGE, '--skip-install', '--async'], /--async cannot be followed/],
    [['g', 'streaming-gateway', '../../evil'], /leads out of src/],
    [['g', 'streaming-gateway', 'x', '--project', 'constructor'], /no project "constructor"/],
    [['g', 'streaming-gateway', 'x', '--type', 'jtw'], /Allowed values are: "module"/],
    [['g', 'streaming-client', 'x', 'src/client'], /compiled into the server/],
  ]) {
    const output = await application.nest(...args).catch((error) => error.message);
    assert.match(output, message);
  }
  assert.deepEqual(application.texts(), before);
}

/** The application's own lint, which may repair what it can: there must be nothing to repair. */
export async function checkLint(application) {
  const before = application.texts();
  await application.run('npm', 'run', 'lint');
  assert.deepEqual(application.texts(), before);
}

/** The files that the application's own `format` would write are as it would write them. */
export async function checkFormat(application) {
  const { format } = JSON.parse(application.read('package.json')).scripts;
  assert.equal(format, 'prettier --write "src/**/*.ts" "test/**/*.ts"');
  const files = ['src/**/*.ts', 'test/**/*.ts', 'client/**/*.ts'];
  await application.run('npx', '--no-install', 'prettier', '--check', ...files);
}

/**
 * `remove` takes out what `nest add` and the generators put in. After that the package can be
 * uninstalled, and every command of the CLI goes on working.
 */
export async function checkRemoved(application, before) {
  await application.nest('g', 'remove');
  const after = application.texts();
  for (const file of Object.keys(after)) if (/^(src\/cats|client)\//.test(file)) delete after[file];
  after['src/app.module.ts'] = after['src/app.module.ts']
    .replace(/import \{ CatsService \}.*\n/, '')
    .replace(', CatsService]', ']');
  assert.deepEqual(after, before);
  await application.nest('build');
  await application.removePackage();
  assert.doesNotMatch(application.read('package.json'), /langgraph-streaming|socket\.io|langchain/);
  await application.nest('build');
  await application.nest('info');
  await application.nest('g', 'service', 'dogs');
  await application.run('npm', 'test');
}

/** Nest's own schematic, which has to be found through our collection. */
export async function checkUpgrade(application) {
  const output = await application.nest('upgrade', '--dry-run', '--no-observe');
  assert.match(output, /Updated NestJS packages/);
}

/** Starts the built application as `start:prod` does, and connects with valid and invalid tokens. */
export async function checkGateway(application) {
  const { cwd, env } = application;
  const { scripts } = JSON.parse(application.read('package.json'));
  assert.equal(scripts['start:prod'], 'node dist/main');
  assert.ok(!existsSync(application.path('dist/client')), 'the front end is in the build');
  const port = await freePort();
  const server = await start(process.execPath, ['dist/main'], {
    cwd,
    env: { ...env, PORT: String(port) },
    ready: /Nest application successfully started/,
  });
  try {
    copyFileSync(join(HERE, 'probe.mjs'), application.path('probe.mjs'));
    const probe = {
      ...env,
      SERVER_URL: `http://127.0.0.1:${port}`,
      GATEWAYS: 'chat,desk',
      AGENTS: 'support',
    };
    assert.match(
      await run(process.execPath, ['probe.mjs'], { cwd, env: probe }),
      /The gateways answer/,
    );
  } catch (error) {
    throw new Error(`${error.message}\nThe application said:\n${server.output()}`, {
      cause: error,
    });
  } finally {
    await server.stop();
    rmSync(application.path('probe.mjs'), { force: true });
  }
}
