import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { freePort } from './free-port.js';
import { end } from './end.js';

const MISSING =
  'is not installed. On Debian and Ubuntu: apt-get install redis-server. On macOS: brew install redis.';

/** A Redis on loopback that keeps nothing on disk. */
export class Redis {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  /** @throws Error that says what to install */
  static async start(program = 'redis-server'): Promise<Redis> {
    const port = await freePort();
    const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    process.once('exit', () => child.kill('SIGKILL'));
    const missing = new Promise<never>((_, reject) => {
      child.once('error', (cause) => reject(new Error(`${program} ${MISSING}`, { cause })));
    });
    await Promise.race([isReady(child), missing]);
    return new Redis(child, `redis://127.0.0.1:${port}`);
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  stop(): Promise<void> {
    return end(this.child);
  }
}

async function isReady({ stdout }: ChildProcess): Promise<void> {
  if (!stdout) throw new Error('Redis has no output.');
  for await (const line of createInterface({ input: stdout }))
    if (line.includes('Ready to accept connections')) return void stdout.resume();
  throw new Error('Redis ended before it was ready.');
}
