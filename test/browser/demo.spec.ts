import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';

/** The first line comes within 10 s; a busy machine has ten times as long. */
const FIRST_LINE_MS = 100_000;

const started: ChildProcess[] = [];

afterEach(async () => {
  for (const demo of started.splice(0)) {
    const exited = demo.exitCode === null ? once(demo, 'exit') : undefined;
    demo.kill();
    await exited;
  }
});

/** Starts what `npm run demo` starts, and resolves with the first line that it prints. */
async function start(...args: string[]): Promise<{ demo: ChildProcess; line: string }> {
  const demo = spawn(process.execPath, ['examples/chat/dist/main.js', ...args]);
  started.push(demo);
  const line = await Promise.race([once(demo.stdout, 'data'), once(demo.stderr, 'data')]);
  return { demo, line: String(line[0]).trim() };
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
    FIRST_LINE_MS,
  );
});
