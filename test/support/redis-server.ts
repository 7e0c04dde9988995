import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createClient } from 'redis';

/** A server of the tests' own, on loopback. It needs `redis-server` on the path. */
export class RedisServer {
  #process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly directory: string,
    private readonly config: readonly string[],
  ) {}

  /** @param config - further arguments of `redis-server` */
  static async start(config: readonly string[] = []): Promise<RedisServer> {
    const directory = await mkdtemp(join(tmpdir(), 'redis-'));
    const server = new RedisServer(await freePort(), directory, config);
    await server.run();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Runs it, again after it was killed. Resolves when it takes connections. */
  async run(): Promise<void> {
    const args = ['--port', `${this.port}`, '--bind', '127.0.0.1', '--dir', this.directory];
    const process = spawn('redis-server', [...args, '--save', '', ...this.config], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#process = process;
    const lines: string[] = [];
    for await (const line of createInterface({ input: process.stdout })) {
      lines.push(line);
      if (line.includes('Ready to accept connections')) {
        process.stdout.resume();
        return;
      }
    }
    throw new Error(`redis-server did not start:\n${lines.join('\n')}`);
  }

  /** Ends it in the middle of whatever it does. */
  async kill(): Promise<void> {
    const process = this.#process;
    this.#process = undefined;
    if (!process || process.exitCode !== null || process.signalCode !== null) return;
    const exited = once(process, 'exit');
    process.kill('SIGKILL');
    await exited;
  }

  /** Freezes it. */
  pause(): void {
    this.#process?.kill('SIGSTOP');
  }

  resume(): void {
    this.#process?.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    this.resume();
    await this.kill();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Resolves when it, a replica, has what its primary has. */
  async replicates(): Promise<void> {
    for (;;) {
      const info = String(await this.command('INFO', 'replication'));
      if (info.includes('master_link_status:up')) return;
    }
  }

  /** Sends it a command. */
  async command(...args: string[]): Promise<unknown> {
    const client = createClient({ url: this.url, socket: { reconnectStrategy: false } });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await client.sendCommand(args);
    } finally {
      client.destroy();
    }
  }
}

/** A server that several tests use. It starts when the first of them needs it. */
export class SharedServer {
  #server: Promise<RedisServer> | undefined;

  async url(): Promise<string> {
    return (await (this.#server ??= RedisServer.start())).url;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    await (await server)?.stop();
  }
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
