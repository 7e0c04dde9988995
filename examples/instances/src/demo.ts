import { randomBytes } from 'node:crypto';
import { Balancer } from './processes/balancer.js';
import { InstanceProcess } from './processes/instance-process.js';
import { Redis } from './processes/redis.js';
import type { Role } from './settings.js';

/** The instances. */
interface Started {
  readonly gateways: readonly [InstanceProcess, InstanceProcess];
  readonly worker: InstanceProcess;
}

/** Two gateways and a worker that share a Redis, and a load balancer in front of the gateways. */
export class Demo {
  #started: Started | undefined;
  /** How to end what was started, the last first. */
  readonly #ends: (() => Promise<void>)[] = [];
  #url = '';
  #isStopping = false;

  /** The address of the page, at the load balancer. */
  get url(): string {
    return this.#url;
  }

  get gateways(): Started['gateways'] {
    return this.#all.gateways;
  }

  get worker(): InstanceProcess {
    return this.#all.worker;
  }

  get instances(): readonly InstanceProcess[] {
    return [...this.gateways, this.worker];
  }

  /** @throws Error that says what to do, with everything ended that was started */
  async start(port: number): Promise<void> {
    const balancer = await Balancer.start(port, () => this.gateways.map((each) => each.port));
    this.#ends.push(() => balancer.stop());
    this.#url = balancer.url;
    const redis = await Redis.start();
    this.#ends.push(() => redis.stop());
    const secret = randomBytes(32).toString('base64url');
    const start = async (name: string, role: Role): Promise<InstanceProcess> => {
      const instance = await InstanceProcess.start(name, { role, redisUrl: redis.url }, secret);
      this.#ends.push(() => instance.kill());
      return instance;
    };
    this.#started = {
      gateways: [await start('gateway 1', 'gateway'), await start('gateway 2', 'gateway')],
      worker: await start('the worker', 'worker'),
    };
  }

  /** Starts again what ends, as a platform does, and tells about it. */
  supervise(tell: (line: string) => void): void {
    for (const instance of this.instances) void this.#supervise(instance, tell);
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const end of this.#ends.splice(0).toReversed()) await end();
  }

  get #all(): Started {
    if (!this.#started) throw new Error('The demo has not started.');
    return this.#started;
  }

  async #supervise(instance: InstanceProcess, tell: (line: string) => void): Promise<void> {
    for (;;) {
      await instance.ended();
      if (this.#isStopping) return;
      tell(`${instance.name} has ended, and is started again`);
      await instance.run();
      tell(`${instance.name} is process ${instance.pid} now`);
    }
  }
}
