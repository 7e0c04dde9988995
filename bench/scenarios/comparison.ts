import type { VariantOptions } from '../variant.js';
import type { VariantName } from '../variants/index.js';
import type { Workload } from '../workload.js';
import { MeasuredServer, startLoad, type Measurement } from './measured-server.js';
import { figureOf, type Effort, type Goal, type ResultRow, type Scenario } from './result.js';

export interface ComparisonOptions {
  readonly name: string;
  readonly workload: Workload;
  /** How many tokens the library streams where so few cost it too little to measure. @default as many */
  readonly libraryTokensPerRun?: number;
  /** How often each variant is measured uncounted. @default 1 */
  readonly warmUps?: number;
  /** Options of the library; the other variants have none. */
  readonly library?: VariantOptions;
  /** The variants to compare with, and what the library's ratio to each should be. */
  readonly against: readonly { readonly variant: VariantName; readonly goal?: Goal }[];
  /** Further figures of a cycle. */
  readonly also?: (cycle: ReadonlyMap<VariantName, Measurement>) => readonly Extra[];
}

/** A figure that is not a ratio of tokens per CPU second. */
export interface Extra {
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  readonly goal?: Goal;
}

/** What one cycle measured. */
interface Cycle {
  /** The CPU time that producing a token costs alone, in milliseconds. */
  readonly producingMs: number;
  readonly measurements: ReadonlyMap<VariantName, Measurement>;
}

type WorkloadOf = (variant: VariantName) => Workload;

/**
 * Streams the same workload through several servers, one after the other in each cycle, so that a
 * machine that gets slower slows all of them. Figures are ratios within a cycle.
 */
export function comparison(options: ComparisonOptions): Scenario {
  return {
    name: options.name,
    run: async (effort) => {
      const workload = scaled(options.workload, effort);
      const { libraryTokensPerRun = options.workload.tokensPerRun } = options;
      const ofLibrary = scaled({ ...options.workload, tokensPerRun: libraryTokensPerRun }, effort);
      const workloadOf: WorkloadOf = (name) => (name === 'library' ? ofLibrary : workload);
      const names: VariantName[] = ['library', ...options.against.map(({ variant }) => variant)];
      const { library, warmUps = 1 } = options;
      const cycles = await runCycles(names, workloadOf, effort, warmUps, library);
      return rowsOf(options, cycles);
    },
  };
}

function scaled(workload: Workload, { scale }: Effort): Workload {
  const { tokensPerRun, viewersPerRun } = workload;
  return {
    ...workload,
    tokensPerRun: Math.max(50, Math.round(tokensPerRun * scale)),
    viewersPerRun: Math.ceil(viewersPerRun * Math.min(1, scale)),
  };
}

async function runCycles(
  names: readonly VariantName[],
  workloadOf: WorkloadOf,
  { cycles, isWarm }: Effort,
  warmUps: number,
  library: VariantOptions = {},
): Promise<Cycle[]> {
  const load = startLoad();
  const servers = new Map<VariantName, MeasuredServer>();
  try {
    for (const name of names) servers.set(name, await MeasuredServer.start(name, library));
    const measured: Cycle[] = [];
    for (let cycle = isWarm ? -warmUps : 0; cycle < cycles; cycle += 1) {
      const measurements = new Map<VariantName, Measurement>();
      for (const [name, server] of servers)
        measurements.set(name, await server.measure(load, workloadOf(name)));
      const producing = await servers.get('library')?.measureProducing(workloadOf('library'));
      if (cycle >= 0) measured.push({ producingMs: producing ?? 0, measurements });
    }
    return measured;
  } finally {
    await Promise.all([load, ...servers.values()].map((each) => each.stop()));
  }
}

function rowsOf(
  { name, workload, against, also }: ComparisonOptions,
  cycles: readonly Cycle[],
): ResultRow[] {
  // Flat out producing costs all the same next to nothing, and the library as little.
  const isPaced = workload.tokensPerSecond !== undefined;
  const ratios = against.flatMap(({ variant, goal }) => [
    {
      scenario: name,
      metric: `tokens per CPU second, against ${variant}`,
      figure: figureOf(
        cycles.map((cycle) => ratio(cycle, variant, isPaced ? cycle.producingMs : 0)),
      ),
      unit: '×',
      ...(goal && { goal }),
    },
    ...(goal && isPaced
      ? [
          {
            scenario: name,
            metric: 'the same, with what producing the tokens costs',
            figure: figureOf(cycles.map((cycle) => ratio(cycle, variant, 0))),
            unit: '×',
          },
        ]
      : []),
  ]);
  const extras = cycles.map(({ measurements }) => also?.(measurements) ?? []);
  const extraRows = (extras[0] ?? []).map(({ metric, unit, goal }, place) => ({
    scenario: name,
    metric,
    figure: figureOf(extras.map((cycle) => cycle[place]?.value ?? Number.NaN)),
    unit,
    ...(goal && { goal }),
  }));
  return [...ratios, ...extraRows];
}

/**
 * How often the library delivers a token in the CPU time of one token of another variant.
 *
 * @param lessMs - of each token's cost, what is not that of the server
 */
function ratio({ measurements }: Cycle, variant: VariantName, lessMs: number): number {
  const costOf = (name: VariantName): number =>
    measurementOf(measurements, name).cpuMsPerToken - lessMs;
  return costOf(variant) / costOf('library');
}

export function measurementOf(
  cycle: ReadonlyMap<VariantName, Measurement>,
  variant: VariantName,
): Measurement {
  const measurement = cycle.get(variant);
  if (!measurement) throw new Error(`${variant} was not measured.`);
  return measurement;
}
