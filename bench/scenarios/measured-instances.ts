import { availableParallelism } from 'node:os';
import { MeasuredRedis } from '../processes/redis.js';
import type { VariantOptions } from '../variant.js';
import type { VariantName } from '../variants/index.js';
import type { Workload } from '../workload.js';
import {
  LOAD_CORE,
  MeasuredServer,
  SERVER_CORE,
  startLoad,
  TIMEOUT_MS,
  type LoadProcess,
} from './measured-server.js';

/** What streaming through several instances took. CPU time is in µs for each token that a viewer has. */
export interface InstancesMeasurement {
  readonly instancesUs: number;
  readonly redisUs: number;
  /** What of `instancesUs` producing the tokens takes, with nobody to send them to. */
  readonly producingUs: number;
  /** The largest of all instances, in milliseconds. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/**
 * How long viewers are connected before something is streamed: an adapter answers that a viewer is in a room
 * before Redis knows, and what is streamed until then is lost. In milliseconds.
 */
const SETTLING_MS = 1_000;

/** An instance, and the viewers of what it streams, who are at the next instance. */
interface Place {
  readonly server: MeasuredServer;
  readonly load: LoadProcess;
}

/** Instances of one application, each a process of its own, and the Redis that they share. */
export class MeasuredInstances {
  private constructor(
    readonly places: readonly Place[],
    private readonly redis: MeasuredRedis | undefined,
  ) {}

  /** @param isShared - whether they share a Redis; one instance can do without */
  static async start(
    name: VariantName,
    count: number,
    { isShared = true, ...options }: VariantOptions & { readonly isShared?: boolean } = {},
  ): Promise<MeasuredInstances> {
    const redis = isShared ? await MeasuredRedis.start() : undefined;
    const cores = availableParallelism();
    const places = Array.from({ length: count }, async (_, index) => ({
      server: await MeasuredServer.start(
        name,
        { ...options, redisUrl: redis?.url },
        `${index}/`,
        (SERVER_CORE + index) % cores,
      ),
      load: startLoad((LOAD_CORE + index) % cores),
    }));
    return new MeasuredInstances(await Promise.all(places), redis);
  }

  /** Each instance streams its part of a workload to viewers at the next one. @throws as `received` does */
  async measure(workload: Workload): Promise<InstancesMeasurement> {
    const { places, redis } = this;
    const part = { ...workload, runs: Math.round(workload.runs / places.length) };
    const groups = await Promise.all(places.map(({ server }) => server.open(part)));
    await Promise.all(
      places.map(async ({ load }, index) => {
        const next = places[(index + 1) % places.length];
        await next?.server.connect(load, groups[index] ?? '', part);
      }),
    );
    await settle();
    await redis?.beginMeasure();
    const streamedMs = await this.#cpuOf(async ({ server, load }, index) => {
      await Promise.all([
        load.call('received', { timeoutMs: 2 * TIMEOUT_MS }),
        server.process.call('stream', { group: groups[index] ?? '', workload: part }),
      ]);
    });
    const redisMs = (await redis?.endMeasure()) ?? 0;
    const latencies = await Promise.all(
      places.map(({ server, load }, index) => server.latencies(load, groups[index] ?? '')),
    );
    await this.#close(groups);
    const producedMs = await this.#cpuOf(({ server }) =>
      server.process.call('produceForNobody', part),
    );
    const { viewersPerRun, tokensPerRun } = part;
    const usPerToken = (ms: number): number =>
      (1_000 * ms) / (part.runs * places.length * viewersPerRun * tokensPerRun);
    const [p50Ms, p99Ms] = [0, 1].map((percentile) =>
      Math.max(...latencies.map(({ otherTokens }) => otherTokens[percentile] ?? 0)),
    ) as [number, number];
    return {
      instancesUs: usPerToken(streamedMs),
      redisUs: usPerToken(redisMs),
      producingUs: usPerToken(producedMs),
      p50Ms,
      p99Ms,
    };
  }

  /**
   * What a bystander, the last instance, spends while the first streams to viewers at the second.
   *
   * @returns its CPU time in ms a second, with what it spends while nothing is streamed taken off
   */
  async measureBystander(workload: Workload): Promise<number> {
    const [producer, gateway] = this.places;
    const bystander = this.places.at(-1)?.server;
    if (!producer || !gateway || !bystander) throw new Error('It takes three instances.');
    const group = await producer.server.open(workload);
    await gateway.server.connect(producer.load, group, workload);
    await settle();
    await bystander.process.call('beginMeasure');
    await Promise.all([
      producer.load.call('received', { timeoutMs: 2 * TIMEOUT_MS }),
      producer.server.process.call('stream', { group, workload }),
    ]);
    const busy = await bystander.process.call('endMeasure');
    await this.#close([group]);
    await bystander.process.call('beginMeasure');
    await new Promise((resolve) => setTimeout(resolve, busy.wallMs));
    const quiet = await bystander.process.call('endMeasure');
    return 1_000 * (busy.cpuMs / busy.wallMs - quiet.cpuMs / quiet.wallMs);
  }

  async stop(): Promise<void> {
    await Promise.all(this.places.flatMap(({ server, load }) => [server.stop(), load.stop()]));
    await this.redis?.stop();
  }

  /** The CPU time of all instances during some work of each, in milliseconds. */
  async #cpuOf(work: (place: Place, index: number) => Promise<unknown>): Promise<number> {
    await Promise.all(this.places.map(({ server }) => server.process.call('beginMeasure')));
    await Promise.all(this.places.map(work));
    const ends = await Promise.all(
      this.places.map(({ server }) => server.process.call('endMeasure')),
    );
    return ends.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  }

  async #close(groups: readonly string[]): Promise<void> {
    await Promise.all(
      groups.map(async (group, index) => {
        await this.places[index]?.server.process.call('close', { group });
      }),
    );
    await Promise.all(this.places.map(({ load }) => load.call('disconnect')));
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, SETTLING_MS));
