import { CalledProcess } from '../processes/calls.js';
import type { LoadMethods } from '../processes/load.js';
import type { ServerMethods } from '../processes/server.js';
import type { VariantOptions, ViewerKind } from '../variant.js';
import type { VariantName } from '../variants/index.js';
import type { Workload } from '../workload.js';

export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

/** How long viewers may take to get everything, in milliseconds. */
export const TIMEOUT_MS = 30_000;

/** What one measurement of one variant gave. */
export interface Measurement {
  /** The CPU time of the server per token, whatever the number of its viewers, in milliseconds. */
  readonly cpuMsPerToken: number;
  readonly bytesPerToken: number;
  readonly framesPerToken: number;
  readonly loopDelayP99Ms: number;
  /** 50th and 99th percentile of the first token of each run, in milliseconds. */
  readonly firstToken: readonly [number, number];
  /** 50th and 99th percentile of all other tokens, in milliseconds. */
  readonly otherTokens: readonly [number, number];
}

export type LoadProcess = CalledProcess<LoadMethods>;

export function startLoad(core = LOAD_CORE): LoadProcess {
  return CalledProcess.start<LoadMethods>('./load.js', [], core);
}

/** A server of one variant in a process of its own. */
export class MeasuredServer {
  #groups = 0;

  private constructor(
    readonly process: CalledProcess<ServerMethods>,
    readonly port: number,
    readonly viewer: ViewerKind,
    private readonly instance: string,
  ) {}

  /** @param instance - what its groups begin with, if others share its log */
  static async start(
    name: VariantName,
    options: VariantOptions = {},
    instance = '',
    core = SERVER_CORE,
  ): Promise<MeasuredServer> {
    const server = CalledProcess.start<ServerMethods>('./server.js', [name], core);
    const { port, viewer } = await server.call('start', options);
    return new MeasuredServer(server, port, viewer, instance);
  }

  /** Opens the runs of a workload. @returns the name of the group */
  async open({ runs }: Workload): Promise<string> {
    const group = `${this.instance}${++this.#groups}-`;
    await this.process.call('open', { group, runs });
    return group;
  }

  /** Connects the viewers of a workload, so many at a time. */
  async connect(
    load: LoadProcess,
    group: string,
    workload: Workload,
    concurrency?: number,
  ): Promise<void> {
    const { viewer: kind, port } = this;
    const audience = { kind, port, group, workload };
    await load.call('connect', concurrency === undefined ? audience : { ...audience, concurrency });
  }

  /** How long tokens took to the viewers of a group, or to some, or some tokens. */
  async latencies(
    load: LoadProcess,
    group: string,
    part: { readonly except?: number; readonly from?: number; readonly to?: number } = {},
  ): Promise<Pick<Measurement, 'firstToken' | 'otherTokens'>> {
    const sentAt = await this.process.call('sendTimes', { group });
    const { first, others } = await load.call('latencies', { sentAt, ...part });
    return { firstToken: first, otherTokens: others };
  }

  /** Streams a workload to its viewers. @throws when one of them did not get exactly that */
  async measure(load: LoadProcess, workload: Workload): Promise<Measurement> {
    const group = await this.open(workload);
    await this.connect(load, group, workload);
    await this.process.call('beginMeasure');
    const [delivered] = await Promise.all([
      load.call('received', { timeoutMs: TIMEOUT_MS }),
      this.process.call('stream', { group, workload }),
    ]);
    const { cpuMs, loopDelayP99Ms } = await this.process.call('endMeasure');
    const latencies = await this.latencies(load, group);
    await this.process.call('close', { group });
    await load.call('disconnect');
    return {
      cpuMsPerToken: cpuMs / (workload.runs * workload.tokensPerRun),
      bytesPerToken: delivered.bytes / delivered.tokens,
      framesPerToken: delivered.frames / delivered.tokens,
      loopDelayP99Ms,
      ...latencies,
    };
  }

  /** The CPU time that a token costs without anybody to send it to, in milliseconds. */
  async measureProducing(workload: Workload): Promise<number> {
    await this.process.call('beginMeasure');
    await this.process.call('produceForNobody', workload);
    const { cpuMs } = await this.process.call('endMeasure');
    return cpuMs / (workload.runs * workload.tokensPerRun);
  }

  stop(): Promise<void> {
    return this.process.stop();
  }
}
