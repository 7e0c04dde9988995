// Runs the suites that take too long for every change, one after the other, and prints what became of
// each. Usage: npm run test:long [-- NAME…]    npm run test:long -- --list
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const JEST = ['npm', 'run', '--silent', 'jest', '--'];

/** A reason to skip what needs a program. */
const unlessInstalled = (program) =>
  spawnSync(program, ['--version']).error ? `${program} is not installed` : undefined;

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
  ...['ioredis', 'ioredis-v5'].map((client) => ({
    name: `redis-${client}`,
    what: `the log in Redis and the faults of Redis, by ${client}`,
    command: ['env', `REDIS_CLIENT=${client}`, ...JEST, 'test/instances/(redis-|thread-store)'],
  })),
  {
    name: 'redis-topologies',
    what: 'a cluster whose slots move, and a Sentinel, by each client library',
    command: [...JEST, '--config', 'test/redis/jest.config.ts'],
  },
  {
    name: 'valkey',
    what: 'the log in Valkey and its faults',
    command: ['env', 'REDIS_SERVER=valkey-server', ...JEST, 'test/instances/(redis-|thread-store)'],
    // Debian 12 has it in bookworm-backports, Debian 13 in main.
    skip: () => unlessInstalled('valkey-server'),
  },
  {
    name: 'kills',
    what: 'instances and Redis, killed 200 times at random moments',
    command: ['node', 'test/instances/processes/run.mjs', 'kills', '--kills', '200'],
  },
  {
    name: 'freeze',
    what: 'an instance that is frozen for 30 seconds',
    command: ['node', 'test/instances/processes/run.mjs', 'freeze', '--freeze-ms', '30000'],
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
