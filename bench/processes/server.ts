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

/** How often the delay of the event loop is looked at. */
const LOOP_DELAY_RESOLUTION_MS = 5;

/** What a measurement took of the server. */
export interface ServerCost {
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly loopDelayP99Ms: number;
  /** How long nothing else had its turn at most. */
  readonly longestTurnMs: number;
}

let variant: Variant;
const sinks = new Map<string, RunSink[]>();
const sentAt = new Map<string, Float64Array[]>();
let started: { cpu: NodeJS.CpuUsage; at: number } | undefined;
const profiler = Profiler.fromEnvironment();
const loopDelay = monitorEventLoopDelay({ resolution: LOOP_DELAY_RESOLUTION_MS });

async function start(
  options: VariantOptions,
): Promise<{ port: number; viewer: Variant['viewer'] }> {
  variant = await VARIANTS[process.argv[2] as VariantName](options);
  return { port: variant.port, viewer: variant.viewer };
}

/** Makes a group of runs, named `<group><number>`. */
async function open({ group, runs }: { group: string; runs: number }): Promise<void> {
  const opened = Array.from({ length: runs }, async (_, run) => variant.open(`${group}${run}`));
  sinks.set(group, await Promise.all(opened));
}

async function beginMeasure(): Promise<void> {
  await profiler?.begin();
  loopDelay.reset();
  loopDelay.enable();
  started = { cpu: process.cpuUsage(), at: sharedNow() };
}

/**
 * Streams a whole workload through the runs of a group.
 *
 * @param fromDue - latencies count from when tokens were due, also if the server handed them over late
 */
async function stream({
  group,
  workload,
  fromDue = false,
}: {
  group: string;
  workload: Workload;
  fromDue?: boolean;
}): Promise<void> {
  const runs = sinks.get(group) ?? [];
  const times = runs.map(() => new Float64Array(workload.tokensPerRun).fill(0));
  sentAt.set(group, times);
  await produce(
    workload,
    (run, index, dueAt) => {
      const sent = times[run];
      if (sent) sent[index] = fromDue ? dueAt : sharedNow();
      runs[run]?.token(tokenText(index, workload.tokenLength), index);
    },
    () => runs[0]?.ready?.(),
  );
}

/** Produces the tokens of a workload and sends them nowhere. */
const produceForNobody = (workload: Workload): Promise<void> =>
  produce(
    workload,
    (_run, index) => void (tokenText(index, workload.tokenLength) && sharedNow()),
    () => undefined,
  );

async function endMeasure(): Promise<ServerCost> {
  if (!started) throw new Error('Nothing is measured.');
  loopDelay.disable();
  // The histogram counts the time between two of its own samples; what exceeds it is the delay.
  const delayMs = (nanoseconds: number): number =>
    Math.max(0, nanoseconds / 1e6 - LOOP_DELAY_RESOLUTION_MS);
  const measured = {
    cpuMs: cpuMs(started.cpu),
    wallMs: sharedNow() - started.at,
    loopDelayP99Ms: delayMs(loopDelay.percentile(99)),
    longestTurnMs: delayMs(loopDelay.max),
  };
  await profiler?.end();
  return measured;
}

/** When each token of each run of a group was handed over. */
const sendTimes = ({ group }: { group: string }): Float64Array[] => sentAt.get(group) ?? [];

/** Ends the runs of a group. */
async function close({ group }: { group: string }): Promise<void> {
  await Promise.all((sinks.get(group) ?? []).map(async (sink) => sink.end()));
  sinks.delete(group);
  sentAt.delete(group);
}

/** The memory that this process holds, after a collection, in bytes. */
function memory(): { rss: number; heap: number } {
  globalThis.gc?.();
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  return { rss, heap: heapUsed };
}

const methods = {
  start,
  open,
  beginMeasure,
  stream,
  produceForNobody,
  endMeasure,
  sendTimes,
  close,
  memory,
};

export type ServerMethods = typeof methods;

answerCalls(methods);
