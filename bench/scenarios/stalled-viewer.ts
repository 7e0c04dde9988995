import { TOKEN_LENGTH, type Workload } from '../workload.js';
import { MeasuredServer, startLoad, TIMEOUT_MS, type LoadProcess } from './measured-server.js';
import { figureOf, type Goal, type ResultRow, type Scenario } from './result.js';

const NAME = '1 run × 20,000 tok/s, 100 viewers, 1 more stalled';
const TOKENS_PER_SECOND = 20_000;
const HEALTHY = 100;
const STALL_SECONDS = 60;
/** Further stalls, of which only the memory counts, are shorter. */
const SHORT_SECONDS = 6;
const RUNS = 5;
/** Latencies are compared in as many parts of the time. */
const PARTS = 6;
const MEGABYTE = 1_048_576;

/**
 * What one viewer that reads nothing costs the others and the server: two servers stream the same at
 * the same time, and a viewer of one of them is stalled from the start to the end of the stream.
 */
export const stalledViewer: Scenario = {
  name: NAME,
  run: async ({ cycles, scale }) => {
    const first = await stall(scale < 1 ? SHORT_SECONDS : STALL_SECONDS);
    const moreBytes = [first.moreBytes];
    for (let left = cycles === 1 ? 0 : RUNS - 1; left > 0; left -= 1)
      moreBytes.push((await stall(SHORT_SECONDS)).moreBytes);
    return rowsOf(moreBytes, first.withOne, first.without);
  },
};

/** What one stall cost. */
interface Stall {
  readonly moreBytes: number;
  /** The 99th percentile of the healthy in each part of the time, beside a stalled one. */
  readonly withOne: readonly number[];
  readonly without: readonly number[];
}

async function stall(seconds: number): Promise<Stall> {
  const sides = await Promise.all([Side.start(), Side.start()]);
  const [without, withOne] = sides;
  try {
    const workload = workloadFor(seconds);
    await Promise.all(sides.map((side) => side.prepare(workload)));
    await withOne.stall(true);
    await Promise.all(sides.map((side) => side.stream()));
    await withOne.stall(false);
    for (const side of sides) await side.complete();
    await withOne.assertWasSlow();
    return {
      moreBytes: withOne.grownBy - without.grownBy,
      withOne: await withOne.p99OfParts(),
      without: await without.p99OfParts(),
    };
  } finally {
    await Promise.all(sides.map((side) => side.stop()));
  }
}

/**
 * A shorter stream has longer tokens, so that it too is more than the network takes by itself, and
 * fewer viewers, so that it is no more work.
 */
function workloadFor(seconds: number): Workload {
  return {
    runs: 1,
    viewersPerRun: Math.round((HEALTHY * seconds) / STALL_SECONDS) + 1,
    tokensPerRun: seconds * TOKENS_PER_SECOND,
    tokensPerSecond: TOKENS_PER_SECOND,
    tokenLength: (TOKEN_LENGTH * STALL_SECONDS) / seconds,
  };
}

function rowsOf(
  moreBytes: readonly number[],
  withOne: readonly number[],
  without: readonly number[],
): ResultRow[] {
  const ratios = withOne.map((p99, part) => p99 / (without[part] ?? Number.NaN));
  const row = (
    metric: string,
    values: readonly number[],
    unit: string,
    goal?: Goal,
  ): ResultRow => ({
    scenario: NAME,
    metric,
    figure: figureOf(values),
    unit,
    ...(goal && { goal }),
  });
  return [
    row(
      'RSS more than without it',
      moreBytes.map((bytes) => bytes / MEGABYTE),
      'MB',
      { atMost: 5, each: true },
    ),
    row('p99 of the healthy, against without it', ratios, '×', { atMost: 1.1 }),
    row('p99 of the healthy', withOne, 'ms'),
    // Every viewer has every token, or this would not be reached.
    row('tokens that the stalled one has in the end', [100], '%', { atLeast: 100 }),
  ];
}

/** A server and its viewers. */
class Side {
  /** By how much the server's memory grew while it streamed, in bytes. */
  grownBy = 0;
  #group = '';
  #workload: Workload | undefined;

  private constructor(
    private readonly server: MeasuredServer,
    private readonly load: LoadProcess,
  ) {}

  static async start(): Promise<Side> {
    const patienceMs = 10 * STALL_SECONDS * 1_000;
    return new Side(await MeasuredServer.start('library', { patienceMs }), startLoad());
  }

  /** Connects everybody; what the first seconds cost once for all is not counted. */
  async prepare(workload: Workload): Promise<void> {
    const { server, load } = this;
    await server.measure(load, { ...workload, tokensPerRun: 3 * TOKENS_PER_SECOND });
    this.#workload = workload;
    this.#group = await server.open(workload);
    await server.connect(load, this.#group, workload);
  }

  async stall(stalled: boolean): Promise<void> {
    await this.load.call('stall', { stalled });
  }

  async stream(): Promise<void> {
    const before = await this.server.process.call('memory');
    const workload = this.#prepared();
    await this.server.process.call('stream', { group: this.#group, workload });
    const after = await this.server.process.call('memory');
    this.grownBy = after.rss - before.rss;
  }

  /** Resolves when every viewer has every token. */
  async complete(): Promise<void> {
    await this.load.call('received', { timeoutMs: TIMEOUT_MS });
  }

  /** @throws when the stalled viewer was served like the others, so that nothing was measured */
  async assertWasSlow(): Promise<void> {
    const pieces = await this.load.call('pieces');
    const [healthy = 0, stalled = 0] = [pieces[0], pieces.at(-1)];
    if (stalled >= healthy)
      throw new Error(`The stalled viewer got ${stalled} updates, a healthy one ${healthy}.`);
  }

  async p99OfParts(): Promise<number[]> {
    const { tokensPerRun } = this.#prepared();
    const parts: number[] = [];
    for (let part = 0; part < PARTS; part += 1) {
      const from = (part * tokensPerRun) / PARTS;
      const to = from + tokensPerRun / PARTS;
      const range = { except: 1, from, to };
      const { otherTokens } = await this.server.latencies(this.load, this.#group, range);
      parts.push(otherTokens[1]);
    }
    return parts;
  }

  async stop(): Promise<void> {
    await Promise.all([this.load.stop(), this.server.stop()]);
  }

  #prepared(): Workload {
    if (!this.#workload) throw new Error('Prepare it first.');
    return this.#workload;
  }
}
