// An application of two gateways and two workers, with a load balancer in front of the gateways.
import { Balancer, freePort, Instance, Redis } from './fleet.mjs';
import { Viewer } from './viewer.mjs';

export class Application {
  viewers = [];
  extra = [];

  static async start() {
    const application = new Application();
    application.redis = await Redis.start();
    const ports = [await freePort(), await freePort()];
    const { redis } = application;
    const settings = { redis: redis.url, prefix: 'app' };
    application.settings = settings;
    [application.gateways, application.workers] = await Promise.all([
      Promise.all(ports.map((port) => Instance.start({ ...settings, gateway: { port } }))),
      Promise.all([1, 2].map(() => Instance.start(settings))),
    ]);
    application.balancer = await Balancer.start(() => ports);
    return application;
  }

  get instances() {
    return [...this.gateways, ...this.workers];
  }

  /** One more instance, with settings of its own. */
  async add(settings) {
    const instance = await Instance.start({ ...this.settings, ...settings });
    this.extra.push(instance);
    return instance;
  }

  /** Watches an execution, through the load balancer or at one gateway. */
  watch(executionId, gateway) {
    const url = gateway ? `http://127.0.0.1:${gateway.port}` : this.balancer.url;
    const viewer = new Viewer(url, executionId);
    this.viewers.push(viewer);
    return viewer;
  }

  async stop() {
    for (const viewer of this.viewers) viewer.close();
    this.balancer.stop();
    await Promise.all([...this.instances, ...this.extra].map((instance) => instance.kill()));
    await this.redis.stop();
  }
}
