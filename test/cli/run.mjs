// Takes the packed library through the unmodified Nest CLI, as a user would: nest new, add, g, lint,
// build, test, boot, connect, remove. Usage: node test/cli/run.mjs [--cli 11|12] [--package-manager npm|pnpm|yarn|yarn4]
// [--tarball <file>] [--keep]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Application } from './application.mjs';
import {
  checkAdded,
  checkAddedTwice,
  checkFormat,
  checkGateway,
  checkGenerated,
  checkLint,
  checkMigration,
  checkRefusals,
  checkRemoved,
  checkUpgrade,
} from './checks.mjs';
import { startRegistry } from './registry.mjs';
import { pack } from './shell.mjs';

const { values } = parseArgs({
  options: {
    cli: { type: 'string', multiple: true, default: ['11', '12'] },
    'package-manager': { type: 'string', default: 'npm' },
    /** A tarball that is packed already. */
    tarball: { type: 'string' },
    /** Leaves the applications for a look. */
    keep: { type: 'boolean', default: false },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'langgraph-streaming-cli-'));
const log = (line) => console.log(line);

let registry;
try {
  const tarball = values.tarball ?? (await pack(folder));
  registry = await startRegistry(folder);
  await registry.publish(tarball);
  log(`Node ${process.versions.node}: published to ${registry.address}`);
  for (const major of values.cli) {
    await check({
      major: Number(major),
      packageManager: values['package-manager'],
      folder,
      registry: registry.address,
    });
  }
  log('Every application works.');
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await registry?.stop();
  if (values.keep) log(`Kept ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
}

/** Makes an application with one CLI major and takes it through everything that its user may do. */
async function check(options) {
  const application = await step('nest new', options, () => Application.create(options));
  const nest = (...args) =>
    step(`nest ${args.join(' ')}`, options, () => application.nest(...args));
  const own = (what, action) => step(what, options, () => action(application));
  const before = application.texts();
  await own('nest add', (app) => app.add());
  checkAdded(application);
  await own('nest add again', checkAddedTwice);
  // First: Nest's own generators do not format the module that they edit.
  await nest('g', 'service', 'cats');
  await nest('g', 'streaming-gateway', 'chat');
  await nest('g', 'streaming-gateway', 'desk', '--type', 'jwt');
  await nest('g', 'streaming-agent', 'support');
  await nest('g', 'streaming-client', 'chat', '--type', 'react');
  await nest('g', 'streaming-client', 'support', '--type', 'react');
  checkGenerated(application);
  await own('the migration', checkMigration);
  await own('refusals', checkRefusals);
  if (options.major >= 12) await own('nest upgrade', checkUpgrade);
  await own('lint', checkLint);
  await own('the format check', checkFormat);
  await nest('build');
  await own('the tests of the application', (app) => app.run('npm', 'test'));
  await own('its e2e tests', (app) => app.run('npm', 'run', 'test:e2e'));
  await own('start:prod, connect and stream', checkGateway);
  await own('nest g remove, uninstall and build', (app) => checkRemoved(app, before));
}

/** Runs a step and says how long it took. */
async function step(what, { major, packageManager }, action) {
  const began = Date.now();
  const result = await action();
  const seconds = Math.round((Date.now() - began) / 1000);
  log(`${packageManager}, Nest ${major}: ${what} (${seconds} s)`);
  return result;
}
