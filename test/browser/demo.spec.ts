import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import { within } from '../support/within.js';

/** The first line comes within 10 s; a busy machine has ten times as long. */
const FIRST_LINE_MS = 100_000;

const started: ChildProcess[] = [];

afterEach(async () => {
  for (const demo of started.splice(0)) {
    if (demo.exitCode !== null || demo.pid === undefined) continue;
    const exited = once(demo, 'exit');
    process.kill(-demo.pid);
    await exited;
  }
});

/** Runs `npm run demo` as a newcomer does, and resolves with the first line that it prints. */
async function start(...args: string[]): Promise<{ demo: ChildProcess; line: string }> {
  // A group of its own, since npm does not pass every signal on.
  const demo = spawn('npm', ['run', '--silent', 'demo', '--', ...args], { detached: true });
  started.push(demo);
  const printed = Promise.race([once(demo.stdout, 'data'), once(demo.stderr, 'data')]);
  const late = (): string => 'The demo printed nothing';
  const [line] = (await within(FIRST_LINE_MS, printed, late)) as [Buffer];
  return { demo, line: String(line).trim() };
}

describe('the demo', () => {
  it(
    'prints where it runs, and says so when its port is in use',
    async () => {
      const { line } = await start('--port', '0');
      expect(line).toMatch(/^The chat runs at http:\/\/127\.0\.0\.1:\d+ \(stop it with Ctrl\+C\)$/);
      const port = /:(\d+) /.exec(line)?.[1] ?? '';
      const second = await start('--port', port);
      expect(second.line).toBe(`Port ${port} is in use. Name another: npm run demo -- --port 4000`);
      if (second.demo.exitCode === null) await once(second.demo, 'exit');
      expect(second.demo.exitCode).toBe(1);
    },
    3 * FIRST_LINE_MS,
  );
});
