import { parseArgs } from 'node:util';
import { Demo } from './demo.js';
import { killInTheMiddle } from './kill/kill-in-the-middle.js';

/** The run without a page is over after this time, whatever happens. In milliseconds. */
const LONGEST_MS = 180_000;

const { kill, port } = parseArgs({
  options: {
    kill: { type: 'boolean', default: false },
    port: { type: 'string', default: '3000' },
  },
}).values;

const demo = new Demo();

async function leave(code: number): Promise<never> {
  await demo.stop();
  process.exit(code);
}

function fail(error: unknown): Promise<never> {
  console.error(error instanceof Error ? error.message : error);
  return leave(1);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => void leave(0));
process.on('uncaughtException', (error) => void fail(error));

try {
  await demo.start(kill ? 0 : Number(port));
  if (kill) {
    setTimeout(() => void fail(`It is not over after ${LONGEST_MS / 1_000} s.`), LONGEST_MS);
    await leave(await killInTheMiddle(demo));
  }
  console.log(`The chat runs at ${demo.url} (stop it with Ctrl+C)`);
  for (const { name, pid } of demo.instances) console.log(`  ${name.padEnd(10)}  process ${pid}`);
  console.log('Ask something, end a process with kill -9, and watch the page.');
  demo.supervise((line) => console.log(`  ${line}`));
} catch (error) {
  await fail(error);
}
