import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { createClient } from 'redis';

/** A Redis on loopback that keeps nothing on disk, and the CPU time that it takes. */
export class MeasuredRedis {
  #cpuBefore = 0;

  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  /** @throws Error when `redis-server` is not installed */
  static async start(): Promise<MeasuredRedis> {
    const port = await freePort();
    const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    process.once('exit', () => child.kill('SIGKILL'));
    const ready = (async () => {
      for await (const line of createInterface({ input: child.stdout }))
        if (line.includes('Ready to accept connections')) return;
    })();
    await Promise.race([
      ready,
      once(child, 'error').then(([error]) => {
        throw error;
      }),
    ]);
    child.stdout.resume();
    return new MeasuredRedis(child, `redis://127.0.0.1:${port}`);
  }

  async version(): Promise<string> {
    return fieldOf(await this.#info('server'), 'redis_version');
  }

  async beginMeasure(): Promise<void> {
    this.#cpuBefore = await this.#cpuMs();
  }

  /** @returns the CPU time since {@link beginMeasure}, in milliseconds */
  async endMeasure(): Promise<number> {
    return (await this.#cpuMs()) - this.#cpuBefore;
  }

  async stop(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }

  async #cpuMs(): Promise<number> {
    const info = await this.#info('cpu');
    const seconds = (name: string): number => Number(fieldOf(info, name));
    return (seconds('used_cpu_user') + seconds('used_cpu_sys')) * 1_000;
  }

  async #info(section: string): Promise<string> {
    const client = await createClient({ url: this.url }).connect();
    try {
      return await client.info(section);
    } finally {
      client.destroy();
    }
  }
}

function fieldOf(info: string, name: string): string {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
}

/** A port that nobody listens on now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
