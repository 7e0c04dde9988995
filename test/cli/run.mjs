// Takes the packed library through the unmodified Nest CLI, as a user would: nest new, add, g, build,
// test, boot, connect. Usage: node test/cli/run.mjs [--cli 11|12] [--keep]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { checkApplication } from './application.mjs';
import { startRegistry } from './registry.mjs';
import { run } from './shell.mjs';

const { values } = parseArgs({
  options: {
    cli: { type: 'string', multiple: true, default: ['11', '12'] },
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
    await checkApplication({ major: Number(major), folder, registry: registry.address, log });
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
