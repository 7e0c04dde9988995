// Takes the packed library through the unmodified Nest CLI, as a user would: nest new, add, g, build,
// test, boot, connect. Usage: node test/cli/run.mjs [--cli 11|12] [--package-manager npm|pnpm|yarn]
// [--tarball <file>] [--keep]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Application, PACKAGE } from './application.mjs';
import {
  checkAdded,
  checkAddedTwice,
  checkGateway,
  checkGenerated,
  checkMigration,
  checkRefusal,
  checkUpgrade,
} from './checks.mjs';
import { startRegistry } from './registry.mjs';
import { run } from './shell.mjs';

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
const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const folder = mkdtempSync(join(tmpdir(), 'langgraph-streaming-cli-'));
const log = (line) => console.log(line);

let registry;
try {
  const tarball = values.tarball ?? (await pack());
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

async function pack() {
  const output = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root });
  const [{ filename }] = JSON.parse(output.slice(output.indexOf('[\n')));
  return join(folder, filename);
}

/** Makes an application with one CLI major and takes it through everything that the README shows. */
async function check(options) {
  const name = `app${options.major}`;
  const step = async (what, action) => {
    const began = Date.now();
    const result = await action();
    log(`${name}: ${what} (${Math.round((Date.now() - began) / 1000)} s)`);
    return result;
  };
  const application = await step('nest new', () => Application.create(options));
  const nest = (...args) => step(`nest ${args.join(' ')}`, () => application.nest(...args));
  await nest('add', PACKAGE);
  checkAdded(application);
  await step('nest add again', () => checkAddedTwice(application));
  await nest('g', 'streaming-gateway', 'chat');
  await nest('g', 'streaming-workflow', 'answer');
  await nest('g', 'service', 'cats');
  checkGenerated(application);
  await step('the migration', () => checkMigration(application));
  await step('a misspelt flag', () => checkRefusal(application));
  if (options.major >= 12) await step('nest upgrade', () => checkUpgrade(application));
  await nest('build');
  await step('the tests of the application', () => application.run('npm', 'test'));
  await step('its e2e tests', () => application.run('npm', 'run', 'test:e2e'));
  await step('boot, connect and stream', () => checkGateway(application));
}
