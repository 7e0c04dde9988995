// Runs the suites that take too long for every change, one after the other, and prints what became of
// each. Usage: npm run test:long [-- NAME…]    npm run test:long -- --list
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

/**
 * A suite is a command. `skip` gives the reason why it cannot run here, if it cannot.
 *
 * @type {readonly { name: string, what: string, command: readonly string[], skip?: () => string | undefined }[]}
 */
const SUITES = [
  ...['npm', 'pnpm', 'yarn', 'yarn4'].map((manager) => ({
    name: `cli-${manager}`,
    what: `the Nest CLI 11 and 12 with ${manager}`,
    command: ['node', 'test/cli/run.mjs', '--package-manager', manager],
  })),
  {
    name: 'cli-nx',
    what: 'an Nx workspace that create-nx-workspace makes',
    command: ['node', 'test/cli/nx.mjs'],
  },
  {
    name: 'schematics-comparison',
    what: 'the table of docs/decisions/schematics.md, measured again',
    command: ['node', 'test/comparison/run.mjs'],
  },
];

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { list: { type: 'boolean', default: false } },
});
const unknown = positionals.filter((name) => !SUITES.some((suite) => suite.name === name));
if (unknown.length > 0) {
  console.error(`There is no suite ${unknown.join(', ')}. Run with --list to see them.`);
  process.exitCode = 1;
} else if (values.list) {
  for (const { name, what } of SUITES) console.log(`${name.padEnd(22)} ${what}`);
} else {
  const chosen = SUITES.filter(
    ({ name }) => positionals.length === 0 || positionals.includes(name),
  );
  const results = chosen.map(run);
  console.log('\n=== summary\n');
  for (const { name, outcome } of results) console.log(`${name.padEnd(22)} ${outcome}`);
  if (results.some(({ outcome }) => outcome.startsWith('FAILED'))) process.exitCode = 1;
}

function run({ name, what, command: [program, ...args], skip }) {
  const reason = skip?.();
  if (reason !== undefined) return { name, outcome: `skipped: ${reason}` };
  console.log(`\n=== ${name}: ${what}\n`);
  const began = Date.now();
  const { status } = spawnSync(program, args, { stdio: 'inherit' });
  const seconds = Math.round((Date.now() - began) / 1000);
  return { name, outcome: `${status === 0 ? 'ok' : 'FAILED'} after ${seconds} s` };
}
