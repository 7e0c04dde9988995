import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { RunSink, Variant, VariantOptions } from '../variant.js';
import { VARIANTS, type VariantName } from '../variants/index.js';
import { produce, sharedNow, tokenText, type Workload } from '../workload.js';
import { answerCalls } from './calls.js';
import { Profiler } from './profiler.js';

/** The CPU time that this process used, in milliseconds. */
const cpuMs = (since?: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000;
};

let variant: Variant;
let sinks: RunSink[] = [];
let started: { cpu: NodeJS.CpuUsage; at: number } | undefined;
let sentAt: Float64Array[] = [];
const profiler = Profiler.fromEnvironment();
const loopDelay = monitorEventLoopDelay({ resolution: 5 });

async function start(
  options: VariantOptions,
): Promise<{ port: number; viewer: Variant['viewer'] }> {
  variant = await VARIANTS[process.argv[2] as VariantName](options);
  return { port: variant.port, viewer: variant.viewer };
}

/** Makes the runs, named `<prefix><number>`. */
async function open({ prefix, runs }: { prefix: string; runs: number }): Promise<void> {
  sinks = await Promise.all(
    Array.from({ length: runs }, async (_, run) => variant.open(`${prefix}${run}`)),
  );
}

async function beginMeasure(): Promise<void> {
  await profiler?.begin();
  loopDelay.reset();
  loopDelay.enable();
  started = { cpu: process.cpuUsage(), at: sharedNow() };
}

/** Streams the whole workload. */
async function stream(workload: Workload): Promise<void> {
  sentAt = Array.from({ length: workload.runs }, () => new Float64Array(workload.tokensPerRun));
  const ready = (): Promise<void> | undefined => sinks[0]?.ready?.();
  await produce(
    workload,
    (run, index) => {
      const times = sentAt[run];
      if (times) times[index] = sharedNow();
      sinks[run]?.token(tokenText(index), index);
    },
    ready,
  );
}

async function endMeasure(): Promise<{ cpuMs: number; wallMs: number; loopDelayP99Ms: number }> {
  if (!started) throw new Error('Nothing is measured.');
  loopDelay.disable();
  const measured = {
    cpuMs: cpuMs(started.cpu),
    wallMs: sharedNow() - started.at,
    // The histogram counts the time between two of its own samples; what exceeds it is the delay.
    loopDelayP99Ms: Math.max(0, loopDelay.percentile(99) / 1e6 - 5),
  };
  await profiler?.end();
  return measured;
}

/** When each token of each run was handed over. */
const sendTimes = (): Float64Array[] => sentAt;

async function close(): Promise<void> {
  await Promise.all(sinks.map(async (sink) => sink.end()));
  sinks = [];
}

/** The memory that this process holds, after a collection, in bytes. */
function memory(): { rss: number; heap: number } {
  globalThis.gc?.();
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  return { rss, heap: heapUsed };
}

const methods = { start, open, beginMeasure, stream, endMeasure, sendTimes, close, memory };

export type ServerMethods = typeof methods;

answerCalls(methods);
