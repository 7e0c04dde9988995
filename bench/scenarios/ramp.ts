import { setTimeout as sleep } from 'node:timers/promises';
import { stolenMs } from '../machine.js';
import type { VariantName } from '../variants/index.js';
import type { Workload } from '../workload.js';
import { MeasuredServer, startLoad, type LoadProcess } from './measured-server.js';

const TOKENS_PER_SECOND = 50;

/** How long a level streams, in seconds, and which part of that counts: the rest lets the server settle. */
const SECONDS = 8;
const SETTLED_AFTER = 4;

/** A level passes if this much is reached. */
const MAX_P99_MS = 400;
const MIN_ARRIVED = 0.98;

/** By how much the number of runs grows until a level fails. */
const GROWTH = 1.6;

/** One number of runs, and how it went. */
export interface Level {
  readonly runs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The share of tokens that viewers had when the last one was due, or soon after. */
  readonly arrived: number;
  /** How busy the process of the viewers was, from 0 to 1. */
  readonly viewersBusy: number;
  /** How long the server did nothing else at most, once it had settled. */
  readonly longestTurnMs: number;
  /** For how long the host of the machine let its cores wait meanwhile. */
  readonly stolenMs: number;
  readonly passes: boolean;
}

/** What one server carries. */
export interface Ramp {
  /** Every level that was tried, in the order of the number of runs. */
  readonly levels: readonly Level[];
  /** The most runs that passed. */
  readonly capacity: Level;
  /** The share of a core that producing the tokens takes at capacity. */
  readonly producing: number;
  /** What viewers see at a share of the capacity. */
  readonly at: ReadonlyMap<number, Level>;
}

/** What a ramp measures. */
export interface RampOptions {
  readonly variant: VariantName;
  readonly viewersPerRun: number;
  /** The number of runs to begin with, which should pass. */
  readonly from: number;
  /** More runs than these are not tried. */
  readonly most: number;
  /** How often the last step is halved, to find the capacity. */
  readonly halvings: number;
  /** The shares of the capacity at which latencies are measured. */
  readonly shares: readonly number[];
  /** Multiplies how long a level streams. */
  readonly scale: number;
}

/** Lets a server stream more and more runs until it no longer keeps up, then finds the most that it carries. */
export async function ramp({
  variant,
  viewersPerRun,
  shares,
  scale,
  ...search
}: RampOptions): Promise<Ramp> {
  const load = startLoad();
  const server = await MeasuredServer.start(variant);
  const levels: Level[] = [];
  const measure = async (runs: number): Promise<Level> => {
    const level = await measureLevel(server, load, workloadOf(runs, viewersPerRun, scale), scale);
    levels.push(level);
    return level;
  };
  try {
    const capacity = await findCapacity(search, measure);
    const at = new Map<number, Level>();
    for (const share of shares)
      at.set(share, await measure(Math.max(1, Math.round(capacity.runs * share))));
    const produced = workloadOf(capacity.runs, viewersPerRun, scale / 2);
    const producedMs = await server.measureProducing(produced);
    const producing = (producedMs * capacity.runs * TOKENS_PER_SECOND) / 1_000;
    return { levels: levels.sort((one, other) => one.runs - other.runs), capacity, producing, at };
  } finally {
    await Promise.all([load.stop(), server.stop()]);
  }
}

async function findCapacity(
  { from, most, halvings }: Pick<RampOptions, 'from' | 'most' | 'halvings'>,
  measure: (runs: number) => Promise<Level>,
): Promise<Level> {
  let [passed, next] = [undefined as Level | undefined, from];
  let failed = Number.POSITIVE_INFINITY;
  for (let left = halvings; left >= 0;) {
    const level = await measure(next);
    if (level.passes) passed = level;
    else failed = next;
    if (failed === Number.POSITIVE_INFINITY) {
      next = Math.round(next * GROWTH);
      if (next > most) break;
    } else {
      next = passed ? Math.round((passed.runs + failed) / 2) : Math.round(failed / GROWTH);
      if (passed) left -= 1;
      else if (next < 2) throw new Error('The server carries no run at all.');
    }
  }
  if (!passed) throw new Error('The server carries no run at all.');
  return passed;
}

function workloadOf(runs: number, viewersPerRun: number, scale: number): Workload {
  const tokensPerRun = Math.round(SECONDS * TOKENS_PER_SECOND * scale);
  return { runs, viewersPerRun, tokensPerRun, tokensPerSecond: TOKENS_PER_SECOND };
}

async function measureLevel(
  server: MeasuredServer,
  load: LoadProcess,
  workload: Workload,
  scale: number,
): Promise<Level> {
  const { runs, viewersPerRun, tokensPerRun } = workload;
  const group = await server.open(workload);
  await server.connect(load, group, workload);
  await load.call('busy');
  const streaming = server.process.call('stream', { group, workload, fromDue: true });
  await sleep(SETTLED_AFTER * 1_000 * scale);
  await server.process.call('beginMeasure');
  const stolenBefore = stolenMs();
  await streaming;
  const { longestTurnMs } = await server.process.call('endMeasure');
  const stolen = stolenMs() - stolenBefore;
  // What is under way has its time; a server that is too slow has not.
  await sleep(MAX_P99_MS);
  const arrived = (await load.call('arrived')) / (runs * viewersPerRun * tokensPerRun);
  const viewersBusy = await load.call('busy');
  const settled = { from: Math.round(SETTLED_AFTER * TOKENS_PER_SECOND * scale) };
  const [p50Ms, p99Ms] = (await server.latencies(load, group, settled)).otherTokens;
  await server.process.call('close', { group });
  await load.call('disconnect');
  const passes = p99Ms <= MAX_P99_MS && arrived >= MIN_ARRIVED;
  return { runs, p50Ms, p99Ms, arrived, viewersBusy, longestTurnMs, stolenMs: stolen, passes };
}
