import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { InstanceSettings } from '../settings.js';
import { end } from './end.js';

const SCRIPT = fileURLToPath(new URL('../instance.js', import.meta.url));

/** An instance of the application, which can be killed and started again. */
export class InstanceProcess {
  #child: ChildProcess | undefined;
  #port = 0;

  private constructor(
    readonly name: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** @param secret - signs the tokens of the users; every gateway needs the same */
  static async start(
    name: string,
    { role, redisUrl }: InstanceSettings,
    secret: string,
  ): Promise<InstanceProcess> {
    const env = { DEMO_ROLE: role, REDIS_URL: redisUrl, TOKEN_SECRET: secret };
    const instance = new InstanceProcess(name, { ...process.env, ...env });
    await instance.run();
    return instance;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Starts it, again after it ended. */
  async run(): Promise<void> {
    const child = fork(SCRIPT, { env: this.env });
    this.#child = child;
    const ready = once(child, 'message') as Promise<[{ port: number }]>;
    const ended = once(child, 'exit').then(([code]): never => {
      throw new Error(`${this.name} ended with ${code} before it was ready.`);
    });
    const [{ port }] = await Promise.race([ready, ended]);
    // Who waits for its end asks for it.
    ended.catch(() => undefined);
    this.#port = port;
  }

  /** Resolves when it has ended, whatever the reason. */
  async ended(): Promise<void> {
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }

  /** Ends it in the middle of what it does. */
  async kill(): Promise<void> {
    if (this.#child) await end(this.#child);
  }
}
