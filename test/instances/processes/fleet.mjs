// Processes of the tests: Redis, instances, and what stands in front of the gateways.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Redis that writes down what it acknowledges, so that it can be killed. */
export class Redis {
  static async start() {
    const redis = new Redis();
    redis.port = await freePort();
    redis.directory = await mkdtemp(join(tmpdir(), 'instances-redis-'));
    // It has no channel to its parent that would tell it when the parent is gone.
    process.once('exit', redis.killNow);
    await redis.run();
    return redis;
  }

  get url() {
    return `redis://127.0.0.1:${this.port}`;
  }

  async run() {
    const args = ['--port', this.port, '--bind', '127.0.0.1', '--dir', this.directory];
    const persistent = ['--save', '', '--appendonly', 'yes', '--appendfsync', 'always'];
    this.child = spawn('redis-server', [...args, ...persistent].map(String), {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    for await (const line of createInterface({ input: this.child.stdout }))
      if (line.includes('Ready to accept connections')) break;
    this.child.stdout.resume();
  }

  async kill() {
    await end(this.child, 'SIGKILL');
  }

  killNow = () => this.child?.kill('SIGKILL');

  async stop() {
    process.off('exit', this.killNow);
    await this.kill();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** An instance, and how to ask it for something. */
export class Instance {
  #asked = new Map();
  #id = 0;

  static async start(settings) {
    const instance = new Instance();
    instance.settings = settings;
    await instance.run();
    return instance;
  }

  async run() {
    const file = new URL('instance.mjs', import.meta.url);
    this.child = fork(file, [JSON.stringify(this.settings)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const exited = once(this.child, 'exit').then(([code]) => {
      for (const { reject } of this.#asked.values()) reject(new Error('The instance is gone.'));
      this.#asked.clear();
      return code;
    });
    const ready = new Promise((resolve) => {
      this.child.on('message', (message) => {
        if (message.ready) resolve(message);
        else this.#answered(message);
      });
    });
    const { port } = await Promise.race([
      ready,
      exited.then((code) => {
        throw new Error(`An instance ended with ${code} before it was ready.`);
      }),
    ]);
    this.port = port;
  }

  /** @throws an error with the code that the instance answered */
  ask(name, args = {}) {
    const id = (this.#id += 1);
    const answer = new Promise((resolve, reject) => this.#asked.set(id, { resolve, reject }));
    this.child.send({ id, name, args }, () => undefined);
    return answer;
  }

  async kill(signal = 'SIGKILL') {
    await end(this.child, signal);
  }

  freeze() {
    this.child.kill('SIGSTOP');
  }

  wake() {
    this.child.kill('SIGCONT');
  }

  #answered({ id, value, error }) {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (error) asked?.reject(Object.assign(new Error(error.message), { code: error.code }));
    else asked?.resolve(value);
  }
}

/** Passes each connection on to a gateway that is alive, in turn. */
export class Balancer {
  #next = 0;

  static async start(portsOf) {
    const balancer = new Balancer();
    balancer.portsOf = portsOf;
    balancer.server = createServer((client) => balancer.#pass(client)).listen(0, '127.0.0.1');
    await once(balancer.server, 'listening');
    balancer.url = `http://127.0.0.1:${balancer.server.address().port}`;
    return balancer;
  }

  #pass(client, left = this.portsOf().length) {
    client.on('error', () => undefined);
    const ports = this.portsOf();
    if (left === 0 || ports.length === 0) return client.destroy();
    const port = ports[(this.#next += 1) % ports.length];
    const server = connect(port, '127.0.0.1');
    let isConnected = false;
    server.once('connect', () => {
      isConnected = true;
      client.pipe(server).pipe(client);
    });
    server.once('error', () => (isConnected ? client.destroy() : this.#pass(client, left - 1)));
    server.once('close', () => isConnected && client.destroy());
    client.once('close', () => server.destroy());
    return undefined;
  }

  stop() {
    this.server.close();
  }
}

async function end(child, signal) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  // A frozen process ends only when it is awake.
  child.kill('SIGCONT');
  await exited;
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
