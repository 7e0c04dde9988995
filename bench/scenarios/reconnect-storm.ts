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

interface Storm {
  readonly loopDelayP99Ms: number;
  /** The same for a hand-written gateway to which as many connect, without anything to catch up. */
  readonly connectDelayP99Ms: number;
  readonly liveP99Ms: number;
  readonly complete: number;
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
      for (let cycle = 0; cycle < effort.cycles; cycle += 1)
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
  return [
    {
      ...row('event-loop delay p99', ({ loopDelayP99Ms }) => loopDelayP99Ms, 'ms'),
      goal: { atMost: 50 },
    },
    row(
      'the same, when they just connect to Nest gateway, rooms',
      ({ connectDelayP99Ms }) => connectDelayP99Ms,
      'ms',
    ),
    {
      ...row('p99 of those who watch', ({ liveP99Ms }) => liveP99Ms, 'ms'),
      goal: { atMost: 100 },
    },
    {
      ...row('tokens that those who came back have', ({ complete }) => complete, '%'),
      goal: { atLeast: 100 },
    },
  ];
}

async function storm({ scale }: Effort, place: StormPlace): Promise<Storm> {
  const { producer, gateway } = place;
  const returning = {
    runs: RUNS,
    viewersPerRun: Math.round((VIEWERS * Math.min(1, scale)) / RUNS),
    tokensPerRun: BACKLOG,
  };
  const [load, liveLoad] = [startLoad(), startLoad()];
  try {
    const live = { ...LIVE, tokensPerRun: 50 * 10 };
    const [group, liveGroup] = [await producer.open(returning), await producer.open(live)];
    await producer.process.call('stream', { group, workload: returning });
    await gateway.connect(liveLoad, liveGroup, live);
    const watching = producer.process.call('stream', { group: liveGroup, workload: live });
    await gateway.process.call('beginMeasure');
    await gateway.connect(load, group, returning, VIEWERS);
    const { tokens } = await load.call('received', { timeoutMs: TIMEOUT_MS });
    const { loopDelayP99Ms } = await gateway.process.call('endMeasure');
    await watching;
    await liveLoad.call('received', { timeoutMs: TIMEOUT_MS });
    const { otherTokens } = await producer.latencies(liveLoad, liveGroup);
    const { runs, viewersPerRun, tokensPerRun } = returning;
    return {
      loopDelayP99Ms,
      connectDelayP99Ms: await connectOnly(returning),
      liveP99Ms: otherTokens[1],
      complete: (100 * tokens) / (runs * viewersPerRun * tokensPerRun),
    };
  } finally {
    await Promise.all([load.stop(), liveLoad.stop(), place.stop()]);
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
