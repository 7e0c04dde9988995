import { MeasuredServer, startLoad, TIMEOUT_MS } from './measured-server.js';
import { figureOf, type Effort, type ResultRow, type Scenario } from './result.js';
import type { VariantOptions } from '../variant.js';
import type { Workload } from '../workload.js';

const NAME = '1,000 viewers come back at once, 2,000 tokens each';
const VIEWERS = 1_000;
const RUNS = 50;
const BACKLOG = 2_000;

/** Viewers that keep watching meanwhile. */
const LIVE = { runs: 20, viewersPerRun: 1, tokensPerSecond: 50 };
/** Longer than it takes until all are back, also if those are few. */
const LIVE_SECONDS = 10;
const FEW_LIVE_SECONDS = 3;

/** How many storms there are: a goal is reached if it is in each. */
const STORMS = 5;

/** What viewers that come back cost. */
interface Return {
  readonly loopDelayP99Ms: number;
  readonly longestTurnMs: number;
  readonly liveP99Ms: number;
  readonly complete: number;
}

interface Storm {
  /** On a server that was just started. */
  readonly cold: Return;
  /** On the same server, to which as many came back before. */
  readonly warm: Return;
  /** The delay of a hand-written gateway to which as many connect, without anything to catch up. */
  readonly connectDelayP99Ms: number;
}

/** Where the runs are streamed, and where their viewers come to. */
export interface StormPlace {
  readonly producer: MeasuredServer;
  readonly gateway: MeasuredServer;
  stop(): Promise<unknown>;
}

/** Nothing is joined before the log, so that there is as much to catch up with as can be. */
export const STORM_OPTIONS: VariantOptions = { flushIntervalMs: 0 };

/** What it costs those who watch that many others come back and catch up. */
export const reconnectStorm: Scenario = stormAt(NAME, async () => {
  const server = await MeasuredServer.start('library', STORM_OPTIONS);
  return { producer: server, gateway: server, stop: () => server.stop() };
});

/** @param start - starts the servers of one cycle */
export function stormAt(name: string, start: () => Promise<StormPlace>): Scenario {
  return {
    name,
    run: async (effort) => {
      const storms: Storm[] = [];
      for (let left = effort.cycles === 1 ? 1 : STORMS; left > 0; left -= 1)
        storms.push(await storm(effort, await start()));
      return rowsOf(name, storms);
    },
  };
}

function rowsOf(scenario: string, storms: readonly Storm[]): ResultRow[] {
  const row = (metric: string, of: (storm: Storm) => number, unit: string): ResultRow => ({
    scenario,
    metric,
    figure: figureOf(storms.map(of)),
    unit,
  });
  const worst = ({ cold, warm }: Storm, of: (part: Return) => number): number =>
    Math.max(of(cold), of(warm));
  return [
    row('event-loop delay p99', ({ cold }) => cold.loopDelayP99Ms, 'ms'),
    row(
      'the same, when they just connect to Nest gateway, rooms',
      ({ connectDelayP99Ms }) => connectDelayP99Ms,
      'ms',
    ),
    row('longest turn, cold server', ({ cold }) => cold.longestTurnMs, 'ms'),
    {
      ...row('longest turn, warm server', ({ warm }) => warm.longestTurnMs, 'ms'),
      goal: { atMost: 100 },
    },
    {
      ...row('p99 of those who watch', (each) => worst(each, (part) => part.liveP99Ms), 'ms'),
      goal: { atMost: 100, each: true },
    },
    {
      ...row(
        'tokens that those who came back have',
        ({ cold, warm }) => Math.min(cold.complete, warm.complete),
        '%',
      ),
      goal: { atLeast: 100, each: true },
    },
  ];
}

async function storm({ scale }: Effort, place: StormPlace): Promise<Storm> {
  const returning = {
    runs: RUNS,
    viewersPerRun: Math.round((VIEWERS * Math.min(1, scale)) / RUNS),
    tokensPerRun: BACKLOG,
  };
  try {
    const liveSeconds = scale < 1 ? FEW_LIVE_SECONDS : LIVE_SECONDS;
    const cold = await comeBack(place, returning, liveSeconds);
    const warm = await comeBack(place, returning, liveSeconds);
    return { cold, warm, connectDelayP99Ms: await connectOnly(returning) };
  } finally {
    await place.stop();
  }
}

async function comeBack(
  { producer, gateway }: StormPlace,
  returning: Workload,
  liveSeconds: number,
): Promise<Return> {
  const [load, liveLoad] = [startLoad(), startLoad()];
  try {
    const live = { ...LIVE, tokensPerRun: LIVE.tokensPerSecond * liveSeconds };
    const [group, liveGroup] = [await producer.open(returning), await producer.open(live)];
    await producer.process.call('stream', { group, workload: returning });
    await gateway.connect(liveLoad, liveGroup, live);
    const watching = producer.process.call('stream', { group: liveGroup, workload: live });
    await gateway.process.call('beginMeasure');
    await gateway.connect(load, group, returning, VIEWERS);
    const { tokens } = await load.call('received', { timeoutMs: TIMEOUT_MS });
    const { loopDelayP99Ms, longestTurnMs } = await gateway.process.call('endMeasure');
    await watching;
    await liveLoad.call('received', { timeoutMs: TIMEOUT_MS });
    const { otherTokens } = await producer.latencies(liveLoad, liveGroup);
    for (const each of [group, liveGroup]) await producer.process.call('close', { group: each });
    const { runs, viewersPerRun, tokensPerRun } = returning;
    return {
      loopDelayP99Ms,
      longestTurnMs,
      liveP99Ms: otherTokens[1],
      complete: (100 * tokens) / (runs * viewersPerRun * tokensPerRun),
    };
  } finally {
    await Promise.all([load.stop(), liveLoad.stop()]);
  }
}

/** The event-loop delay when as many viewers connect to a hand-written gateway and get nothing. */
async function connectOnly(workload: Workload): Promise<number> {
  const load = startLoad();
  const server = await MeasuredServer.start('Nest gateway, rooms');
  try {
    const group = await server.open(workload);
    await server.process.call('beginMeasure');
    await server.connect(load, group, workload, VIEWERS);
    return (await server.process.call('endMeasure')).loopDelayP99Ms;
  } finally {
    await Promise.all([load.stop(), server.stop()]);
  }
}
