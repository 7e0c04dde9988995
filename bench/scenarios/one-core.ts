import { MeasuredServer, startLoad, TIMEOUT_MS } from './measured-server.js';
import { figureOf, type Scenario } from './result.js';
import type { Workload } from '../workload.js';

const NAME = 'one core, full log, no joining, 200 runs × 50 tok/s';
const TOKENS_PER_SECOND = 50;
const RUNS = 200;
const SECONDS = 30;
const WINDOW_SECONDS = 3;

/** How many updates each run of the past left in the log. */
const PAST_TOKENS = 1_000;

/**
 * What collecting garbage costs those who watch. On one core the threads of the garbage collector compete with
 * the event loop, and no joining makes most updates, and so most garbage.
 */
export const oneCore: Scenario = {
  name: NAME,
  run: async ({ scale, isWarm }) => {
    const load = startLoad();
    const server = await MeasuredServer.start('library', { flushIntervalMs: 0 });
    try {
      const workload = workloadOf(SECONDS * scale);
      // Streaming for some seconds compiles what is measured, and the past stays in the log.
      if (isWarm) await server.measure(load, workloadOf(WINDOW_SECONDS));
      const past = { runs: RUNS, viewersPerRun: 0, tokensPerRun: Math.round(PAST_TOKENS * scale) };
      await server.process.call('stream', { group: await server.open(past), workload: past });

      const group = await server.open(workload);
      await server.connect(load, group, workload);
      await server.process.call('beginMeasure');
      await server.process.call('stream', { group, workload, fromDue: true });
      const { longestTurnMs } = await server.process.call('endMeasure');
      await load.call('received', { timeoutMs: TIMEOUT_MS });
      const windows: number[] = [];
      const step = WINDOW_SECONDS * TOKENS_PER_SECOND;
      for (let from = 0; from < workload.tokensPerRun; from += step) {
        const { otherTokens } = await server.latencies(load, group, { from, to: from + step });
        windows.push(otherTokens[1]);
      }
      const row = { scenario: NAME, unit: 'ms' };
      return [
        {
          ...row,
          metric: `p99 in each ${WINDOW_SECONDS} s`,
          figure: figureOf(windows),
          goal: { atMost: 40, each: true },
        },
        { ...row, metric: 'longest turn', figure: figureOf([longestTurnMs]) },
      ];
    } finally {
      await Promise.all([load.stop(), server.stop()]);
    }
  },
};

function workloadOf(seconds: number): Workload {
  const tokensPerRun = Math.round(seconds * TOKENS_PER_SECOND);
  return { runs: RUNS, viewersPerRun: 1, tokensPerRun, tokensPerSecond: TOKENS_PER_SECOND };
}
