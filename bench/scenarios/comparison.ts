import type { VariantOptions } from '../variant.js';
import type { VariantName } from '../variants/index.js';
import type { Workload } from '../workload.js';
import { MeasuredServer, startLoad, type Measurement } from './measured-server.js';
import { figureOf, type Effort, type Goal, type ResultRow, type Scenario } from './result.js';

export interface ComparisonOptions {
  readonly name: string;
  readonly workload: Workload;
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
  /** The CPU time that producing the tokens costs alone, in milliseconds. */
  readonly producingMs: number;
  readonly measurements: ReadonlyMap<VariantName, Measurement>;
}

/**
 * Streams the same workload through several servers, one after the other in each cycle, so that a
 * machine that gets slower slows all of them. Figures are ratios within a cycle.
 */
export function comparison(options: ComparisonOptions): Scenario {
  return {
    name: options.name,
    run: async (effort) => {
      const workload = scaled(options.workload, effort);
      const names: VariantName[] = ['library', ...options.against.map(({ variant }) => variant)];
      const cycles = await runCycles(names, workload, effort, options.library);
      return rowsOf(options, cycles);
    },
  };
}

function scaled(workload: Workload, { scale }: Effort): Workload {
  return { ...workload, tokensPerRun: Math.max(50, Math.round(workload.tokensPerRun * scale)) };
}

async function runCycles(
  names: readonly VariantName[],
  workload: Workload,
  { cycles, warmUp }: Effort,
  library: VariantOptions = {},
): Promise<Cycle[]> {
  const load = startLoad();
  const servers = new Map<VariantName, MeasuredServer>();
  try {
    for (const name of names) servers.set(name, await MeasuredServer.start(name, library));
    const measured: Cycle[] = [];
    for (let cycle = warmUp ? -1 : 0; cycle < cycles; cycle += 1) {
      const measurements = new Map<VariantName, Measurement>();
      for (const [name, server] of servers)
        measurements.set(name, await server.measure(load, workload));
      const producingMs = (await servers.get('library')?.measureProducing(workload)) ?? 0;
      if (cycle >= 0) measured.push({ producingMs, measurements });
    }
    return measured;
  } finally {
    await Promise.all([load, ...servers.values()].map((each) => each.stop()));
  }
}

function rowsOf({ name, against, also }: ComparisonOptions, cycles: readonly Cycle[]): ResultRow[] {
  const ratios = against.map(({ variant, goal }) => ({
    scenario: name,
    metric: `tokens per CPU second, against ${variant}`,
    figure: figureOf(cycles.map((cycle) => ratio(cycle, variant))),
    unit: '×',
    ...(goal && { goal }),
  }));
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

/** How often the library delivers a token in the CPU time of one token of another variant. */
function ratio({ measurements, producingMs }: Cycle, variant: VariantName): number {
  const costOf = (name: VariantName): number =>
    measurementOf(measurements, name).cpuMs - producingMs;
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
