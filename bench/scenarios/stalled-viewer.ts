import { MeasuredServer, startLoad, type LoadProcess } from './measured-server.js';
import { figureOf, type ResultRow, type Scenario } from './result.js';

const NAME = '1 run × 20,000 tok/s, 100 viewers, 1 more stalled';
const TOKENS_PER_SECOND = 20_000;
const HEALTHY = 100;
const STALL_SECONDS = 60;
const MEGABYTE = 1_048_576;

/** What one viewer that reads nothing costs the others and the server. */
export const stalledViewer: Scenario = {
  name: NAME,
  run: async ({ scale }) => {
    const seconds = Math.max(4, Math.round(STALL_SECONDS * (scale < 1 ? scale / 6 : 1)));
    const without = await streamFor(seconds, false);
    const withOne = await streamFor(seconds, true);
    const megabytes = (withOne.grownBy - without.grownBy) / MEGABYTE;
    return [
      row('RSS more than without it', megabytes, 'MB', { atMost: 5 }),
      row('p99 of the healthy, against without it', withOne.p99 / without.p99, '×', {
        atMost: 1.1,
      }),
      row('p99 of the healthy', withOne.p99, 'ms'),
      row('tokens that the stalled one has in the end', withOne.complete, '%', { atLeast: 100 }),
    ];
  },
};

interface Streamed {
  /** By how much the server's memory grew, in bytes. */
  readonly grownBy: number;
  readonly p99: number;
  readonly complete: number;
}

/** Streams to healthy viewers and to one more, which stalls from the start to the end of the stream. */
async function streamFor(seconds: number, stalled: boolean): Promise<Streamed> {
  const load = startLoad();
  const patienceMs = 10 * STALL_SECONDS * 1_000;
  const server = await MeasuredServer.start('library', { patienceMs });
  try {
    await warmUp(server, load);
    const workload = {
      runs: 1,
      viewersPerRun: HEALTHY + 1,
      tokensPerRun: seconds * TOKENS_PER_SECOND,
      tokensPerSecond: TOKENS_PER_SECOND,
    };
    const group = await server.open(workload);
    await server.connect(load, group, workload);
    const before = await server.process.call('memory');
    if (stalled) await load.call('stall', { stalled });
    await server.process.call('stream', { group, workload });
    const after = await server.process.call('memory');
    await load.call('stall', { stalled: false });
    const { tokens } = await load.call('received', { timeoutMs: 60_000 });
    const { otherTokens } = await server.latencies(load, group, 1);
    return {
      grownBy: after.rss - before.rss,
      p99: otherTokens[1],
      complete: (100 * tokens) / (workload.viewersPerRun * workload.tokensPerRun),
    };
  } finally {
    await Promise.all([load.stop(), server.stop()]);
  }
}

/** What the first seconds cost once for all is not counted. */
async function warmUp(server: MeasuredServer, load: LoadProcess): Promise<void> {
  const tokensPerRun = 2 * TOKENS_PER_SECOND;
  const pace = { tokensPerRun, tokensPerSecond: TOKENS_PER_SECOND };
  await server.measure(load, { runs: 1, viewersPerRun: HEALTHY + 1, ...pace });
}

function row(metric: string, value: number, unit: string, goal?: ResultRow['goal']): ResultRow {
  return { scenario: NAME, metric, figure: figureOf([value]), unit, ...(goal && { goal }) };
}
