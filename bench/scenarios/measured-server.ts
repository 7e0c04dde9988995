import { CalledProcess } from '../processes/calls.js';
import type { LoadMethods } from '../processes/load.js';
import type { ServerMethods } from '../processes/server.js';
import type { VariantOptions, ViewerKind } from '../variant.js';
import type { VariantName } from '../variants/index.js';
import type { Workload } from '../workload.js';

const SERVER_CORE = 0;
const LOAD_CORE = 1;

/** How long viewers may take to get everything, in milliseconds. */
const TIMEOUT_MS = 30_000;

/** What one measurement of one variant gave. */
export interface Measurement {
  /** Tokens delivered per second of CPU time of the server, user and system. */
  readonly tokensPerCpuSecond: number;
  readonly bytesPerToken: number;
  readonly framesPerToken: number;
  readonly loopDelayP99Ms: number;
  /** 50th and 99th percentile of the first token of each run, in milliseconds. */
  readonly firstToken: readonly [number, number];
  /** 50th and 99th percentile of all other tokens, in milliseconds. */
  readonly otherTokens: readonly [number, number];
}

export type LoadProcess = CalledProcess<LoadMethods>;

export function startLoad(): LoadProcess {
  return CalledProcess.start<LoadMethods>('./load.js', [], LOAD_CORE);
}

/** A server of one variant in a process of its own. */
export class MeasuredServer {
  #runs = 0;

  private constructor(
    readonly process: CalledProcess<ServerMethods>,
    readonly port: number,
    readonly viewer: ViewerKind,
  ) {}

  static async start(name: VariantName, options: VariantOptions = {}): Promise<MeasuredServer> {
    const server = CalledProcess.start<ServerMethods>('./server.js', [name], SERVER_CORE);
    const { port, viewer } = await server.call('start', options);
    return new MeasuredServer(server, port, viewer);
  }

  /** Opens the runs of a workload and connects its viewers. */
  async connect(load: LoadProcess, workload: Workload): Promise<void> {
    const prefix = `${++this.#runs}-`;
    await this.process.call('open', { prefix, runs: workload.runs });
    await load.call('connect', { kind: this.viewer, port: this.port, prefix, workload });
  }

  /** Streams a workload to its viewers. @throws when one of them did not get exactly that */
  async measure(load: LoadProcess, workload: Workload): Promise<Measurement> {
    await this.connect(load, workload);
    await this.process.call('beginMeasure');
    const [delivered] = await Promise.all([
      load.call('received', { timeoutMs: TIMEOUT_MS }),
      this.process.call('stream', workload),
    ]);
    const { cpuMs, loopDelayP99Ms } = await this.process.call('endMeasure');
    const sentAt = await this.process.call('sendTimes');
    const { first, others } = await load.call('latencies', { sentAt });
    await load.call('disconnect');
    await this.process.call('close');
    return {
      tokensPerCpuSecond: (delivered.tokens / cpuMs) * 1_000,
      bytesPerToken: delivered.bytes / delivered.tokens,
      framesPerToken: delivered.frames / delivered.tokens,
      loopDelayP99Ms,
      firstToken: first,
      otherTokens: others,
    };
  }

  stop(): Promise<void> {
    return this.process.stop();
  }
}
