import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PACKAGE } from './application.mjs';
import { addArguments } from './package-managers.mjs';
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
  assert.match(
    module,
    /strategies: \[new JwtStrategy\(\{ secret: process\.env\.JWT_SECRET \?\? '' \}\)\]/,
  );
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
    'answer/answer.workflow.ts',
    'cats/cats.service.ts',
  ]) {
    assert.ok(existsSync(application.path(`src/${file}`)), `${file} was not generated`);
  }
  assert.match(
    application.read('src/app.module.ts'),
    /providers: \[AppService, ChatGateway, AnswerWorkflow, CatsService\]/,
  );
}

/** The ways to the migration write the same; a dry run reports it and writes nothing. */
export async function checkMigration(application) {
  const file = 'src/legacy-options.ts';
  const text = (options) =>
    `import type { StreamingModuleOptions } from '${PACKAGE}';\n\nexport const options: StreamingModuleOptions = ${options};\n`;
  const legacy = text('{ websocket: { enabled: true, port: 3000 }, defaultBufferSize: 5 }');
  const current = text('{ gateway: { port: 3000 }, log: { maxEntries: 5 } }');
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
}

/** CLI 11 ends with 0 when a schematic refuses, so what it says counts. */
export async function checkRefusal(application) {
  const command = application.nest('add', PACKAGE, '--skip-install', '--nmaespace', '/x');
  const output = await command.catch((error) => error.message);
  assert.match(output, /There is no option --nmaespace\. Did you mean --namespace\?/);
}

/** Nest's own schematic, which has to be found through our collection. */
export async function checkUpgrade(application) {
  const output = await application.nest('upgrade', '--dry-run', '--no-observe');
  assert.match(output, /Updated NestJS packages/);
}

/** Boots the built application, and connects with a valid and an invalid token. */
export async function checkGateway(application) {
  const { cwd, env, packageManager } = application;
  const port = await freePort();
  const built = readdirSync(application.path('dist'), { recursive: true });
  const main = built.find((path) => /(^|[\\/])main\.js$/.test(path));
  const server = await start(process.execPath, [join('dist', main)], {
    cwd,
    env: { ...env, PORT: String(port) },
    ready: /Nest application successfully started/,
  });
  try {
    await application.run(packageManager, ...addArguments(packageManager, 'socket.io-client@4'));
    copyFileSync(join(HERE, 'probe.mjs'), application.path('probe.mjs'));
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
