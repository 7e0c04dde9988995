import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createClient } from 'redis';
import { freePort } from './free-port.js';

/** The program, such as that of Valkey. */
const SERVER = process.env['REDIS_SERVER'] ?? 'redis-server';

/** What a server, and a Sentinel, print when they take connections. */
const READY = /Ready to accept connections|Sentinel ID is/;

/** A server of the tests' own, on loopback. It needs `redis-server` on the path. */
export class RedisServer {
  #process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly directory: string,
    private readonly args: readonly string[],
  ) {}

  /** @param config - further arguments of `redis-server` */
  static async start(config: readonly string[] = []): Promise<RedisServer> {
    const directory = await mkdtemp(join(tmpdir(), 'redis-'));
    const port = await freePort();
    const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', directory, '--save', ''];
    const server = new RedisServer(port, directory, [...args, ...config]);
    await server.run();
    return server;
  }

  /** Starts a Sentinel. @param config - lines of its configuration, which it rewrites */
  static async startSentinel(config: readonly string[]): Promise<RedisServer> {
    const directory = await mkdtemp(join(tmpdir(), 'redis-'));
    const port = await freePort();
    const file = join(directory, 'sentinel.conf');
    const lines = [`port ${port}`, 'bind 127.0.0.1', `dir ${directory}`, ...config, ''];
    await writeFile(file, lines.join('\n'));
    const server = new RedisServer(port, directory, [file, '--sentinel']);
    await server.run();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Runs it, again after it was killed. Resolves when it takes connections. */
  async run(): Promise<void> {
    const process = spawn(SERVER, this.args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#process = process;
    const lines: string[] = [];
    for await (const line of createInterface({ input: process.stdout })) {
      lines.push(line);
      if (READY.test(line)) {
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

  /** How much was written to it, or to its primary as far as it has that. */
  async offset(): Promise<number> {
    const info = String(await this.command('INFO', 'replication'));
    const [, offset] =
      /slave_repl_offset:(\d+)/.exec(info) ?? /master_repl_offset:(\d+)/.exec(info) ?? [];
    return Number(offset);
  }

  /** Resolves when it, a replica, has what its primary has now. */
  async catchUp(primary: RedisServer): Promise<void> {
    const written = await primary.offset();
    while ((await this.offset()) < written);
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
